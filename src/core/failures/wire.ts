// Failures of talking to a board: ports, UART (AN3155), USB DFU (AN3156, DFU 1.1).
export const wireFailures = {
	'wire.deadline': {
		text: 'No answer to {what} within {ms} ms.',
		cause:
			'The board stopped answering: it was reset, lost power, or its bootloader is no longer running.',
		next: 'Reset the board into its bootloader and connect again.',
	},
	'wire.lost': {
		text: 'The board was unplugged.',
		cause: 'The cable, the power or the adapter went away while it was in use.',
		next: 'Plug it in again, enter the bootloader and connect.',
	},
	'wire.busy': {
		text: 'The port is in use by another program or tab.',
		cause: 'A serial monitor, a debugger or a second tab holds it open.',
		next: 'Close the other program and connect again.',
	},
	'wire.permission': {
		text: 'The system does not let the browser open this device.',
		cause:
			'On Linux a udev rule is missing; on Windows the device has no WinUSB driver; a snap-packaged browser is confined.',
		next: 'Follow the steps for your system below, then unplug the device and plug it in again.',
	},
	'wire.open': {
		text: 'The port could not be opened: {reason}',
		cause: 'The operating system refused.',
		next: 'Unplug the adapter, plug it in again and connect.',
	},
	'wire.stream': {
		text: 'The serial line keeps failing: {reason}',
		cause: 'Noise, a loose ground or a baud rate the adapter cannot hold.',
		next: 'Check ground and wiring, or choose a lower baud rate.',
	},
	'uart.no-bootloader': {
		text: 'No bootloader answers on this port at {baud} baud.',
		cause:
			'The application is running, RX and TX are swapped, or the board is not in its bootloader.',
		next: 'Set BOOT0 high, reset the board (a bootloader that was disturbed listens again only then), and connect again. An automatic rate is then tried lower.',
	},
	'uart.stopped': {
		text: 'The bootloader stopped answering. {during}',
		cause: 'The board was reset or lost power, or the serial line is broken.',
		next: 'Check the supply and the wiring, reset the board into its bootloader and connect again.',
	},
	'uart.echo': {
		text: 'The line answers with an echo of what was sent.',
		cause: 'TX and RX are joined, or the adapter has local echo.',
		next: 'Connect the adapter’s TX to the board’s RX and its RX to the board’s TX.',
	},
	'uart.garbage': {
		text: 'The board answers, but not as an STM32 bootloader (received {found:byte}).',
		cause: 'The application is running, or the baud rate is too high for this bootloader.',
		next: 'Reset the board into its bootloader and try a lower baud rate.',
	},
	'uart.nack': {
		text: 'The bootloader refused {command} at {address:hex}.',
		cause: 'The address is not allowed, or readout protection is on.',
		next: 'Check readout protection and that the address belongs to this chip.',
	},
	'uart.unexpected': {
		text: 'Expected an acknowledgement of {command}, received {found:byte}.',
		cause: 'Bytes were lost or changed on the line.',
		next: 'Check ground and wiring, or choose a lower baud rate.',
	},
	'uart.unsupported': {
		text: 'This bootloader does not offer {command}.',
		cause: 'The command is not in the list that Get returned.',
		next: 'Use another way that this bootloader offers.',
	},
	'uart.bad-reply': {
		text: 'The answer to {command} makes no sense: {found}.',
		cause: 'Bytes were lost on the line, or this is not an ST bootloader.',
		next: 'Reset the board into its bootloader and connect again.',
	},
	'uart.slow-adapter': {
		text: 'This serial adapter holds every short answer back for {ms} ms.',
		cause: 'Its latency timer is long. Most of it is worked around; the rest costs time.',
		next: 'Set it to 1 ms and connect again. Windows: Device Manager → Ports → Port Settings → Advanced → Latency Timer. Linux: setserial /dev/ttyUSB0 low_latency.',
	},
	'uart.faster-by-hand': {
		text: 'A higher speed than {baud} baud needs a reset by hand.',
		cause: 'This bootloader measures the speed once, right after its reset.',
		next: 'Disconnect, choose the speed, reset the board into its bootloader, and connect.',
	},
	'uart.unstable': {
		text: 'The serial line was disturbed {count} times at {baud} baud.',
		cause: 'The wiring or the adapter does not carry this speed well.',
		next: 'With reset lines the next connection begins slower by itself; without, choose a lower speed.',
	},
	'dfu.no-interface': {
		text: 'This USB device has no DFU interface.',
		cause: 'It is not in its bootloader, or it is another kind of device.',
		next: 'Enter the bootloader (BOOT0 high, reset) and choose the device named “DFU”.',
	},
	'dfu.descriptor': {
		text: 'The device describes itself wrongly: {found}.',
		cause: 'Its USB descriptors are truncated or out of range.',
		next: 'Unplug the device, plug it in again, and send a report if it happens again.',
	},
	'dfu.status': {
		text: 'The bootloader refused {command}: {status} in state {state}.',
		cause: 'The address is protected or not writable, or the flash did not take the bytes.',
		next: 'Check readout and write protection.',
	},
	'dfu.stall': {
		text: 'The bootloader refused {command} (USB stall).',
		cause: 'The bootloader does not offer this request, or it is in another state.',
		next: 'Unplug the device, enter the bootloader again and connect.',
	},
	'dfu.transfer': {
		text: 'USB transfer {command} failed: {reason}',
		cause: 'The device, the cable or a hub dropped the transfer.',
		next: 'Use another cable or port, enter the bootloader again and connect.',
	},
	'dfu.short': {
		text: '{command} returned {found} bytes where {expected} were due.',
		cause: 'The device ended the transfer early.',
		next: 'Unplug the device, enter the bootloader again and connect.',
	},
	'dfu.no-address': {
		text: 'This DFU device takes a whole file, without addresses.',
		cause:
			'It speaks plain DFU 1.1, not ST’s DfuSe extension: it cannot be erased or written by sector.',
		next: 'Open the file made for this bootloader; it is sent as it is.',
	},
	'chip.unknown': {
		text: 'Product ID {productId} is not in the catalogue.',
		cause: 'A new chip, a clone, or a wrong answer on the line.',
		next: 'By USB the board describes its memory itself. By UART you can describe it, or add a device file.',
	},
	'chip.size-differs': {
		text: 'The chip says {found:bytes} of flash; the catalogue’s nearest part has {expected:bytes}.',
		cause: 'A part number that is not in the catalogue, or more flash than the part is sold with.',
		next: 'The smaller figure is used.',
	},
	'chip.map-differs': {
		text: 'The board describes its flash as {found}; the catalogue as {expected}.',
		cause:
			'The bank option bytes differ from the factory state, or the bootloader overstates the flash.',
		next: 'The board’s own description is used.',
	},
	'chip.protected': {
		text: 'Readout protection is on.',
		cause: 'The chip was locked against reading and writing by its bootloader.',
		next: 'Removing the protection erases the whole chip. Do it only if you can program it again.',
	},
} as const;
