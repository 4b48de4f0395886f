// Who made a build and for what: compilers, processor, floating point, build ID, version strings.
import type { Build, BuildIdentity } from '#core/insight.ts';

/** ELF for the Arm architecture, 5.2: e_flags of an EABI version 5 file. */
const HARD_FLOAT = 0x400;
const SOFT_FLOAT = 0x200;

export function identityOf({ elf, map, firmware }: Build): BuildIdentity {
	const attribute = (name: string): string | undefined => {
		const value = elf?.attributes.get(name)?.replace(/^"|"$/g, '');
		return value === '' ? undefined : value;
	};
	const cpu = attribute('CPU_name');
	const architecture = attribute('CPU_arch');
	const fpu = attribute('FP_arch');
	const floatAbi = elf && abiOf(elf.flags, attribute('ABI_VFP_args'));
	const entry = elf?.entry ?? firmware?.entryPoint;
	return {
		compilers: elf?.compilers ?? [],
		versions: elf?.versions ?? [],
		...(map && { linker: map.linker }),
		...(cpu !== undefined && { cpu }),
		...(architecture !== undefined && { architecture }),
		...(fpu !== undefined && { fpu }),
		...(floatAbi && { floatAbi }),
		...(elf?.buildId !== undefined && { buildId: elf.buildId }),
		...(entry !== undefined && entry !== 0 && { entry }),
	};
}

function abiOf(flags: number, arguments_: string | undefined): 'hard' | 'soft' | undefined {
	if ((flags & HARD_FLOAT) !== 0 || arguments_ === 'VFP registers') return 'hard';
	return (flags & SOFT_FLOAT) !== 0 ? 'soft' : undefined;
}
