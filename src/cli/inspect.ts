// `inspect FILE…`: what a build has where, what it costs, and whether it fits a chip.
import { diagnostic, Failure, type Diagnostic } from '#core/failure.ts';
import type { RegionUsage } from '#core/insight.ts';
import { compareBuilds } from '#insight/compare.ts';
import { makeInsight } from '#insight/insight.ts';
import { listSymbols } from '#insight/symbols.ts';
import { buildHelp, buildOptions, number, readBuildOptions, targetOf } from './build-options.ts';
import { parse, UsageError, type Command } from './command.ts';
import { inspectJson } from './inspect-json.ts';
import { inspectText } from './inspect-text.ts';
import { readBuild } from './read-build.ts';

const help = `Usage: sectorwise inspect FILE… [options] [--json]

Regions with what they hold, sections, segments with checksums, and what an expert would warn of.
FILEs are of one build, in any order: ELF, Intel HEX, S-record, DfuSe, UF2, raw binary, linker map,
linker script. One of any kind is enough.

${buildHelp}
  --compare FILE      an older build: what grew, shrank, moved, and what the update costs
  --max REGION=LIMIT  fail (exit code 1) when a region uses more: 90%, 448K or bytes
  --symbols           also every symbol`;

const options = {
	...buildOptions,
	compare: { type: 'string' },
	max: { type: 'string', multiple: true },
	symbols: { type: 'boolean' },
} as const;

export const inspectCommand: Command = {
	help,
	run: async (io, args) => {
		const { values, positionals } = parse(args, options);
		const given = [...positionals, ...(values.map ?? []), ...(values.script ?? [])];
		if (given.length === 0) throw new UsageError('Which file?');
		const budgets = (values.max ?? []).map(budget);
		const reading = readBuildOptions(values);
		const target = targetOf(values);
		const build = await readBuild(io, positionals, reading);
		const old =
			values.compare === undefined
				? undefined
				: await readBuild(io, [values.compare], { ...reading, maps: [], scripts: [] });
		const made = makeInsight(build, target);
		const over = budgets.flatMap((each) => check(each, made.regions));
		const insight = { ...made, warnings: [...over, ...made.warnings] };
		const inspected = {
			insight,
			image: build.firmware?.image ?? [],
			...(values.symbols && { symbols: listSymbols(build) }),
			...(old && { comparison: compareBuilds({ before: old, after: build }, target) }),
		};
		return {
			json: inspectJson(inspected),
			text: () => inspectText(inspected),
			exitCode: over.length > 0 ? 1 : 0,
		};
	},
};

interface Budget {
	readonly region: string;
	/** Bytes of a region of this length. */
	readonly limit: (length: number) => number;
}

function budget(text: string): Budget {
	const at = text.lastIndexOf('=');
	const [region, wanted] = [text.slice(0, at), text.slice(at + 1)];
	const percent = /^(\d{1,3}(?:\.\d{1,4})?)%$/.exec(wanted)?.[1];
	const bytes = number(wanted);
	if (at < 1 || (percent === undefined && bytes === undefined))
		throw new UsageError(`--max ${text}: REGION=LIMIT is wanted, as in FLASH=90% or RAM=48K.`);
	return {
		region,
		limit: (length) => (percent === undefined ? bytes! : (length * Number(percent)) / 100),
	};
}

/** @throws Failure insight.no-region when nothing is known of the use of such a region. */
function check({ region: name, limit }: Budget, regions: readonly RegionUsage[]): Diagnostic[] {
	const region = regions.find((each) => each.name === name);
	if (region?.used === undefined) {
		const known = regions.filter(({ used }) => used !== undefined).map((each) => each.name);
		throw new Failure('insight.no-region', { region: name, known: known.join(', ') || 'none' });
	}
	const { used, origin, length } = region;
	const allowed = limit(length);
	if (used <= allowed) return [];
	const range = { start: origin, end: origin + length };
	const data = { region: name, used, limit: Math.floor(allowed) };
	return [diagnostic('error', 'insight.over-budget', data, range)];
}
