// The shipped device files, each read when it is asked for: all of them at once take a page longer than a frame.
import type { Device } from '#core/device.ts';
import { readDeviceFile } from './device-file.ts';

const files = import.meta.glob<unknown>(['/devices/*.json', '!/devices/device.schema.json'], {
	eager: true,
	import: 'default',
});

export interface DeviceFile {
	/** "0x413-stm32f405-407-415-417.json" */
	readonly name: string;
	readonly content: unknown;
	/** By flash size as the file lists it. */
	readonly devices: readonly Device[];
}

/** By product ID. */
export function* readFiles(): Generator<DeviceFile, void> {
	for (const [path, content] of Object.entries(files)) {
		const name = path.slice(path.lastIndexOf('/') + 1);
		yield { name, content, devices: readDeviceFile(content) };
	}
}
