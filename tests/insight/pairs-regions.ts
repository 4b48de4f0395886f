// Faults of regions and of the image as a whole.
import { FLASH, K, program } from './builds.ts';
import { data, parts, regions, table, zeros, type Pair } from './pairs.ts';

export const regionPairs: readonly Pair[] = [
	{
		code: 'insight.overflow',
		why: 'more in a region than it holds',
		severity: 'error',
		wrong: { shape: { ...parts(zeros('.big', 0x20001000, 130 * K)) } },
		right: { shape: { ...parts(zeros('.big', 0x20001000, 100 * K)) } },
	},
	{
		code: 'insight.nearly-full',
		why: 'the next feature does not fit',
		severity: 'warning',
		wrong: { shape: { parts: program({ code: 1000 * K }) } },
		right: { shape: { parts: program({ code: 900 * K }) } },
	},
	{
		code: 'insight.nearly-full',
		why: 'but not of a region that only its stack fills',
		severity: 'warning',
		wrong: { shape: { ...parts(zeros('.ccmbss', 0x10000000, 64 * K)) } },
		right: { shape: { ...parts(zeros('.stack', 0x10000000, 64 * K)) } },
	},
	{
		code: 'insight.region-beyond',
		why: 'a script for a part with more flash',
		severity: 'warning',
		wrong: { shape: {}, part: 'STM32F405OE' },
		right: { shape: {} },
	},
	{
		code: 'insight.region-beyond',
		why: 'RAM that counts CCM in',
		severity: 'warning',
		wrong: { shape: { regions: ['RAM 0x20000000 192K xrw', 'FLASH 0x08000000 1024K xr'] } },
		right: { shape: { regions: ['RAM 0x20000000 128K xrw', 'FLASH 0x08000000 1024K xr'] } },
	},
	{
		code: 'insight.region-outside',
		why: 'CCM on a part that has none',
		severity: 'warning',
		wrong: {
			shape: {
				regions: [
					'RAM 0x20000000 128K xrw',
					'CCMRAM 0x10000000 64K xrw',
					'FLASH 0x08000000 512K xr',
				],
			},
			part: 'STM32F411CE',
		},
		right: { shape: {} },
	},
	{
		code: 'insight.region-short',
		why: 'a script for a smaller part',
		severity: 'note',
		wrong: { shape: { regions: ['RAM 0x20000000 128K xrw', 'FLASH 0x08000000 512K xr'] } },
		right: {
			shape: {
				regions: ['RAM 0x20000000 128K xrw', 'FLASH 0x08000000 512K xr', 'STORE 0x08080000 512K r'],
			},
		},
	},
	{
		code: 'insight.regions-overlap',
		why: 'two regions in use that share addresses',
		severity: 'note',
		wrong: {
			shape: {
				...parts({ ...data('.log', 0x080e0000, 64), region: 'LOG' }),
				...regions('LOG 0x080E0000 128K r'),
			},
		},
		right: { shape: { ...regions('LOG 0x080E0000 128K r') } },
	},
	{
		code: 'insight.reserved-overlapped',
		why: 'code that grows into the emulated EEPROM',
		severity: 'warning',
		wrong: {
			shape: {
				parts: program({ code: 30 * K }).map((part) => ({
					...part,
					...(part.kind === 'code' && { region: 'FLASH' }),
				})),
				...regions('EEPROM 0x08004000 32K r'),
			},
		},
		right: { shape: { ...regions('EEPROM 0x08080000 128K r') } },
	},
	{
		code: 'insight.section-outside',
		why: 'a section in CCM of a part without',
		severity: 'error',
		wrong: {
			shape: { ...parts(zeros('.fast', 0x10000000, 100)), regions: [] },
			part: 'STM32F411CE',
		},
		right: { shape: { ...parts(zeros('.fast', 0x10000000, 100)), regions: [] } },
	},
	{
		code: 'insight.image-outside',
		why: 'an image past the end of flash',
		severity: 'error',
		wrong: { shape: { parts: program({ code: 600 * K }) }, part: 'STM32F405OE' },
		right: { shape: { parts: program({ code: 400 * K }) }, part: 'STM32F405OE' },
	},
	{
		code: 'insight.offset',
		why: 'a program behind something',
		severity: 'note',
		wrong: { shape: { parts: program({ flash: 0x08008000 }) } },
		right: { shape: {} },
	},
	{
		code: 'insight.nothing-below',
		why: 'a program behind nothing',
		severity: 'warning',
		wrong: {
			shape: { parts: program({ flash: 0x08008000 }) },
			target: { content: [{ address: FLASH, data: new Uint8Array(64).fill(0xff) }] },
		},
		right: {
			shape: { parts: program({ flash: 0x08008000 }) },
			target: { content: [{ address: FLASH, data: table(0x20001000, 0x08000101).bytes! }] },
		},
	},
];
