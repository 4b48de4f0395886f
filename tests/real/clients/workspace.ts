// A folder of a test file's own, removed when its tests are over.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface Workspace {
	/** Path of a file in the folder. */
	readonly path: (name: string) => string;
	/** Writes a file and returns its path. */
	readonly put: (name: string, bytes: Uint8Array) => string;
	readonly get: (name: string) => Uint8Array<ArrayBuffer>;
}

export function workspace(): Workspace {
	const folder = mkdtempSync(join(tmpdir(), 'sectorwise-real-'));
	afterAll(() => {
		rmSync(folder, { recursive: true, force: true });
	});
	const path = (name: string): string => join(folder, name);
	return {
		path,
		put: (name, bytes) => {
			writeFileSync(path(name), bytes);
			return path(name);
		},
		get: (name) => Uint8Array.from(readFileSync(path(name))),
	};
}
