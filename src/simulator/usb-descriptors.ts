// USB descriptors of the simulated device: USB 2.0 chapter 9, DFU 1.1 chapter 4, and ST's interface strings
// (UM0424 4.3.2). Built as bytes, because bytes are what the host has to read.
import type { MemoryMap, Region } from '#core/memory.ts';
import type { Board } from './board.ts';
import type { Quirks, UsbIdentity } from './options.ts';

export interface DfuDescription {
	readonly identity: UsbIdentity;
	/** One per alternate setting. */
	readonly interfaceNames: readonly string[];
	/** 1 run-time, 2 DFU mode (DFU 1.1 table 4.4). */
	readonly protocol: 1 | 2;
	/** DFU 1.1 table 4.2: bit 0 download, 1 upload, 2 manifestation tolerant, 3 detaches by itself. */
	readonly attributes: number;
	readonly transferSize: number;
	/** 0x011A for DfuSe, 0x0110 for plain DFU 1.1. */
	readonly dfuVersion: number;
	readonly configuration: Quirks['configuration'];
	readonly loneDescriptor: Quirks['loneDescriptor'];
}

/** How the board shows itself: as ST's ROM, as a plain DFU 1.1 bootloader, or as an application with a DFU part. */
export function describeDfu(board: Board, quirks: Quirks): DfuDescription {
	const { usb, transferSize, configuration, loneDescriptor } = quirks;
	const runtime = usb === 'runtime';
	return {
		identity: {
			vendorId: 0x0483,
			productId: runtime ? 0x5740 : 0xdf11,
			release: 0x2200,
			manufacturer: 'STMicroelectronics',
			product: runtime ? 'Virtual application' : 'STM32  BOOTLOADER',
			serial: romSerial(board),
			...quirks.identity,
		},
		interfaceNames: usb === 'dfuse' ? (quirks.strings ?? memoryStrings(board)) : ['Firmware'],
		protocol: runtime ? 1 : 2,
		attributes: usb === 'dfu11' ? 0x07 : 0x0b,
		transferSize: transferSize || (olderRoms.includes(board.device.family) ? 2048 : 1024),
		dfuVersion: quirks.dfuVersion || (usb === 'dfuse' ? 0x011a : 0x0110),
		configuration,
		loneDescriptor,
	};
}

/**
 * What the ROM makes of the unique ID: words 0 and 2 added, 8 hex digits, then the upper half of word 1
 * (github.com/libopencm3/libopencm3/issues/760, which has F3 end with the upper half of word 2; F76x adds 10, by
 * github.com/orgs/micropython/discussions/15948). H72x to H75x say the same on every chip.
 */
function romSerial({ device, uniqueId }: Board): string {
	if (device.productId === 0x450 || device.productId === 0x483) return '200364500000';
	const id = new DataView(Uint8Array.from(uniqueId).buffer);
	const [first, second, third] = [0, 4, 8].map((at) => id.getUint32(at, true)) as Words;
	const extra = device.productId === 0x451 ? 10 : 0;
	const end = device.family === 'STM32F3' ? third : second;
	const digits = (value: number, count: number): string =>
		value.toString(16).padStart(count, '0').toUpperCase();
	return digits((first + third + extra) % 2 ** 32, 8) + digits(Math.floor(end / 2 ** 16), 4);
}

type Words = [number, number, number];

/** Families whose ROMs say 2048 bytes; newer ones say 1024. */
const olderRoms = [
	'STM32F0',
	'STM32F1',
	'STM32F2',
	'STM32F3',
	'STM32F4',
	'STM32F7',
	'STM32L0',
	'STM32L1',
	'STM32L4',
];

const CONFIGURATION_VALUE = 1;
const DETACH_TIMEOUT_MS = 255;
/** String indexes 1 to 3 are the device's; interface names follow. */
const FIRST_INTERFACE_STRING = 4;

const word = (value: number): [number, number] => [value & 0xff, value >> 8];

/** Answers GET_DESCRIPTOR (USB 2.0 9.4.3); undefined where the device stalls. */
export function descriptor(
	description: DfuDescription,
	type: number,
	index: number,
): Uint8Array | undefined {
	if (type === 1) return deviceDescriptor(description.identity);
	if (type === 2 && index === 0) return configurationDescriptor(description);
	if (type === 3) return stringDescriptor(description, index);
	return undefined;
}

function deviceDescriptor({ vendorId, productId, release }: UsbIdentity): Uint8Array {
	const ids = [...word(vendorId), ...word(productId), ...word(release)];
	return Uint8Array.of(18, 1, ...word(0x0200), 0, 0, 0, 64, ...ids, 1, 2, 3, 1);
}

function configurationDescriptor(description: DfuDescription): Uint8Array {
	const { interfaceNames, protocol, attributes, transferSize, dfuVersion, configuration } =
		description;
	const alternates = interfaceNames.flatMap((_, alternate) => [
		...[9, 4, 0, alternate, 0, 0xfe, 0x01, protocol],
		FIRST_INTERFACE_STRING + alternate,
	]);
	const functional = [
		...[9, 0x21, attributes, ...word(DETACH_TIMEOUT_MS)],
		...[...word(transferSize), ...word(dfuVersion)],
	];
	const body = {
		right: [...alternates, ...functional],
		'no-functional': alternates,
		// DFU 1.0: the descriptor ends before the version.
		'short-functional': [...alternates, 7, ...functional.slice(1, 7)],
		'with-hid': [...HID, ...alternates, ...functional],
		nonsense: [...alternates, ...functional, 0, 0],
	}[configuration];
	const total = configuration === 'nonsense' ? 0xffff : 9 + body.length;
	const interfaces = configuration === 'with-hid' ? 2 : 1;
	// Bus powered, 100 mA.
	const head = [9, 2, ...word(total), interfaces, CONFIGURATION_VALUE, 0, 0x80, 50];
	return Uint8Array.from([...head, ...body]);
}

/** HID 1.11 6.2.1: a keyboard's interface and its class descriptor, which is of type 0x21 too. */
const HID = [...[9, 4, 1, 0, 0, 3, 1, 1, 0], ...[9, 0x21, 0x11, 0x01, 0, 1, 0x22, 63, 0]];

function stringDescriptor(description: DfuDescription, index: number): Uint8Array | undefined {
	if (index === 0) return Uint8Array.of(4, 3, 0x09, 0x04);
	const { manufacturer, product, serial } = description.identity;
	const text = [manufacturer, product, serial, ...description.interfaceNames][index - 1];
	if (text === undefined || text === '') return undefined;
	const units = [...text].slice(0, 126).flatMap((letter) => word(letter.charCodeAt(0)));
	return Uint8Array.from([2 + units.length, 3, ...units]);
}

/** The interface strings a real ROM of this part prints, or some made from the memory in the same notation. */
function memoryStrings({ device, memory }: Board): readonly string[] {
	return device.dfuStrings[0] ?? composeStrings(memory);
}

function composeStrings(memory: MemoryMap): string[] {
	const flash = memory.filter((region) => region.kind === 'flash');
	const options = memory.filter((region) => region.kind === 'option-bytes');
	const otp = memory.filter((region) => region.kind === 'otp');
	return [
		...(flash.length > 0 ? [`@Internal Flash  ${flash.map(sectorText).join('')}`] : []),
		...(options.length > 0 ? [`@Option Bytes  ${options.map(wholeText).join('')}`] : []),
		...(otp.length > 0 ? [`@OTP Memory  ${otp.map(wholeText).join('')}`] : []),
	];
}

function sectorText({ range, sectors }: Region): string {
	const runs: { size: number; count: number }[] = [];
	for (const sector of sectors) {
		const size = sector.range.end - sector.range.start;
		const last = runs.at(-1);
		if (last?.size === size) last.count++;
		else runs.push({ size, count: 1 });
	}
	const parts = runs.map(({ size, count }) => {
		const [amount, unit] = size % 1024 === 0 ? [size / 1024, 'K'] : [size, ' '];
		return `${pad(count, 2)}*${pad(amount, 3)}${unit}g`;
	});
	return `/${address(range.start)}/${parts.join(',')}`;
}

/** Readable and writable, not erasable: letter e. */
const wholeText = ({ range }: Region): string =>
	`/${address(range.start)}/01*${pad(range.end - range.start, 3)} e`;

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');
const address = (value: number): string => '0x' + value.toString(16).toUpperCase().padStart(8, '0');
