// What a link left behind: the regions of a linker script, the contents of a map, the tables of an ELF.
// Pure data, made by linker/ and formats/, joined by insight/. Addresses and sizes in bytes of the target.
import type { Diagnostic } from './failure.ts';

/** One line of MEMORY (ld manual 3.7), its expressions evaluated. */
export interface LinkRegion {
	readonly name: string;
	readonly origin: number;
	readonly length: number;
	/** As ld normalises them ("xrw", "!w"); '' when none are written. */
	readonly attributes: string;
}

/** Where a script sends an output section. */
export interface Placement {
	readonly section: string;
	/** `> region`, its alias resolved; undefined where none is named. */
	readonly region?: string;
	/** `AT> region`, or, as ld has it, that of the section before it in the same region; undefined where it is the run region. */
	readonly loadRegion?: string;
	/** (NOLOAD): it takes room and stores nothing. */
	readonly noLoad: boolean;
	readonly line: number;
}

/** Something the script needs from outside: asked for by name, never guessed. */
export interface Missing {
	/** A `--defsym`, an INCLUDEd file, or a preprocessor's `-D`. */
	readonly kind: 'symbol' | 'include' | 'define';
	readonly name: string;
	readonly file: string;
	readonly line: number;
}

export interface LinkScript {
	readonly fileName: string;
	/** ENTRY(symbol). */
	readonly entry?: string;
	/** Every MEMORY block's regions in order of declaration; those whose values are not known yet are absent. */
	readonly regions: readonly LinkRegion[];
	readonly aliases: readonly { readonly alias: string; readonly region: string }[];
	readonly placements: readonly Placement[];
	/** Symbols with a value that needs no section: _estack, _Min_Heap_Size. */
	readonly symbols: ReadonlyMap<string, number>;
	readonly missing: readonly Missing[];
	readonly diagnostics: readonly Diagnostic[];
}

/** A contribution of one object file to an output section. */
export interface InputSection {
	/** ".text.main", "COMMON", or "*fill*" for padding. */
	readonly name: string;
	readonly address: number;
	readonly size: number;
	/** "main.o", or the member's name when it is of an archive; '' for padding and data of the script itself. */
	readonly object: string;
	/** "libc.a" without its folders; undefined for a plain object. */
	readonly archive?: string;
}

export interface MapSymbol {
	readonly name: string;
	readonly address: number;
}

export interface OutputSection {
	readonly name: string;
	/** Where it runs (VMA). */
	readonly address: number;
	/** Where its bytes are stored (LMA); the same as `address` where the map names none. */
	readonly loadAddress: number;
	readonly size: number;
	readonly inputs: readonly InputSection[];
	/** Symbols the map lists inside it, by address. */
	readonly symbols: readonly MapSymbol[];
}

export interface LinkMap {
	readonly linker: 'GNU ld' | 'LLVM lld';
	/** "Memory Configuration"; empty where the map has none (lld) or only *default*. */
	readonly regions: readonly LinkRegion[];
	readonly sections: readonly OutputSection[];
	readonly discarded: readonly InputSection[];
	/** Why an archive member was linked: member → the object and symbol that asked for it. */
	readonly pulledIn: readonly {
		readonly archive: string;
		readonly member: string;
		readonly by: string;
		readonly symbol: string;
	}[];
	/** "Cross Reference Table": symbol → its definition first, then its users. */
	readonly references: ReadonlyMap<string, readonly string[]>;
	/** Assignments of the script that the map prints: _estack, _Min_Stack_Size. */
	readonly symbols: ReadonlyMap<string, number>;
	readonly diagnostics: readonly Diagnostic[];
}

export interface ElfSection {
	readonly index: number;
	readonly name: string;
	/** SHT_PROGBITS 1, SHT_NOBITS 8, … */
	readonly type: number;
	/** SHF_WRITE 1, SHF_ALLOC 2, SHF_EXECINSTR 4. */
	readonly flags: number;
	readonly address: number;
	/** Only for allocated sections inside a PT_LOAD. */
	readonly loadAddress?: number;
	readonly offset: number;
	readonly size: number;
	readonly alignment: number;
}

export interface ElfSegment {
	/** PT_LOAD 1, PT_NOTE 4, PT_ARM_EXIDX 0x70000001, … */
	readonly type: number;
	readonly flags: number;
	readonly offset: number;
	/** VMA. */
	readonly address: number;
	/** LMA. */
	readonly loadAddress: number;
	readonly fileSize: number;
	readonly memorySize: number;
	readonly alignment: number;
}

export interface ElfSymbol {
	/** As the symbol table has it. */
	readonly name: string;
	/** Demangled (Itanium C++, Rust legacy and v0); absent where the name is plain. */
	readonly readable?: string;
	/** Thumb bit cleared for functions. */
	readonly address: number;
	readonly size: number;
	readonly kind: 'function' | 'object' | 'section' | 'file' | 'other';
	readonly binding: 'local' | 'global' | 'weak';
	/** Name of the section it is in; undefined for absolute and undefined symbols. */
	readonly section?: string;
	/** STT_FILE symbol before it: the source file of a local symbol. */
	readonly file?: string;
}

/** Everything an ELF says beside its bytes. */
export interface ElfView {
	readonly entry: number;
	/** ELF header flags: EABI version, hard float. */
	readonly flags: number;
	readonly sections: readonly ElfSection[];
	readonly segments: readonly ElfSegment[];
	readonly symbols: readonly ElfSymbol[];
	/** .ARM.attributes by name: CPU_name, CPU_arch, FP_arch, ABI_VFP_args …, as readelf -A prints the values. */
	readonly attributes: ReadonlyMap<string, string>;
	/** GNU build ID in lower-case hex. */
	readonly buildId?: string;
	readonly notes: readonly {
		readonly owner: string;
		readonly type: number;
		readonly size: number;
	}[];
	/** Compilers from .comment; version-like strings found in read-only data, with their addresses. */
	readonly compilers: readonly string[];
	readonly versions: readonly { readonly text: string; readonly address: number }[];
	readonly diagnostics: readonly Diagnostic[];
}
