// Motorola S-records (M68000 Family Programmer's Reference Manual, appendix C): header S0, data with 32-bit addresses
// S3, count S5 or S6, end and entry point S7.
import { be16, be32 } from '#core/bytes.ts';
import { codes } from './reading.ts';
import { RecordText, sum8 } from './write-text.ts';
import { aligned, ensureBytes, type Writer } from './writer.ts';

const LINE_BYTES = 16;
const MAX_HEADER = 60;
const MAX_SHORT_COUNT = 0xffff;
/** S6 counts in 24 bits; a longer file goes without. */
const MAX_COUNT = 0xffffff;

export const srecWriter: Writer = {
	id: 'srec',
	label: 'Motorola S-record (.srec)',
	extension: '.srec',
	about: 'Bytes with their addresses, gaps left out, a checksum on every line, and a count.',
	write(image, { name = '', entryPoint = 0 }) {
		ensureBytes(image);
		const text = new RecordText();
		const record = (type: string, address: readonly number[], data: Iterable<number>) => {
			const body = [...address, ...data];
			const count = [body.length + 1];
			text.line(type, count, body, [~sum8(count, body) & 0xff]);
		};
		record('S0', be16(0), headerOf(name));
		let records = 0;
		for (const { address, data } of aligned(image, LINE_BYTES)) {
			record('S3', be32(address), data);
			records++;
		}
		if (records <= MAX_SHORT_COUNT) record('S5', be16(records), []);
		else if (records <= MAX_COUNT) record('S6', be32(records).slice(1), []);
		record('S7', be32(entryPoint), []);
		return text.finish();
	},
};

/** Printable ASCII only: the format says nothing of other characters. */
const headerOf = (name: string): readonly number[] =>
	codes(name.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_HEADER));
