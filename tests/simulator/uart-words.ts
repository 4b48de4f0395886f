// The small words of AN3155 that its conversations are made of.
import { expect } from 'vitest';
import { bench, Wire, type Setup } from './talk.ts';

export const ACK = 0x79;
export const NACK = 0x1f;

/** A board whose ROM has acknowledged 0x7F. */
export async function synchronised(options: Setup) {
	const made = bench(options);
	const wire = await Wire.open(made);
	expect(await wire.ask([0x7f])).toEqual([ACK]);
	return { ...made, wire, board: made.sim.board };
}

/** Most significant byte first, then the XOR of the four. */
export const address = (value: number): number[] =>
	withSum([value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff]);

export const withSum = (bytes: number[]): number[] => [
	...bytes,
	bytes.reduce((sum, byte) => sum ^ byte),
];

export const image = (start: number, bytes: number[]) => [
	{ address: start, data: Uint8Array.from(bytes) },
];
