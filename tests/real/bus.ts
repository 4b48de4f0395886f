// The hub of a test file: made by the first test that plugs a board in, emptied after each test.
import { afterAll, afterEach } from 'vitest';
import { Hub, type BoardOptions, type PluggedBoard } from './hub.ts';

export interface Bus {
	readonly plugIn: (options: BoardOptions) => PluggedBoard;
}

export function bus(): Bus {
	let hub: Hub | undefined;
	afterEach(() => {
		hub?.removeAll();
	});
	afterAll(() => {
		hub?.close();
	});
	return {
		plugIn: (options) => (hub ??= new Hub()).plugIn(options),
	};
}
