// Intel HEX ("Hexadecimal Object File Format Specification" Rev A, 1988): data under linear bases (type 04), the entry
// point (05) where there is one, end (01).
import { be16, be32 } from '#core/bytes.ts';
import { RecordText, sum8 } from './write-text.ts';
import { aligned, ensureBytes, type Writer } from './writer.ts';

const DATA = 0;
const END = 1;
const LINEAR_BASE = 4;
const LINEAR_ENTRY = 5;
const LINE_BYTES = 16;
const BASE_SIZE = 0x10000;

export const hexWriter: Writer = {
	id: 'hex',
	label: 'Intel HEX (.hex)',
	extension: '.hex',
	about: 'Bytes with their addresses, gaps left out, a checksum on every line.',
	write(image, { entryPoint }) {
		ensureBytes(image);
		const text = new RecordText();
		const record = (type: number, offset: number, data: Iterable<number> & { length: number }) => {
			const head = [data.length, ...be16(offset), type];
			text.line(':', head, data, [-sum8(head, data) & 0xff]);
		};
		let base = 0;
		for (const { address, data } of aligned(image, LINE_BYTES)) {
			const high = Math.floor(address / BASE_SIZE);
			if (high !== base) record(LINEAR_BASE, 0, be16(high));
			base = high;
			record(DATA, address % BASE_SIZE, data);
		}
		if (entryPoint !== undefined) record(LINEAR_ENTRY, 0, be32(entryPoint));
		record(END, 0, []);
		return text.finish();
	},
};
