// DfuSe files (UM0391 Rev 1, sections 2.1–2.4) with the suffix of DFU 1.1 appendix B: one target for each alternate
// setting, one element for each run of bytes.
import { concat, le32 } from '#core/bytes.ts';
import { dfuSuffixCrc } from '#core/crc.ts';
import { Failure } from '#core/failure.ts';
import { imageSize, segmentRange, sliceImage, type Image, type Segment } from '#core/image.ts';
import { regionAt, type MemoryMap, type Region } from '#core/memory.ts';
import { subtract } from '#core/range.ts';
import { MAX_IMAGE } from './format.ts';
import { codes } from './reading.ts';
import { ensureBytes, type Writer } from './writer.ts';

const le16 = (value: number): number[] => le32(value).slice(0, 2);

const PREFIX_SIZE = 11;
const PREFIX_VERSION = 1;
const TARGET_NAME_SIZE = 255;
/** UM0391 2.1: DfuSe is DFU version 1.1a. */
const DFU_VERSION = 0x011a;
/** Any release of the device (DFU 1.1 appendix B). */
const ANY_DEVICE = 0xffff;
const SUFFIX_SIZE = 16;
/** ST's ROM (AN2606 rev 62, section 3.3). */
const ST_BOOTLOADER = { vendorId: 0x0483, productId: 0xdf11 };

/** As the ROM's own interface strings name them (AN2606; UM0424 4.3). */
const names: Readonly<Partial<Record<Region['kind'], string>>> = {
	flash: 'Internal Flash',
	'option-bytes': 'Option Bytes',
	otp: 'OTP Memory',
	'device-feature': 'Device Feature',
};

export const dfuseWriter: Writer = {
	id: 'dfu',
	label: 'DfuSe (.dfu)',
	extension: '.dfu',
	about: 'Bytes with their addresses for ST’s USB bootloader, with a checksum over all.',
	write(image, { usb = ST_BOOTLOADER, memory = [] }) {
		ensureBytes(image);
		const used = imageSize(image);
		if (used > MAX_IMAGE) throw new Failure('write.span', { size: used, used, limit: MAX_IMAGE });
		const targets = targetsOf(image, memory).map(encodeTarget);
		const length = targets.reduce((sum, target) => sum + target.length, PREFIX_SIZE);
		const prefix = [...codes('DfuSe'), PREFIX_VERSION, ...le32(length), targets.length];
		const fields = [ANY_DEVICE, usb.productId, usb.vendorId, DFU_VERSION].flatMap(le16);
		const suffix = [...fields, ...codes('UFD'), SUFFIX_SIZE];
		const content = concat([Uint8Array.from(prefix), ...targets, Uint8Array.from(suffix)]);
		return concat([content, Uint8Array.from(le32(dfuSuffixCrc(content)))]);
	},
};

interface Target {
	readonly setting: number;
	readonly name?: string;
	readonly elements: Segment[];
}

/** Cut where one alternate setting ends; what no region holds belongs to the first. */
function targetsOf(image: Image, memory: MemoryMap): Target[] {
	const targets = new Map<number, Target>();
	for (const segment of image.flatMap((one) => byRegion(one, memory))) {
		const region = regionAt(memory, segment.address);
		const setting = region?.alternateSetting ?? 0;
		const name = region && (names[region.kind] ?? region.name);
		const target = targets.get(setting) ?? { setting, ...(name && { name }), elements: [] };
		targets.set(setting, target);
		target.elements.push(segment);
	}
	return [...targets.values()].sort((a, b) => a.setting - b.setting);
}

function byRegion(segment: Segment, memory: MemoryMap): Image {
	const ranges = memory.map(({ range }) => range);
	const outside = subtract(segmentRange(segment), ranges);
	return [...ranges, ...outside].flatMap((range) => sliceImage([segment], range));
}

function encodeTarget({ setting, name, elements }: Target): Uint8Array {
	const content = concat(
		elements.flatMap(({ address, data }) => [
			Uint8Array.from([...le32(address), ...le32(data.length)]),
			data,
		]),
	);
	const title = new Uint8Array(TARGET_NAME_SIZE);
	title.set(codes(name ?? '').slice(0, TARGET_NAME_SIZE - 1));
	const sizes = [...le32(content.length), ...le32(elements.length)];
	const head = [setting & 0xff, ...le32(name === undefined ? 0 : 1)];
	return concat([
		Uint8Array.from([...codes('Target'), ...head]),
		title,
		Uint8Array.from(sizes),
		content,
	]);
}
