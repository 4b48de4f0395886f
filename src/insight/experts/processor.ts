// What the build was compiled for against the chip's cores: build attributes as readelf -A prints them (Addenda to the
// ABI for the Arm architecture, 3.3.5).
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import type { Expert } from './findings.ts';

/** What a core runs, by Tag_CPU_arch; each core runs the older M profiles, too. */
const RUNS: Readonly<Record<string, RegExp>> = {
	'Cortex-M0': /^v6(?:-?S)?-?M$/i,
	'Cortex-M0+': /^v6(?:-?S)?-?M$/i,
	'Cortex-M3': /^(?:v6(?:-?S)?-?M|v7|v7-?M)$/i,
	'Cortex-M4': /^(?:v6(?:-?S)?-?M|v7|v7-?M|v7E-?M)$/i,
	'Cortex-M7': /^(?:v6(?:-?S)?-?M|v7|v7-?M|v7E-?M)$/i,
	'Cortex-M33': /^(?:v6(?:-?S)?-?M|v7|v7-?M|v7E-?M|v8-?M\.(?:baseline|mainline))$/i,
};
const WITHOUT_FPU = ['Cortex-M0', 'Cortex-M0+', 'Cortex-M3'];
/** F72x to F75x: Cortex-M7 whose floating point is single precision only (PM0253 1.2). */
const SINGLE_PRECISION_M7 = /^STM32F7[2-5]/;

export const processor: Expert = ({ build: { elf }, target }) => {
	const cores = target?.device?.cores ?? [];
	const attribute = (name: string): string => elf?.attributes.get(name)?.replace(/"/g, '') ?? '';
	const architecture = attribute('CPU_arch');
	if (cores.length === 0 || architecture === '') return [];
	const able = cores.filter((core) => RUNS[core]?.test(architecture) ?? true);
	if (able.length === 0) {
		const cpu = attribute('CPU_name');
		const text = cpu === '' ? architecture : `${architecture} (${cpu})`;
		const data = { architecture: text, core: cores.join(' and ') };
		return [diagnostic('error', 'insight.wrong-core', data)];
	}
	const fpu = attribute('FP_arch');
	const single = attribute('ABI_HardFP_use').startsWith('SP');
	// Soft float code may be assembled for a unit it never uses: only a hard-float interface proves use.
	if (fpu === '' || attribute('ABI_VFP_args') !== 'VFP registers') return [];
	const parts = target?.device?.parts ?? [];
	const fits = able.some((core) => hasUnit(core, { fpu, single, parts }));
	return fits ? [] : [wrongUnit(fpu, single, able)];
};

function hasUnit(
	core: string,
	use: { readonly fpu: string; readonly single: boolean; readonly parts: readonly string[] },
): boolean {
	if (WITHOUT_FPU.includes(core)) return false;
	const version5 = /FPv5|ARMv8/i.test(use.fpu);
	// FPv4-SP: no double precision, none of FPv5's instructions.
	if (core === 'Cortex-M4') return !version5 && use.single;
	if (core === 'Cortex-M7' && use.parts.some((part) => SINGLE_PRECISION_M7.test(part)))
		return use.single;
	return core !== 'Cortex-M33' || use.single;
}

const wrongUnit = (fpu: string, single: boolean, cores: readonly string[]): Diagnostic =>
	diagnostic('error', 'insight.wrong-fpu', {
		fpu: single ? fpu : `${fpu} with double precision`,
		core: cores.join(' and '),
	});
