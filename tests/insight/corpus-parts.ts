// What the clean corpus is made of, and the layouts of programs that another program starts.
import { K, program, RAM, type Part, type Shape } from './builds.ts';

export interface Clean {
	readonly title: string;
	readonly part: string;
	readonly shape: Shape;
	/** Codes of notes that are true of it. */
	readonly notes?: readonly string[];
}

export const M4 = {
	CPU_name: '7E-M',
	CPU_arch: 'v7E-M',
	FP_arch: 'VFPv4-D16',
	ABI_VFP_args: 'VFP registers',
	ABI_HardFP_use: 'SP only',
};
export const M7 = {
	CPU_name: '7E-M',
	CPU_arch: 'v7E-M',
	FP_arch: 'FPv5/FP-D16 for ARMv8',
	ABI_VFP_args: 'VFP registers',
};
export const M0 = { CPU_name: '6S-M', CPU_arch: 'v6S-M' };
export const M3 = { CPU_name: '7-M', CPU_arch: 'v7' };
export const M33 = {
	CPU_name: '8-M.MAIN',
	CPU_arch: 'v8-M.mainline',
	FP_arch: 'FPv5/FP-D16 for ARMv8',
	ABI_VFP_args: 'VFP registers',
	ABI_HardFP_use: 'SP only',
};

export const zeros = (name: string, at: number, size: number): Part => ({
	name,
	at,
	size,
	kind: 'zeros',
});

export const bootable: readonly Clean[] = [
	{
		title: 'F072 application behind a bootloader, which copies its vectors',
		part: 'STM32F072RB',
		shape: {
			parts: program({ flash: 0x08002000 }),
			regions: ['FLASH 0x08002000 120K rx', 'RAM 0x200000C0 16192 xrw'],
			stack: 0x20004000,
			attributes: M0,
		},
		notes: ['insight.no-vtor', 'insight.offset'],
	},
	{
		title: 'F405 image for MCUboot, its header left open before the vectors',
		part: 'STM32F405RG',
		shape: {
			parts: [
				{ name: 'rom_start', at: 0x08020000, size: 0x400, kind: 'data', bytes: headed() },
				{ name: 'text', at: 0x08020400, size: 20 * K, kind: 'code' },
				zeros('bss', RAM, 4000),
			],
			regions: ['FLASH 0x08020000 384K rx', 'RAM 0x20000000 128K xrw'],
			attributes: M4,
		},
		notes: ['insight.offset'],
	},
	{
		title: 'F405 whose heap takes what is left of the RAM',
		part: 'STM32F405RG',
		shape: {
			parts: [...program().slice(0, 5), zeros('.heap', RAM + 4096, 123 * K)],
			regions: ['RAM 0x20000000 128K xrw', 'FLASH 0x08000000 1024K rx'],
			stack: 0x20020000,
			attributes: M4,
		},
	},
];

/** 0x200 zeros, then a stack pointer and a reset handler. */
function headed(): Uint8Array {
	const bytes = new Uint8Array(0x400);
	bytes.set(new Uint8Array(Uint32Array.from([0x20001000, 0x08020501]).buffer), 0x200);
	return bytes;
}
