// The USB hole of the house: exactly the part of WebUSB's USBDevice that we use.
export type UsbDeviceLike = Pick<
	USBDevice,
	| 'vendorId'
	| 'productId'
	| 'productName'
	| 'manufacturerName'
	| 'serialNumber'
	| 'deviceVersionMajor'
	| 'deviceVersionMinor'
	| 'deviceVersionSubminor'
	| 'configuration'
	| 'configurations'
	| 'opened'
	| 'open'
	| 'close'
	| 'reset'
	| 'selectConfiguration'
	| 'claimInterface'
	| 'releaseInterface'
	| 'selectAlternateInterface'
	| 'controlTransferIn'
	| 'controlTransferOut'
>;
