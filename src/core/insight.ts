// What is where, what it costs, and whether it fits: everything the insight screens and the command line draw. Pure
// data, made by insight/ from a build (script, map, ELF, image, whichever there is) and a target (a chip, a board).
// Addresses and sizes in bytes; ranges half-open. It survives structuredClone, so a worker can make it.
import type { Firmware } from './artifact.ts';
import type { Device } from './device.ts';
import type { Diagnostic } from './failure.ts';
import type { Image } from './image.ts';
import type { ElfView, LinkMap, LinkScript, Missing } from './link.ts';
import type { MemoryMap, RegionKind } from './memory.ts';
import type { Range } from './range.ts';

// ---- what goes in ----

/** One build, as many of its files as there are. Only `name` is always known. */
export interface Build {
	readonly name: string;
	readonly files: readonly InsightFile[];
	readonly firmware?: Firmware;
	readonly elf?: ElfView;
	readonly map?: LinkMap;
	readonly script?: LinkScript;
}

/** The chip or board it is for. */
export interface Target {
	/** "STM32F405RG", or what else the screen calls it. */
	readonly name: string;
	/** The effective map: catalogue, live descriptor and size register joined. */
	readonly memory: MemoryMap;
	readonly device?: Device;
	/** True when a board told this itself; false when a part was chosen by name. */
	readonly live: boolean;
	/** What the board was read to hold, as far as it was read. */
	readonly content?: Image;
}

export interface InsightFile {
	readonly name: string;
	readonly kind: 'ELF' | 'map' | 'script' | 'image';
	/** "ELF", "GNU ld map", "linker script", "Intel HEX", … */
	readonly format: string;
	readonly size: number;
}

// ---- what comes out ----

export interface Insight {
	readonly files: readonly InsightFile[];
	/** The linker's regions in its order; the chip's where the linker's are not known; empty for an image alone. */
	readonly regions: readonly RegionUsage[];
	/** Allocated output sections by address; from the map or the ELF. */
	readonly sections: readonly SectionRow[];
	/** What the image brings, in maximal runs by address. */
	readonly segments: readonly SegmentRow[];
	/** How many symbols `listSymbols` would give; the list itself is made when asked for. */
	readonly symbolCount: number;
	/** Absent without a target. */
	readonly overlay?: Overlay;
	/** Findings of the readers and of the experts, errors first; each with a range where it has one. */
	readonly warnings: readonly Diagnostic[];
	/** What the script still needs from the user: `--defsym`, INCLUDE, `-D`. */
	readonly missing: readonly Missing[];
	/** Present when the build uses memory outside the chip. */
	readonly external?: ExternalUse;
	readonly identity: BuildIdentity;
}

/** What a region is for, by the chip where there is one, else by address and name. */
export type RegionRole = 'flash' | 'ram' | 'backup' | 'external' | 'other';

export interface RegionUsage {
	/** As the linker names it (FLASH), or the chip (FLASH_BANK_1). */
	readonly name: string;
	readonly role: RegionRole;
	readonly origin: number;
	readonly length: number;
	/** As ld prints them ("xr", "xrw", "!w"); '' when none. */
	readonly attributes: string;
	/** Where name, origin and length come from. */
	readonly source: 'script' | 'map' | 'chip';
	/**
	 * As `ld --print-memory-usage` counts; above `length` for a build that does not fit. For the chip's own regions
	 * the bytes that sections take, gaps not counted. Undefined when nothing tells (a script alone).
	 */
	readonly used?: number;
	/** `length − used`; negative when it overflows. Undefined where `used` is. */
	readonly free?: number;
	/** used / length, 0 to 1 (above 1 when it overflows); undefined where it cannot be told or length is 0. */
	readonly fraction?: number;
	/** Bytes of sections that ld's counter does not see (sections out of order, copies by AT()). Nearly always 0. */
	readonly hidden: number;
	/** What fills it. `content.size === used + hidden`, and every node's size is the sum of its children's. */
	readonly content: ContentNode;
	/** Heap and stack; those with `counted` are part of `used`. */
	readonly reservations: readonly Reservation[];
}

export type ContentKind =
	| 'region'
	| 'section'
	| 'archive'
	| 'object'
	| 'symbol'
	/** Padding the linker put in (*fill*). */
	| 'fill'
	/** Between two sections: alignment, or an address the script set. */
	| 'gap'
	/** Bytes of a section that no object or symbol accounts for. */
	| 'rest';

/** A node of the treemap. Sections and gaps stand in address order, what is below them by size, largest first. */
export interface ContentNode {
	readonly name: string;
	readonly kind: ContentKind;
	readonly size: number;
	/** Of its first byte in this region; undefined for a group that is not one piece (an archive). */
	readonly address?: number;
	/** Sections only: whether the bytes run here, are stored here to be copied (.data in flash), or both. */
	readonly part?: 'run' | 'load' | 'both';
	/** Empty below the objects: `symbolNodes` makes that level when it is opened. */
	readonly children: readonly ContentNode[];
}

export interface Reservation {
	readonly kind: 'heap' | 'stack' | 'heap and stack';
	readonly size: number;
	/** Where it stands, when a section holds it or the stack symbol ends it. */
	readonly range?: Range;
	/** The symbol or section that says so: "_Min_Heap_Size", "._user_heap_stack". */
	readonly by: string;
	/** True when a section takes the room, so `used` has it already. */
	readonly counted: boolean;
}

export interface SectionRow {
	readonly name: string;
	/** Where it runs (VMA). */
	readonly address: number;
	/** Where its bytes are stored (LMA); undefined when it stores none (.bss). */
	readonly loadAddress?: number;
	readonly size: number;
	/** Region it runs in, and the one its bytes are stored in; undefined outside all. */
	readonly region?: string;
	readonly loadRegion?: string;
	/** PROGBITS and the like: bytes in the file. */
	readonly stored: boolean;
	readonly write: boolean;
	readonly execute: boolean;
	/** Known from the ELF; 1 elsewhere. */
	readonly alignment: number;
}

export interface SegmentRow {
	readonly address: number;
	readonly size: number;
	readonly crc32: number;
}

/** One line of the symbol table; made by `listSymbols` in address order. */
export interface SymbolRow {
	readonly name: string;
	/** Demangled, where that differs. */
	readonly readable?: string;
	readonly address: number;
	readonly size: number;
	/** True when the map gave only addresses and `size` reaches to the next symbol or the end of its object's part. */
	readonly estimated: boolean;
	readonly kind: 'function' | 'object' | 'other';
	readonly binding: 'local' | 'global' | 'weak' | 'unknown';
	readonly section?: string;
	readonly region?: string;
	/** "main.o", or the archive's member. */
	readonly object?: string;
	readonly archive?: string;
	/** Source file, where the ELF names one. */
	readonly file?: string;
}

// ---- overlay: linker × chip × image ----

export interface Overlay {
	readonly target: string;
	readonly live: boolean;
	/** The chip's regions by address, also those nothing uses. */
	readonly rows: readonly OverlayRow[];
	/** Linker regions, or parts of them, that lie in no memory of the chip. */
	readonly outside: readonly { readonly name: string; readonly range: Range }[];
	readonly sectors: readonly SectorFate[];
}

export interface OverlayRow {
	/** The chip's name for it: FLASH_BANK_1, CCM_SRAM. */
	readonly name: string;
	readonly kind: RegionKind;
	readonly role: RegionRole;
	readonly range: Range;
	readonly linker: readonly OverlayPart[];
	/** What of it no linker region covers. */
	readonly uncovered: readonly Range[];
	/** What the image brings here. */
	readonly image: readonly Range[];
	/** Sections that run here. */
	readonly sections: readonly string[];
}

export interface OverlayPart {
	/** The linker region. */
	readonly name: string;
	/** Its part within this chip region. */
	readonly range: Range;
	/**
	 * How the whole linker region lies to the chip's memory of this role (touching regions count as one):
	 * `same` origin and end, `inside`, `beyond` its end, `before` its start.
	 */
	readonly agreement: 'same' | 'inside' | 'beyond' | 'before';
}

/** What programming this image does to one sector. */
export interface SectorFate {
	readonly number: number;
	readonly bank: number;
	readonly range: Range;
	/** `keep`: not touched. `write`: filled by the image. `lose`: erased, and part of it is written by nobody. */
	readonly fate: 'keep' | 'write' | 'lose';
	/** Bytes the image brings. */
	readonly bytes: number;
	/** Bytes that are erased and not written (0 when kept). */
	readonly lost: number;
	/** Sections whose bytes are stored here, by address. */
	readonly sections: readonly string[];
}

// ---- comparison of two builds, or of a build with a board's content ----

export type {
	Change,
	Comparison,
	PartDifference,
	SectorChange,
	UpdateCost,
} from './insight-comparison.ts';

// ---- memory outside the chip (AN5188) ----

export interface ExternalUse {
	/** Bytes of the image inside and outside the chip. */
	readonly internalBytes: number;
	readonly externalBytes: number;
	readonly parts: readonly ExternalPart[];
	/** How the code outside the chip runs; undefined when there is only data. */
	readonly model?: 'XiP' | 'BootROM';
	/** The external vector table of an application that runs from outside. */
	readonly vectors?: {
		readonly address: number;
		readonly stackPointer: number;
		readonly resetHandler: number;
	};
}

/** A run of the image, or of a section without bytes, in one window of external memory. */
export interface ExternalPart {
	readonly range: Range;
	/** "QSPI/OSPI flash", "FMC NOR flash", "external SDRAM" … as AN5188 calls them. */
	readonly memory: string;
	/** Holds bytes of the image, as opposed to a section that stores none. */
	readonly stored: boolean;
	readonly code: boolean;
	/** Whether the connected bootloader's own description covers it all; undefined without a live board. */
	readonly reachable?: boolean;
	/** The region of the target that reaches it. */
	readonly by?: string;
}

// ---- identity ----

export interface BuildIdentity {
	readonly linker?: 'GNU ld' | 'LLVM lld';
	readonly compilers: readonly string[];
	/** "Cortex-M4", "7E-M": as the build attributes have it. */
	readonly cpu?: string;
	readonly architecture?: string;
	/** "VFPv4-D16"; undefined for soft float or where nothing tells. */
	readonly fpu?: string;
	readonly floatAbi?: 'hard' | 'soft';
	readonly buildId?: string;
	readonly entry?: number;
	readonly versions: readonly { readonly text: string; readonly address: number }[];
}
