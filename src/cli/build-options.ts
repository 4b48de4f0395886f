// The options that say how files are to be read, shared by the commands that read builds.
import type { Device } from '#core/device.ts';
import type { Target } from '#core/insight.ts';
import { devices } from '#devices/index.ts';
import { lookUp } from '#devices/look-up.ts';
import { effectiveMemory } from '#devices/memory-map.ts';
import { UsageError } from './command.ts';
import type { BuildOptions } from './read-build.ts';

export const buildOptions = {
	map: { type: 'string', multiple: true },
	script: { type: 'string', multiple: true },
	include: { type: 'string', multiple: true, short: 'L' },
	defsym: { type: 'string', multiple: true },
	define: { type: 'string', multiple: true, short: 'D' },
	address: { type: 'string' },
	device: { type: 'string' },
	layout: { type: 'string' },
} as const;

export interface BuildValues {
	readonly map?: readonly string[] | undefined;
	readonly script?: readonly string[] | undefined;
	readonly include?: readonly string[] | undefined;
	readonly defsym?: readonly string[] | undefined;
	readonly define?: readonly string[] | undefined;
	readonly address?: string | undefined;
	readonly device?: string | undefined;
	readonly layout?: string | undefined;
}

export const buildHelp = `  --map FILE          a linker map, when its content does not tell
  --script FILE       a linker script, when its content does not tell
  --include DIR       where to look for what a script includes (also -L)
  --defsym NAME=VALUE a symbol the linker was given
  --define NAME=VALUE a macro the preprocessor was given (also -D)
  --address ADDRESS   where a raw binary belongs
  --device NAME       the chip: a part (STM32F405RG), an order code or a product ID (0x413)
  --layout ID         which of its sector arrangements, where an option byte decides`;

/** @throws UsageError */
export function readBuildOptions(values: BuildValues): BuildOptions {
	const address = values.address === undefined ? undefined : number(values.address);
	if (values.address !== undefined && (address === undefined || address > 0xffffffff))
		throw new UsageError(`--address ${values.address}: an address like 0x08000000 is wanted.`);
	return {
		maps: values.map ?? [],
		scripts: values.script ?? [],
		include: values.include ?? [],
		defsym: new Map((values.defsym ?? []).map(symbol)),
		defines: new Map((values.define ?? []).map(macro)),
		...(address !== undefined && { address }),
	};
}

/** Decimal, or hexadecimal with 0x; with K or M also 1024 and 1024² times that. */
export function number(text: string): number | undefined {
	const match = /^(0x[0-9a-f]{1,8}|\d{1,10})([KM]?)$/i.exec(text.trim());
	if (!match) return undefined;
	const unit = match[2]!.toUpperCase();
	return Number(match[1]) * (unit === 'M' ? 1048576 : unit === 'K' ? 1024 : 1);
}

function symbol(text: string): [string, number] {
	const at = text.indexOf('=');
	const value = number(text.slice(at + 1));
	if (at < 1 || value === undefined)
		throw new UsageError(`--defsym ${text}: NAME=VALUE is wanted, as in FLASH_SIZE=512K.`);
	return [text.slice(0, at), value];
}

function macro(text: string): [string, string] {
	const at = text.indexOf('=');
	// As for cpp: a macro without a value is 1.
	return at < 0 ? [text, '1'] : [text.slice(0, at), text.slice(at + 1)];
}

/** The chip by name, with its catalogue memory. @throws Failure chip.name-*, UsageError for a layout it has not */
export function targetOf({
	device: name,
	layout,
}: BuildValues): (Target & { device: Device }) | undefined {
	if (name === undefined) {
		if (layout !== undefined) throw new UsageError('--layout needs --device.');
		return undefined;
	}
	const { device, part } = lookUp(devices, name);
	const ids = device.layouts.map(({ id }) => id);
	if (layout !== undefined && !ids.includes(layout))
		throw new UsageError(`--layout ${layout}: this chip has ${ids.join(', ')}.`);
	const { memory } = effectiveMemory(device, layout, {});
	return { name: part ?? device.name, memory, device, live: false };
}
