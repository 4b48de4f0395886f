// The layouts of option bytes: every devices/options/*.json, read once. Load this lazily; a session asks for it when a
// board is connected.
import type { Device } from '#core/device.ts';
import type { OptionLayout } from '#core/options.ts';
import { readOptionFile } from './options-file.ts';

const files = import.meta.glob<unknown>(
	['/devices/options/*.json', '!/devices/options/options.schema.json'],
	{ eager: true, import: 'default' },
);

/** In the order of their file names. */
export const optionLayouts: readonly OptionLayout[] = Object.entries(files).map(([path, content]) =>
	readOptionFile(content, path.slice(path.lastIndexOf('/') + 1, -'.json'.length)),
);

/** Undefined where the layout is not known to us with certainty. */
export const optionsOf = (device: Device): OptionLayout | undefined =>
	optionLayouts.find(({ products }) => products.includes(device.productId));
