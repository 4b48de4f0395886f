// What the expert tests are made of: a build with a fault and the nearest one without.
import type { Diagnostic, FailureCode } from '#core/failure.ts';
import type { Target } from '#core/insight.ts';
import { makeInsight } from '#insight/insight.ts';
import { build, chip, fill, FLASH, program, reserved, type Part, type Shape } from './builds.ts';

export const F405 = [
	'RAM 0x20000000 128K xrw',
	'CCMRAM 0x10000000 64K xrw',
	'FLASH 0x08000000 1024K xr',
];
export const zeros = (name: string, at: number, size: number): Part => ({
	name,
	at,
	size,
	kind: 'zeros',
});
export const data = (name: string, at: number, size: number, load?: number): Part => ({
	...{ name, at, size, kind: 'data' },
	...(load !== undefined && { load }),
});

export interface Given {
	readonly shape: Partial<Shape>;
	readonly part?: string;
	readonly target?: Partial<Target>;
}

export const findings = ({ shape, part = 'STM32F405RG', target }: Given): readonly Diagnostic[] =>
	makeInsight(
		build({ parts: program(), regions: F405, stack: 0x20020000, values: reserved, ...shape }),
		{ ...chip(part), ...target },
	).warnings;

export interface Pair {
	readonly code: FailureCode;
	readonly why: string;
	readonly wrong: Given;
	readonly right: Given;
	readonly severity: 'error' | 'warning' | 'note';
}

export const parts = (...more: readonly Part[]): Pick<Shape, 'parts'> => ({
	parts: [...program(), ...more],
});
export const regions = (...more: readonly string[]): Pick<Shape, 'regions'> => ({
	regions: [...F405, ...more],
});
export const m4 = {
	CPU_arch: 'v7E-M',
	FP_arch: 'VFPv4-D16',
	ABI_VFP_args: 'VFP registers',
	ABI_HardFP_use: 'SP only',
};
export const m7 = {
	CPU_arch: 'v7E-M',
	FP_arch: 'FPv5/FP-D16 for ARMv8',
	ABI_VFP_args: 'VFP registers',
};
export const table = (stack: number, reset: number, at = FLASH): Part => ({
	...data('.isr_vector', at, 0x188),
	bytes: Uint8Array.from([
		...new Uint8Array(Uint32Array.from([stack, reset]).buffer),
		...fill(0x180),
	]),
});
export const withTable = (vectors: Part): Pick<Shape, 'parts'> => ({
	parts: [vectors, ...program().slice(1)],
});
export const RESET = FLASH + 0x201;
