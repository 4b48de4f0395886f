// UF2 (github.com/microsoft/uf2, README.md): 512-byte blocks of up to 256 bytes, each between two multiples of 256 and
// never padded, so that nothing is written that was not given. The family ID stands where the chip's family has one.
import { le32 } from '#core/bytes.ts';
import { Failure } from '#core/failure.ts';
import { imageSize } from '#core/image.ts';
import { MAX_FILE } from './format.ts';
import { stm32Families } from './uf2.ts';
import { aligned, ensureBytes, type Writer } from './writer.ts';

const BLOCK_SIZE = 512;
const PAYLOAD = 256;
const MAGIC = [0x0a324655, 0x9e5d5157];
const MAGIC_END = 0x0ab16f30;
const FLAG_FAMILY = 0x2000;
const DATA_OFFSET = 32;

export const uf2Writer: Writer = {
	id: 'uf2',
	label: 'UF2 (.uf2)',
	extension: '.uf2',
	about: 'Blocks with their addresses, for boards that show themselves as a drive.',
	write(image, { family }) {
		ensureBytes(image);
		const parts = aligned(image, PAYLOAD);
		const size = parts.length * BLOCK_SIZE;
		if (size > MAX_FILE) {
			throw new Failure('write.span', { size, used: imageSize(image), limit: MAX_FILE });
		}
		const id = familyId(family);
		const file = new Uint8Array(size);
		for (const [index, { address, data }] of parts.entries()) {
			const at = index * BLOCK_SIZE;
			const flags = id === undefined ? 0 : FLAG_FAMILY;
			const words = [flags, address, data.length, index, parts.length, id ?? 0];
			file.set([...MAGIC, ...words].flatMap(le32), at);
			file.set(data, at + DATA_OFFSET);
			file.set(le32(MAGIC_END), at + BLOCK_SIZE - 4);
		}
		return file;
	},
};

function familyId(family: string | undefined): number | undefined {
	for (const [id, name] of stm32Families) if (name === family) return id;
	return undefined;
}
