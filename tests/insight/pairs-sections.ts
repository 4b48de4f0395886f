// Faults of single sections: where they store, what reaches them.
import { data, parts, regions, zeros, type Pair } from './pairs.ts';

export const sectionPairs: readonly Pair[] = [
	{
		code: 'insight.load-in-ram',
		why: 'values without a place in flash',
		severity: 'error',
		wrong: { shape: { ...parts(data('.tables', 0x20004000, 256)) } },
		right: { shape: { ...parts(data('.tables', 0x20004000, 256, 0x08040000)) } },
	},
	{
		code: 'insight.load-in-backup',
		why: 'backup memory not marked NOLOAD',
		severity: 'error',
		wrong: { shape: { ...parts(data('.bkp', 0x40024000, 64)) } },
		right: { shape: { ...parts(zeros('.bkp', 0x40024000, 64)) } },
	},
	{
		code: 'insight.zeros-stored',
		why: 'zeros in flash',
		severity: 'note',
		wrong: {
			shape: {
				...parts({ ...data('.ccmbss', 0x10000000, 4096, 0x08040000), bytes: new Uint8Array(4096) }),
			},
		},
		right: { shape: { ...parts({ ...data('.ccmdata', 0x10000000, 4096, 0x08040000) }) } },
	},
	{
		code: 'insight.alias-load',
		why: 'bytes to be stored by the ITCM view',
		severity: 'error',
		wrong: {
			shape: { ...parts(data('.fast', 0x00210000, 512)), regions: [] },
			part: 'STM32F746ZG',
		},
		right: {
			shape: { ...parts(data('.fast', 0x00210000, 512, 0x08010000)), regions: [] },
			part: 'STM32F746ZG',
		},
	},
	{
		code: 'insight.backup-missing',
		why: 'backup SRAM on an F411',
		severity: 'error',
		wrong: { shape: { ...parts(zeros('.bkp', 0x40024000, 64)), regions: [] }, part: 'STM32F411CE' },
		right: { shape: { ...parts(zeros('.bkp', 0x40024000, 64)) } },
	},
	{
		code: 'insight.backup-missing',
		why: 'a region for it is worth a warning',
		severity: 'warning',
		wrong: {
			shape: { regions: ['RAM 0x20000000 64K xrw', 'BKPSRAM 0x40024000 4K rw'] },
			part: 'STM32F401CC',
		},
		right: { shape: { ...regions('BKPSRAM 0x40024000 4K rw') } },
	},
	{
		code: 'insight.backup-beyond',
		why: 'more than 4 KiB of it',
		severity: 'warning',
		wrong: { shape: { ...regions('BKPSRAM 0x40024000 8K rw') } },
		right: { shape: { ...regions('BKPSRAM 0x40024000 4K rw') } },
	},
	{
		code: 'insight.dma-unreachable',
		why: 'a DMA section in CCM of an F4',
		severity: 'warning',
		wrong: { shape: { ...parts(zeros('.dma_buffer', 0x10000000, 512)) } },
		right: { shape: { ...parts(zeros('.dma_buffer', 0x20002000, 512)) } },
	},
	{
		code: 'insight.dma-unreachable',
		why: 'a DMA buffer in CCM by its name; a handle may stand there',
		severity: 'warning',
		wrong: {
			shape: {
				...parts(zeros('.ccm', 0x10000000, 512)),
				symbols: [{ name: 'adc_dma_buffer', address: 0x10000010, size: 64, section: '.ccm' }],
			},
		},
		right: {
			shape: {
				...parts(zeros('.ccm', 0x10000000, 512)),
				symbols: [{ name: 'hdma_adc1', address: 0x10000010, size: 64, section: '.ccm' }],
			},
		},
	},
	{
		code: 'insight.dma-unreachable',
		why: 'Ethernet descriptors in DTCM of an H7',
		severity: 'warning',
		wrong: {
			shape: { ...parts(zeros('.RxDecripSection', 0x20004000, 96)), regions: [] },
			part: 'STM32H743ZI',
		},
		right: {
			shape: { ...parts(zeros('.RxDecripSection', 0x30040000, 96)), regions: [] },
			part: 'STM32H743ZI',
		},
	},
	{
		code: 'insight.dma-unreachable',
		why: 'MDMA reaches DTCM',
		severity: 'warning',
		wrong: {
			shape: { ...parts(zeros('.dma_buffers', 0x20004000, 96)), regions: [] },
			part: 'STM32H743ZI',
		},
		right: {
			shape: { ...parts(zeros('.mdma_buffers', 0x20004000, 96)), regions: [] },
			part: 'STM32H743ZI',
		},
	},
	{
		code: 'insight.dma-unreachable',
		why: 'BDMA reaches SRAM4 only',
		severity: 'warning',
		wrong: {
			shape: { ...parts(zeros('.bdma_buffers', 0x30000000, 96)), regions: [] },
			part: 'STM32H743ZI',
		},
		right: {
			shape: { ...parts(zeros('.bdma_buffers', 0x38000000, 96)), regions: [] },
			part: 'STM32H743ZI',
		},
	},
	{
		code: 'insight.dma-unreachable',
		why: 'ITCM of an F7, whose DTCM every DMA reaches',
		severity: 'warning',
		wrong: {
			shape: { ...parts(zeros('.dma_buffers', 0x00000100, 96)), regions: [] },
			part: 'STM32F746ZG',
		},
		right: {
			shape: { ...parts(zeros('.dma_buffers', 0x20004000, 96)), regions: [] },
			part: 'STM32F746ZG',
		},
	},
	{
		code: 'insight.same-bytes',
		why: 'SRAM_2 used at both of its addresses',
		severity: 'error',
		wrong: {
			shape: {
				...parts(zeros('.a', 0x20040000, 4096), zeros('.b', 0x10000800, 4096)),
				regions: [],
			},
			part: 'STM32L496ZG',
		},
		right: {
			shape: {
				...parts(zeros('.a', 0x20040000, 2048), zeros('.b', 0x10000800, 4096)),
				regions: [],
			},
			part: 'STM32L496ZG',
		},
	},
	{
		code: 'insight.same-bytes',
		why: 'SRAM_2 of an F413, which is its CCM too',
		severity: 'error',
		wrong: {
			shape: { ...parts(zeros('.a', 0x20040000, 4096), zeros('.b', 0x10000000, 64)), regions: [] },
			part: 'STM32F413ZH',
		},
		right: { shape: { ...parts(zeros('.b', 0x10000000, 64)), regions: [] }, part: 'STM32F413ZH' },
	},
	{
		code: 'insight.stack-collision',
		why: 'a section at the end of RAM, where the stack begins',
		severity: 'warning',
		wrong: { shape: { ...parts(zeros('.dma', 0x2001fe00, 256)) } },
		right: { shape: { ...parts(zeros('.dma', 0x2001fb00, 256)) } },
	},
	{
		code: 'insight.gap-erase',
		why: 'a few bytes alone in a large sector',
		severity: 'note',
		wrong: { shape: { ...parts(data('.version', 0x080e0000, 16)) } },
		right: { shape: { ...parts(data('.version', 0x0800b000, 16)) } },
	},
	{
		code: 'external.unreachable',
		why: 'bytes for QSPI, and a bootloader that does not know it',
		severity: 'warning',
		wrong: {
			shape: { ...parts(data('.assets', 0x90000000, 1000)), regions: [] },
			target: { live: true },
		},
		right: { shape: { regions: [] }, target: { live: true } },
	},
	{
		code: 'external.volatile',
		why: 'bytes that are to be stored in SDRAM',
		severity: 'warning',
		wrong: { shape: { ...parts(data('.frames', 0xc0000000, 1000)), regions: [] } },
		right: { shape: { ...parts(zeros('.frames', 0xc0000000, 1000)), regions: [] } },
	},
];
