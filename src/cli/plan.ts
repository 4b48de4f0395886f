// `plan FILE… --device NAME`: the sectors a job would erase, what it writes and loses, and how long it takes.
import { hex32 } from '#core/bytes.ts';
import { diagnostic, Failure, sizeText } from '#core/failure.ts';
import { plan as makePlan, type Plan } from '#core/plan.ts';
import { protectedStates, type ProtectedState } from '#core/protected.ts';
import { size, type Range } from '#core/range.ts';
import { compile } from '#core/compile.ts';
import { cost } from '#core/steps.ts';
import { usualLimits, usualPace, type Wire } from '#core/wires.ts';
import { findByProductId } from '#devices/index.ts';
import { undescribedFlash } from '#devices/undescribed.ts';
import { buildHelp, buildOptions, readBuildOptions, targetOf } from './build-options.ts';
import { parse, UsageError, type Answer, type Command } from './command.ts';
import { diagnosticJson, segmentsJson } from './inspect-json.ts';
import { findingsText, segmentsText } from './inspect-text.ts';
import { readBuild } from './read-build.ts';
import { checkNames, findProject, otherDevice, type FoundProject } from './read-project.ts';
import { table } from './table.ts';

const help = `Usage: sectorwise plan FILE… --device NAME [options] [--json]

What programming these files would do to this chip: sectors to erase, bytes to write, what beside them
is kept, and the time by the chip's typical figures. The same plan that the app shows before it has looked
at a board: the most that can happen.
Exit code 1 when the job could not run.

${buildHelp}
  --wire usb|uart     what the job goes over; usb where the chip's bootloader has it, when left out
  --no-keep           bytes that share a sector with the image are not read first: they are lost
  --project FILE      a sectorwise.json with ranges no job may change; the one beside the files when left out
  --give-up NAME      one of its ranges may be changed all the same; may be repeated`;

const options = {
	...buildOptions,
	wire: { type: 'string' },
	'no-keep': { type: 'boolean' },
	project: { type: 'string' },
	'give-up': { type: 'string', multiple: true },
} as const;

export const planCommand: Command = {
	help,
	run: async (io, args) => {
		const { values, positionals } = parse(args, options);
		if (positionals.length === 0) throw new UsageError('Which file?');
		const reading = readBuildOptions(values);
		const target = targetOf(values);
		if (!target) throw new UsageError('Which chip? --device NAME is needed.');
		const { device, memory, name } = target;
		const wire = wireOf(values.wire, device.bootloader.dfu);
		const build = await readBuild(io, positionals, reading);
		if (!build.firmware) throw new Failure('insight.no-image', { name: build.name });
		const { image, families, diagnostics } = build.firmware;
		const given = values['give-up'] ?? [];
		const found = await findProject(io, values.project, positionals);
		checkNames(found, given);
		const ranges = found?.project.ranges ?? [];
		const protect = ranges.filter((range) => !given.includes(range.name));
		const { bank2EraseByUsb } = device.bootloader;
		const made = makePlan(image, memory, {
			start: false,
			known: {
				keep: values['no-keep'] !== true,
				spare: protect.map(({ range }) => range),
			},
			protect,
			undescribed: undescribedFlash(findByProductId(device.productId), memory),
			family: device.family,
			flashless: device.flashSize === 0,
			...(families && { fileFamilies: families }),
			...(wire === 'USB' && bank2EraseByUsb && { bank2Erase: bank2EraseByUsb }),
		});
		const steps = compile(made, usualLimits(wire, device.bootloader.massErase), device.timings);
		const pace = usualPace(wire, device.timings);
		const seconds = steps.reduce((sum, step) => sum + cost(step, pace), 0) / 1000;
		const layout = device.layouts.find(({ id }) => id === values.layout) ?? device.layouts[0];
		const assumed =
			layout.when !== undefined && values.layout === undefined
				? [
						diagnostic('warning', 'chip.layout-assumed', {
							when: layout.when,
							count: device.layouts.length,
							layout: layout.id,
						}),
					]
				: [];
		const states = protectedStates(made, image, ranges, given);
		return answer(made, {
			device: name,
			layout: layout.id,
			wire,
			image,
			steps: steps.length,
			// One command that takes everything takes also what nobody knows of.
			undescribed: steps.some(({ kind }) => kind === 'mass-erase') ? made.undescribed : [],
			seconds,
			project: found && { ...found, states },
			found: [
				...diagnostics,
				...made.diagnostics,
				...assumed,
				...(found ? otherDevice(found.project, device, name) : []),
			],
		});
	},
};

function wireOf(text: string | undefined, dfu: boolean): Wire {
	if (text === undefined) return dfu ? 'USB' : 'UART';
	const wire = text.toUpperCase();
	if (wire !== 'USB' && wire !== 'UART') throw new UsageError(`--wire ${text}: usb or uart.`);
	return wire;
}

interface About {
	readonly device: string;
	readonly layout: string;
	readonly wire: Wire;
	readonly image: Parameters<typeof segmentsJson>[0];
	readonly steps: number;
	readonly seconds: number;
	readonly undescribed: readonly Range[];
	readonly project: (FoundProject & { readonly states: readonly ProtectedState[] }) | undefined;
	readonly found: readonly Parameters<typeof diagnosticJson>[0][];
}

function answer(made: Plan, about: About): Answer {
	const { device, layout, wire, image, steps, seconds, undescribed, project, found } = about;
	const sum = (sizes: readonly number[]): number => sizes.reduce((total, each) => total + each, 0);
	const totals = {
		eraseBytes: sum(made.erase.map(({ range }) => size(range))),
		writeBytes: sum(made.write.map(({ data }) => data.length)),
		keepBytes: sum(made.keep.map(size)),
		lostBytes: sum(made.lost.map(size)),
	};
	return {
		exitCode: made.runnable ? 0 : 1,
		json: {
			device,
			layout,
			wire,
			runnable: made.runnable,
			...totals,
			seconds: Math.round(seconds * 1000) / 1000,
			steps,
			segments: segmentsJson(image),
			erase: made.erase.map(({ number, bank, range }) => ({
				sector: number,
				bank,
				address: hex32(range.start),
				size: size(range),
			})),
			write: made.write.map(({ address, data, fill }) => ({
				address: hex32(address),
				size: data.length,
				fill: sum(fill.map(size)),
			})),
			keep: made.keep.map(rangeJson),
			lost: made.lost.map(rangeJson),
			undescribed: undescribed.map(rangeJson),
			project: project ? projectJson(project) : null,
			diagnostics: found.map(diagnosticJson),
		},
		text: () =>
			[
				sentence(made, { ...totals, seconds, device, wire }),
				undescribedText(undescribed),
				sectorsText(made),
				project ? projectText(project) : '',
				segmentsText(image),
				findingsText(found),
			]
				.filter((part) => part !== '')
				.join('\n\n'),
	};
}

const rangeJson = (range: Range) => ({ address: hex32(range.start), size: size(range) });

type Laid = NonNullable<About['project']>;

const projectJson = ({ path, project, states }: Laid) => ({
	path,
	name: project.name,
	device: project.device ?? null,
	ranges: states.map(({ it, fate, sectors }) => ({
		name: it.name,
		...rangeJson(it.range),
		fate,
		sectors: sectors.map(({ number }) => number),
	})),
});

function projectText({ path, project, states }: Laid): string {
	const columns = [{ title: 'PROTECTED' }, { title: 'ADDRESS' }, { title: 'SIZE', right: true }];
	const rows = states.map(({ it: { name, range }, fate }) => [
		...[name, hex32(range.start), String(size(range)), FATES[fate]],
	]);
	const head = `Project ${project.name} (${path})`;
	return rows.length === 0 ? head : `${head}\n${table([...columns, { title: 'THIS JOB' }], rows)}`;
}

const FATES: Readonly<Record<ProtectedState['fate'], string>> = {
	untouched: 'does not touch it',
	merged: 'keeps it by merge',
	refused: 'would change it, and does not run',
	'given-up': 'changes it: given up',
};

const undescribedText = ([first]: readonly Range[]): string =>
	first
		? `One erase of everything: with it goes any flash this chip may have from ${hex32(first.start)} on, which nothing describes.`
		: '';

function sentence(
	{ runnable, erase }: Plan,
	told: {
		readonly writeBytes: number;
		readonly keepBytes: number;
		readonly lostBytes: number;
		readonly seconds: number;
		readonly device: string;
		readonly wire: Wire;
	},
): string {
	const { writeBytes, keepBytes, lostBytes, seconds, device, wire } = told;
	if (!runnable) return `${device}: this cannot be programmed.`;
	const sectors = erase.length === 1 ? '1 sector' : `${erase.length} sectors`;
	const kept = keepBytes > 0 ? `, keep ${sizeText(keepBytes)} beside it` : '';
	const lost = lostBytes > 0 ? `, lose ${sizeText(lostBytes)}` : '';
	return `${device}: erase ${sectors}, write ${sizeText(writeBytes)}${kept}${lost}, verify. About ${seconds.toFixed(1)} s by ${wire}.`;
}

function sectorsText({ erase, write }: Plan): string {
	if (erase.length === 0) return '';
	const columns = [
		{ title: 'SECTOR', right: true },
		{ title: 'BANK', right: true },
		{ title: 'ADDRESS' },
		{ title: 'SIZE', right: true },
		{ title: 'WRITTEN', right: true },
	];
	const rows = erase.map(({ number, bank, range }) => {
		const written = write.reduce((sum, { address, data }) => {
			const [start, end] = [
				Math.max(address, range.start),
				Math.min(address + data.length, range.end),
			];
			return sum + Math.max(0, end - start);
		}, 0);
		return [
			...[String(number), bank === 0 ? '–' : String(bank), hex32(range.start)],
			...[String(size(range)), String(written)],
		];
	});
	return table(columns, rows);
}
