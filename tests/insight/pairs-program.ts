// Faults of the program: its core, its vectors, where it begins.
import { fill, program } from './builds.ts';
import { m4, m7, RESET, table, withTable, type Pair } from './pairs.ts';

export const programPairs: readonly Pair[] = [
	{
		code: 'insight.wrong-core',
		why: 'a Cortex-M4 build for a Cortex-M3',
		severity: 'error',
		wrong: { shape: { attributes: m4, regions: [] }, part: 'STM32F103C8' },
		right: {
			shape: { attributes: { CPU_arch: 'v6S-M' }, regions: [], stack: 0x20005000 },
			part: 'STM32F103C8',
		},
	},
	{
		code: 'insight.wrong-core',
		why: 'ARMv8-M code for a Cortex-M7',
		severity: 'error',
		wrong: { shape: { attributes: { CPU_arch: 'v8-M.mainline' } }, part: 'STM32H743ZI' },
		right: { shape: { attributes: m7, stack: 0x20020000 }, part: 'STM32H743ZI' },
	},
	{
		code: 'insight.wrong-fpu',
		why: 'double precision for a Cortex-M4',
		severity: 'error',
		wrong: { shape: { attributes: m7 } },
		right: { shape: { attributes: m4 } },
	},
	{
		code: 'insight.wrong-fpu',
		why: 'double precision for an F746',
		severity: 'error',
		wrong: { shape: { attributes: m7 }, part: 'STM32F746ZG' },
		right: { shape: { attributes: m7 }, part: 'STM32F767ZI' },
	},
	{
		code: 'insight.wrong-fpu',
		why: 'hard float for a core without, soft float in any',
		severity: 'error',
		wrong: {
			shape: {
				attributes: { CPU_arch: 'v7', FP_arch: 'VFPv4-D16', ABI_VFP_args: 'VFP registers' },
				regions: [],
			},
			part: 'STM32F103C8',
		},
		right: {
			shape: { attributes: { CPU_arch: 'v7', FP_arch: 'VFPv4-D16' }, regions: [] },
			part: 'STM32F103C8',
		},
	},
	{
		code: 'insight.no-vectors',
		why: 'vectors that were discarded',
		severity: 'warning',
		wrong: { shape: { ...withTable({ ...table(0, 0), bytes: fill(0x188) }) } },
		right: { shape: { ...withTable(table(0x20020000, RESET)) } },
	},
	{
		code: 'insight.stack-pointer',
		why: 'a stack past the end of RAM',
		severity: 'error',
		wrong: { shape: { ...withTable(table(0x20030000, RESET)) } },
		right: { shape: { ...withTable(table(0x10010000, RESET)) } },
	},
	{
		code: 'insight.stack-alignment',
		why: 'an odd end of the stack',
		severity: 'warning',
		wrong: { shape: { ...withTable(table(0x2001fffc, RESET)) } },
		right: { shape: { ...withTable(table(0x2001fff8, RESET)) } },
	},
	{
		code: 'insight.reset-handler',
		why: 'a handler without the Thumb bit',
		severity: 'error',
		wrong: { shape: { ...withTable(table(0x20020000, RESET - 1)) } },
		right: { shape: { ...withTable(table(0x20020000, RESET)) } },
	},
	{
		code: 'insight.reset-handler',
		why: 'a handler outside the build',
		severity: 'error',
		wrong: { shape: { ...withTable(table(0x20020000, 0x080f0001)) } },
		right: { shape: { ...withTable(table(0x20020000, 0x00000201)) } },
	},
	{
		code: 'insight.vector-alignment',
		why: 'a table of 98 vectors off a 512-byte grid',
		severity: 'warning',
		wrong: { shape: { parts: program({ flash: 0x08008100 }) } },
		right: { shape: { parts: program({ flash: 0x08008200 }) } },
	},
	{
		code: 'insight.no-vtor',
		why: 'an offset on a Cortex-M0',
		severity: 'note',
		wrong: {
			shape: { parts: program({ flash: 0x08002000 }), regions: [], stack: 0x20001800 },
			part: 'STM32F072RB',
		},
		right: {
			shape: { parts: program({ flash: 0x08002000 }), regions: [], stack: 0x20001800 },
			part: 'STM32G071RB',
		},
	},
];
