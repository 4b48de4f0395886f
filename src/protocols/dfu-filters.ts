// What the USB chooser offers: ST's bootloader, its clones' own vendor IDs, and anything with a DFU interface.

/** USB vendor IDs of STM32 clones that bring a DfuSe ROM. */
const CLONE_VENDORS = [
	0x28e9 /* GigaDevice */, 0x2e3c /* Artery */, 0x314b /* Geehy */, 0x3997 /* X32 */,
];

export const dfuFilters: readonly USBDeviceFilter[] = [
	{ vendorId: 0x0483, productId: 0xdf11 },
	...CLONE_VENDORS.map((vendorId) => ({ vendorId })),
	// DFU 1.1 4.1: class FE, subclass 1, in DFU mode or at run time.
	{ classCode: 0xfe, subclassCode: 0x01 },
];
