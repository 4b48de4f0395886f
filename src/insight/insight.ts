// A build and a target made into all there is to show: the one door of this folder for screens and command line.
import type { Diagnostic } from '#core/failure.ts';
import { crc32 } from '#core/crc.ts';
import type { Build, Insight, SectionRow, SymbolRow, Target } from '#core/insight.ts';
import { includes } from '#core/range.ts';
import { factsOf } from '#devices/facts.ts';
import { backupMemory } from './experts/backup.ts';
import { dmaBuffers } from './experts/dma.ts';
import type { Case, Expert } from './experts/findings.ts';
import { belowTheProgram, lonelyBytes, pastTheEnd } from './experts/image.ts';
import { processor } from './experts/processor.ts';
import {
	filesAndElf,
	regionsAndChip,
	regionsAndRegions,
	reservedRegions,
	scriptAndMap,
	sectionsAndChip,
} from './experts/regions.ts';
import { loadAddresses } from './experts/stores.ts';
import { fullness, sameBytes } from './experts/usage.ts';
import { vectorTable } from './experts/vectors.ts';
import { externalFindings, externalUse } from './external.ts';
import { identityOf } from './identity.ts';
import { overlayOf } from './overlay.ts';
import { linkerRegions, regionUsages } from './regions.ts';
import { reservationsOf } from './reservations.ts';
import { physical, type Physical } from './roles.ts';
import { builtSections, type BuiltSection } from './sections.ts';
import { countSymbols, listSymbols } from './symbols.ts';

/** One file, one expert; the order is that of equal severities on the screen. */
const experts: readonly Expert[] = [
	processor,
	vectorTable,
	pastTheEnd,
	fullness,
	regionsAndChip,
	sectionsAndChip,
	loadAddresses,
	backupMemory,
	dmaBuffers,
	sameBytes,
	reservedRegions,
	regionsAndRegions,
	scriptAndMap,
	filesAndElf,
	belowTheProgram,
	lonelyBytes,
	externalFindings,
];

/** Everything about one build; `target` adds the overlay and what only a known chip can tell. Never throws. */
export function makeInsight(build: Build, target?: Target): Insight {
	const { regions } = linkerRegions(build);
	const sections = builtSections(build, regions);
	const reservations = reservationsOf(build, sections);
	const usages = regionUsages(build, target, reservations);
	let symbols: readonly SymbolRow[] | undefined;
	const about: Case = {
		build,
		target,
		chip: physical(target),
		facts: factsOf(target?.device),
		regions,
		sections,
		usages,
		reservations,
		symbols: () => (symbols ??= listSymbols(build)),
	};
	const external = externalUse(about);
	return {
		files: build.files,
		regions: usages,
		sections: sections
			.map((section) => rowOf(section, about.chip))
			.sort((a, b) => a.address - b.address),
		segments: (build.firmware?.image ?? []).map(({ address, data }) => ({
			address,
			size: data.length,
			crc32: crc32(data),
		})),
		symbolCount: countSymbols(build),
		...(target && { overlay: overlayOf({ build, target, regions, sections }) }),
		warnings: bySeverity([
			...readersFindings(build),
			...experts.flatMap((expert) => expert(about)),
		]),
		missing: build.script?.missing ?? [],
		...(external && { external }),
		identity: identityOf(build),
	};
}

/** Where no linker region is known, the chip's memory is named. */
function rowOf({ made: _, ...row }: BuiltSection, chip: Physical): SectionRow {
	const at = (address: number | undefined): string | undefined =>
		address === undefined
			? undefined
			: chip.regions.find(({ range }) => includes(range, chip.addressOf(address)))?.name;
	const region = row.region ?? at(row.address);
	const loadRegion = row.loadRegion ?? at(row.loadAddress);
	return {
		...row,
		...(region !== undefined && { region }),
		...(loadRegion !== undefined && { loadRegion }),
	};
}

const readersFindings = ({ firmware, script, map, elf }: Build): Diagnostic[] => [
	...(firmware?.diagnostics ?? []),
	...(elf?.diagnostics ?? []),
	...(map?.diagnostics ?? []),
	...(script?.diagnostics ?? []),
];

const RANK = { error: 0, warning: 1, note: 2 } as const;

/** Errors first; the order within one severity stays. */
const bySeverity = (found: readonly Diagnostic[]): Diagnostic[] =>
	[...found].sort((a, b) => RANK[a.severity] - RANK[b.severity]);
