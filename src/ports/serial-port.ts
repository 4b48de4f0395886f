// The serial hole of the house: exactly the part of Web Serial's SerialPort that we use. The browser's own object
// and the simulated board both fit without an adapter.
export type SerialPortLike = Pick<
	SerialPort,
	'open' | 'close' | 'readable' | 'writable' | 'setSignals' | 'getSignals' | 'getInfo'
>;
