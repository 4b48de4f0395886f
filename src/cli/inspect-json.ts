// What `inspect --json` prints; docs/cli.md describes it. Addresses are text in hexadecimal, sizes are bytes.
import { createHash } from 'node:crypto';
import { hex32 } from '#core/bytes.ts';
import { crc32 } from '#core/crc.ts';
import { describe, type Diagnostic } from '#core/failure.ts';
import type { Image } from '#core/image.ts';
import type {
	Change,
	Comparison,
	Insight,
	RegionUsage,
	SectionRow,
	SymbolRow,
} from '#core/insight.ts';
import { size } from '#core/range.ts';

export interface Inspected {
	readonly insight: Insight;
	readonly image: Image;
	/** Undefined when they were not asked for. */
	readonly symbols?: readonly SymbolRow[];
	readonly comparison?: Comparison;
}

export function inspectJson({ insight, image, symbols, comparison }: Inspected) {
	const { files, regions, sections, warnings, identity, missing, overlay, external } = insight;
	return {
		files,
		segments: segmentsJson(image),
		regions: regions.map(regionJson),
		sections: sections.map(sectionJson),
		...(symbols && { symbols: symbols.map(symbolJson) }),
		diagnostics: warnings.map(diagnosticJson),
		missing,
		identity: {
			...identity,
			...(identity.entry !== undefined && { entry: hex32(identity.entry) }),
		},
		...(overlay && {
			sectors: overlay.sectors.map(({ range, ...sector }) => ({
				...sector,
				address: hex32(range.start),
				size: size(range),
			})),
		}),
		...(external && {
			external: {
				internalBytes: external.internalBytes,
				externalBytes: external.externalBytes,
				model: external.model ?? null,
				parts: external.parts.map(({ range, ...part }) => ({
					address: hex32(range.start),
					size: size(range),
					...part,
				})),
			},
		}),
		...(comparison && { comparison: comparisonJson(comparison) }),
	};
}

/** Maximal runs: neighbours are joined. */
export const segmentsJson = (image: Image) =>
	image.map(({ address, data }) => ({
		address: hex32(address),
		size: data.length,
		crc32: hex32(crc32(data)),
		sha256: createHash('sha256').update(data).digest('hex'),
	}));

const regionJson = ({
	name,
	origin,
	length,
	attributes,
	used,
	free,
	role,
	source,
}: RegionUsage) => ({
	name,
	origin: hex32(origin),
	length,
	attributes,
	used: used ?? null,
	free: free ?? null,
	role,
	source,
});

const sectionJson = ({ address, loadAddress, region, loadRegion, ...section }: SectionRow) => ({
	...section,
	address: hex32(address),
	loadAddress: loadAddress === undefined ? null : hex32(loadAddress),
	region: region ?? null,
	loadRegion: loadRegion ?? null,
});

const symbolJson = ({ address, ...symbol }: SymbolRow) => ({ ...symbol, address: hex32(address) });

export const diagnosticJson = (found: Diagnostic) => ({
	code: found.code,
	severity: found.severity,
	...(found.range && { address: hex32(found.range.start) }),
	message: describe(found).text,
	next: describe(found).next,
});

const changeJson = ({ before, after, within, ...change }: Change) => {
	const at = (side: Change['before']) =>
		side ? { address: hex32(side.address), size: side.size } : null;
	return { ...change, within: within ?? null, before: at(before), after: at(after) };
};

const comparisonJson = ({
	before,
	after,
	regions,
	sections,
	symbols,
	sectors,
	update,
}: Comparison) => ({
	before,
	after,
	regions: regions.map(changeJson),
	sections: sections.map(changeJson),
	symbols: symbols.map(changeJson),
	sectors: sectors.map(({ range, first, ...sector }) => ({
		...sector,
		address: hex32(range.start),
		size: size(range),
		first: hex32(first),
	})),
	update: update ?? null,
});
