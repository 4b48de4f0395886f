// The formats a memory content can be saved as, in the order they are offered. To add one, write its file and put its
// line here.
import { binWriter } from './write-bin.ts';
import { dfuseWriter } from './write-dfuse.ts';
import { hexWriter } from './write-hex.ts';
import { srecWriter } from './write-srec.ts';
import { uf2Writer } from './write-uf2.ts';
import type { Writer } from './writer.ts';

export const writers: readonly Writer[] = [
	binWriter,
	hexWriter,
	srecWriter,
	dfuseWriter,
	uf2Writer,
];
