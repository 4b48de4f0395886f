// The catalogue: every devices/*.json, read once. Load this lazily; nothing but the session needs it.
import type { Device } from '#core/device.ts';
import * as choose from './choose.ts';
import { readDeviceFile } from './device-file.ts';
import * as geometry from './geometry.ts';
import * as partName from './part-name.ts';

const files = import.meta.glob<unknown>(['/devices/*.json', '!/devices/device.schema.json'], {
	eager: true,
	import: 'default',
});

/** Each file by its name, with what it describes. */
export const deviceFiles = Object.entries(files).map(([path, content]) => ({
	name: path.slice(path.lastIndexOf('/') + 1),
	content,
	devices: readDeviceFile(content),
}));

/** By product ID, then flash size as the file lists it. */
export const devices: readonly Device[] = deviceFiles.flatMap((file) => file.devices);

export const findByProductId = (id: number): Device[] => choose.findByProductId(devices, id);

export const findByPart = (text: string): Device[] => partName.findByPart(devices, text);

export const findByMemoryString = (strings: readonly (string | undefined)[]): Device[] =>
	geometry.findByMemoryString(devices, strings);

export const chooseDevice = (evidence: choose.Evidence): choose.Choice =>
	choose.chooseDevice(devices, evidence);

export { flashSizeOf, type Choice, type Evidence } from './choose.ts';
