// Every checksum of the house. The reflected CRC-32 comes from the crc-32 package; the STM32 CRC unit's own
// kind (RM0090 4: polynomial 04C11DB7, most significant bit first, whole 32-bit words) is built here.
import CRC32 from 'crc-32';

/** CRC-32 as zip and gzip use it, unsigned. `previous` continues an earlier sum. */
export function crc32(bytes: Uint8Array, previous = 0): number {
	return CRC32.buf(bytes, previous) >>> 0;
}

/** The DFU suffix sum (DFU 1.1 appendix B): CRC-32 without the final inversion. */
export function dfuSuffixCrc(bytes: Uint8Array): number {
	return ~CRC32.buf(bytes) >>> 0;
}

export const STM32_CRC_POLYNOMIAL = 0x04c11db7;
export const STM32_CRC_INITIAL = 0xffffffff;

/** Four tables of 256 words: one step of 32 bits a word, for a polynomial given most significant bit first. */
function tables(polynomial: number): Uint32Array[] {
	const first = Uint32Array.from({ length: 256 }, (_, index) => {
		let sum = index << 24;
		for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum & 0x80000000 ? polynomial : 0);
		return sum >>> 0;
	});
	const all = [first];
	for (let n = 1; n < 4; n++) {
		const previous = all[n - 1]!;
		all.push(Uint32Array.from(previous, (sum) => ((sum << 8) ^ first[sum >>> 24]!) >>> 0));
	}
	return all;
}

const standardTables = tables(STM32_CRC_POLYNOMIAL);

/**
 * The sum the STM32 CRC unit gives for memory content, as Get Checksum (AN3155 3.13) reports it.
 * @param bytes memory content; its length must be a multiple of 4.
 */
export function stm32Crc(
	bytes: Uint8Array,
	polynomial = STM32_CRC_POLYNOMIAL,
	initial = STM32_CRC_INITIAL,
): number {
	if (bytes.length % 4 !== 0) throw new RangeError(`${bytes.length} bytes are not whole words`);
	const [t0, t1, t2, t3] =
		polynomial === STM32_CRC_POLYNOMIAL ? standardTables : tables(polynomial);
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let sum = initial >>> 0;
	for (let offset = 0; offset < bytes.length; offset += 4) {
		const word = sum ^ view.getUint32(offset, true);
		sum =
			t3![word >>> 24]! ^
			t2![(word >>> 16) & 0xff]! ^
			t1![(word >>> 8) & 0xff]! ^
			t0![word & 0xff]!;
	}
	return sum >>> 0;
}
