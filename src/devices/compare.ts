// What one description of a chip says differently from another, leaf by leaf.
import type { Device } from '#core/device.ts';
import { deviceJson } from '#core/device-json.ts';

export interface Change {
	/** "STM32F405/407, 1 MiB": which memory size of the file. */
	readonly device: string;
	/** "timings.erase[0].typicalMs"; '' for the device as a whole. */
	readonly path: string;
	/** Undefined where it is new. */
	readonly before?: string;
	/** Undefined where it is gone. */
	readonly after?: string;
}

/** Devices are paired by flash size and the parts they share. */
export function compareDevices(before: readonly Device[], after: readonly Device[]): Change[] {
	const left = new Set(before);
	const changes: Change[] = [];
	for (const device of after) {
		const old = partner(device, [...left]);
		if (old) left.delete(old);
		if (old) changes.push(...leafChanges(device.name, leaves(old), leaves(device)));
		else changes.push({ device: device.name, path: '', after: device.parts.join(' ') });
	}
	for (const { name, parts } of left)
		changes.push({ device: name, path: '', before: parts.join(' ') });
	return changes;
}

function partner(device: Device, among: readonly Device[]): Device | undefined {
	const shared = (other: Device): number =>
		other.parts.filter((part) => device.parts.includes(part)).length;
	const [best] = among
		.filter((other) => shared(other) > 0 || other.flashSize === device.flashSize)
		.sort(
			(a, b) =>
				shared(b) - shared(a) ||
				Number(b.flashSize === device.flashSize) - Number(a.flashSize === device.flashSize),
		);
	return best;
}

function leafChanges(
	device: string,
	before: ReadonlyMap<string, string>,
	after: ReadonlyMap<string, string>,
): Change[] {
	return [...new Set([...before.keys(), ...after.keys()])].flatMap((path): Change[] => {
		const [old, now] = [before.get(path), after.get(path)];
		return old === now
			? []
			: [
					{
						device,
						path,
						...(old !== undefined && { before: old }),
						...(now !== undefined && { after: now }),
					},
				];
	});
}

/** Every single value with its place; lists of words are one value. The first layout stands under `layouts` only. */
function leaves(device: Device): Map<string, string> {
	const { banks: _, part: __, name: ___, ...facts } = deviceJson(device);
	const found = new Map<string, string>();
	const walk = (value: unknown, path: string): void => {
		if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
			found.set(path, value.join(', '));
		else if (Array.isArray(value))
			value.forEach((one: unknown, i) => {
				walk(one, `${path}[${keyOf(one) ?? i}]`);
			});
		else if (typeof value === 'object' && value !== null)
			for (const [key, one] of Object.entries(value))
				walk(one, path === '' ? key : `${path}.${key}`);
		else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
			found.set(path, String(value));
	};
	walk(facts, '');
	return found;
}

/** Regions and versions are told by their names, so that a new one among them does not change all after it. */
function keyOf(value: unknown): string | undefined {
	if (typeof value !== 'object' || value === null) return undefined;
	const { name, version, id } = value as Record<string, unknown>;
	return [name, version, id].find((one) => typeof one === 'string');
}
