// Bytes to program: noise that differs from place to place, behind a vector table that a chip would start.

const STACK = 0x20001000;

export function firmware(address: number, length: number, seed = 1): Uint8Array<ArrayBuffer> {
	const data = new Uint8Array(length);
	let state = Math.imul(seed, 2654435761);
	for (let i = 0; i < length; i++) {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		data[i] = state >>> 24;
	}
	const view = new DataView(data.buffer);
	view.setUint32(0, STACK, true);
	view.setUint32(4, address + 0x41, true);
	return data;
}

/** True where two byte strings are the same; quicker than an assertion over a megabyte. */
export const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
