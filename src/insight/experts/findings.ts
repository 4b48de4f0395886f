// What every expert looks at, gathered once.
import type { Diagnostic } from '#core/failure.ts';
import type { Build, RegionUsage, Reservation, SymbolRow, Target } from '#core/insight.ts';
import type { LinkRegion } from '#core/link.ts';
import type { ChipFacts } from '#devices/facts.ts';
import type { Physical } from '#insight/roles.ts';
import type { BuiltSection } from '#insight/sections.ts';

export interface Case {
	readonly build: Build;
	readonly target: Target | undefined;
	readonly chip: Physical;
	readonly facts: ChipFacts;
	/** The linker's own; empty where only an ELF or an image is there. */
	readonly regions: readonly LinkRegion[];
	readonly sections: readonly BuiltSection[];
	readonly usages: readonly RegionUsage[];
	readonly reservations: readonly Reservation[];
	/** Made when first asked for. */
	symbols(): readonly SymbolRow[];
}

/** One field of expertise; silent where it knows too little. */
export type Expert = (about: Case) => Diagnostic[];
