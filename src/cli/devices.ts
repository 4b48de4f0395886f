// `devices [NAME]`: the whole catalogue as a table, or everything about one chip.
import type { Device } from '#core/device.ts';
import { deviceJson, ramSize, sectorRuns } from '#core/device-json.ts';
import { sizeText } from '#core/failure.ts';
import { devices } from '#devices/index.ts';
import { lookUp } from '#devices/look-up.ts';
import { parse, UsageError, type Answer, type Command } from './command.ts';
import { deviceText } from './device-text.ts';
import { table } from './table.ts';

const help = `Usage: sectorwise devices [NAME] [--json]

Without a name: every part of the catalogue, one a line.
With a name: its memory, sectors, registers, bootloader and flash times.

NAME is a part or order code in any case (STM32F405RG, stm32f405rgt6tr, F405RG), a name with a small
x for any character (STM32F405xG), or a product ID as AN3155 Get ID answers it (0x413).`;

export const devicesCommand: Command = {
	help,
	run: (_io, args) => {
		const { positionals } = parse(args, {});
		if (positionals.length > 1) throw new UsageError('One name at a time.');
		return Promise.resolve(positionals[0] === undefined ? all() : one(positionals[0]));
	},
};

function one(name: string): Answer {
	const { device, part } = lookUp(devices, name);
	return { json: deviceJson(device, part), text: () => deviceText(device, part) };
}

/** "4×16K 1×64K 7×128K": the factory arrangement, bank by bank. */
const sectorsText = ({ layouts }: Device): string =>
	layouts[0].flash
		.map(({ sectors }) =>
			sectorRuns(sectors)
				.map(({ count, size }) => `${count}×${size % 1024 === 0 ? `${size / 1024}K` : size}`)
				.join(' '),
		)
		.join(' + ');

function all(): Answer {
	const rows = devices
		.flatMap((device) => device.parts.map((part) => ({ part, device })))
		.sort((a, b) => (a.part < b.part ? -1 : 1));
	return {
		json: rows.map(({ part, device }) => rowJson(part, device)),
		text: () =>
			table(
				[
					{ title: 'PART' },
					{ title: 'ID' },
					{ title: 'FAMILY' },
					{ title: 'FLASH', right: true },
					{ title: 'RAM', right: true },
					{ title: 'ERASED', right: true },
					{ title: 'WRITE', right: true },
					{ title: 'WIRES' },
					{ title: 'SECTORS' },
				],
				rows.map(({ part, device }) => {
					const row = rowJson(part, device);
					return [
						part,
						row.productId,
						row.family,
						row.flashSize === 0 ? 'none' : sizeText(row.flashSize),
						sizeText(row.ramSize),
						row.eraseValue ?? '–',
						String(row.writeAlign ?? '–'),
						wiresText(row),
						row.sectors,
					];
				}),
			),
	};
}

const wiresText = ({ uart, dfu }: { readonly uart: boolean; readonly dfu: boolean }): string =>
	[...(uart ? ['UART'] : []), ...(dfu ? ['USB'] : [])].join(' ') || '–';

function rowJson(part: string, device: Device) {
	const { productId, family, flashSize, eraseValue, writeAlign, confidence } = deviceJson(device);
	const { uart, dfu } = device.bootloader;
	return {
		part,
		productId,
		family,
		cores: device.cores,
		flashSize,
		ramSize: ramSize(device),
		sectors: sectorsText(device),
		eraseValue,
		writeAlign,
		uart,
		dfu,
		confidence,
	};
}
