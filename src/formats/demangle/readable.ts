// The name a programmer wrote, from the name in the symbol table: Rust's two manglings and C++'s (Itanium).
import { readItanium } from './itanium.ts';
import { readRustLegacy } from './rust-legacy.ts';
import { readRustV0 } from './rust-v0.ts';

/** Longer names are left as they are: they take time and nobody reads them. */
const MAX_NAME = 4096;

/** The readable form as c++filt prints it; undefined for plain names and those that are not understood. */
export function readableName(name: string): string | undefined {
	if (name.length > MAX_NAME) return undefined;
	if (/^_?_R/.test(name)) return readRustV0(name);
	if (!/^_?_Z/.test(name)) return undefined;
	return readRustLegacy(name) ?? readItanium(name);
}
