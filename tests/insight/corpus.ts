// Layouts that are right: what CubeMX and good engineers write for several families. No expert may warn of one.
import { FLASH, K, program, RAM, reserved } from './builds.ts';
import { bootable, type Clean, M0, M3, M33, M4, M7, zeros } from './corpus-parts.ts';

export const corpus: readonly Clean[] = [
	...bootable,
	{
		title: 'F405 with everything in SRAM',
		part: 'STM32F405RG',
		shape: {
			parts: program(),
			regions: ['RAM 0x20000000 128K xrw', 'CCMRAM 0x10000000 64K xrw', 'FLASH 0x8000000 1024K xr'],
			stack: 0x20020000,
			values: { ...reserved, _estack: 0x20020000 },
			attributes: M4,
		},
	},
	{
		title: 'F407 with its stack and data in CCM, DMA buffers in SRAM, settings in backup SRAM',
		part: 'STM32F407VG',
		shape: {
			parts: [
				...program(),
				zeros('.ccmbss', 0x10000000, 9000),
				zeros('.dma_buffers', 0x20001800, 4096),
				zeros('.bkpsram', 0x40024000, 128),
			],
			regions: [
				...['RAM 0x20000000 128K xrw', 'CCMRAM 0x10000000 64K xrw', 'FLASH 0x8000000 1024K xr'],
				'BKPSRAM 0x40024000 4K rw',
			],
			stack: 0x10010000,
			values: { ...reserved, _estack: 0x10010000 },
			attributes: M4,
			// A handle that only the CPU reads may stand in CCM.
			symbols: [{ name: 'hdma_usart1_rx', address: 0x10000100, size: 96, section: '.ccmbss' }],
		},
	},
	{
		title: 'F407 whose first sector holds the vectors, the next two emulated EEPROM',
		part: 'STM32F407VG',
		shape: {
			parts: [
				{ name: '.isr_vector', at: FLASH, size: 0x188, kind: 'data' },
				{ name: '.text', at: 0x0800c000, size: 50 * K, kind: 'code' },
				{ name: '.data', at: RAM, size: 200, load: 0x0800c000 + 50 * K, kind: 'data' },
				zeros('.bss', RAM + 200, 800),
			],
			regions: [
				...['FLASH_ISR 0x08000000 16K xr', 'EEPROM 0x08004000 32K r', 'FLASH 0x0800C000 976K xr'],
				'RAM 0x20000000 128K xrw',
			],
			stack: 0x20020000,
			attributes: M4,
		},
	},
	{
		title: 'F103 with soft float',
		part: 'STM32F103C8',
		shape: {
			parts: program(),
			regions: ['RAM 0x20000000 20K xrw', 'FLASH 0x8000000 64K rx'],
			stack: 0x20005000,
			values: reserved,
			attributes: M3,
		},
	},
	{
		title: 'F405 application behind a bootloader of 32 KiB',
		part: 'STM32F405RG',
		shape: {
			parts: program({ flash: 0x08008000 }),
			regions: [
				...['BOOTLOADER 0x08000000 32K rx', 'FLASH 0x08008000 992K rx', 'RAM 0x20000000 128K xrw'],
			],
			stack: 0x20020000,
			values: reserved,
			attributes: M4,
		},
		notes: ['insight.offset'],
	},
	{
		title: 'the bootloader of 32 KiB itself',
		part: 'STM32F405RG',
		shape: {
			parts: program({ code: 16 * K }),
			regions: ['FLASH 0x08000000 32K rx', 'RAM 0x20000000 128K xrw'],
			stack: 0x20020000,
			attributes: M4,
		},
	},
	{
		title: 'F746 with one RAM over DTCM and both SRAMs',
		part: 'STM32F746ZG',
		shape: {
			parts: [...program(), zeros('.dma_buffer', 0x20004000, 2048)],
			regions: ['RAM 0x20000000 320K xrw', 'FLASH 0x8000000 1024K rx'],
			stack: 0x20050000,
			values: reserved,
			attributes: { ...M7, ABI_HardFP_use: 'SP only' },
		},
	},
	{
		title: 'F767 whose code runs over ITCM and is stored by the flash’s own address',
		part: 'STM32F767ZI',
		shape: {
			parts: [
				{ name: '.isr_vector', at: 0x00200000, load: FLASH, size: 0x1f8, kind: 'data' },
				{ name: '.text', at: 0x00200200, load: FLASH + 0x200, size: 30 * K, kind: 'code' },
				zeros('.bss', RAM, 4000),
			],
			regions: [
				...[
					'ITCM_FLASH 0x00200000 2048K rx',
					'FLASH 0x08000000 2048K rx',
					'RAM 0x20000000 512K xrw',
				],
			],
			stack: 0x20080000,
			attributes: M7,
		},
	},
	{
		title: 'H743 with DTCM for data, AXI for buffers, D2 for DMA',
		part: 'STM32H743ZI',
		shape: {
			parts: [
				...program(),
				zeros('.axi_frames', 0x24000000, 200 * K),
				zeros('.dma_buffers', 0x30000000, 8192),
				zeros('.RxDecripSection', 0x30040000, 96),
				zeros('.bdma_buffers', 0x38000000, 512),
				zeros('.mdma_buffers', 0x20008000, 512),
			],
			regions: [
				...[
					'DTCMRAM 0x20000000 128K xrw',
					'RAM_D1 0x24000000 512K xrw',
					'RAM_D2 0x30000000 288K xrw',
				],
				...['RAM_D3 0x38000000 64K xrw', 'ITCMRAM 0x00000000 64K xrw', 'FLASH 0x8000000 2048K rx'],
			],
			stack: 0x20020000,
			values: reserved,
			attributes: M7,
		},
	},
	{
		title: 'H745, the second core in bank 2',
		part: 'STM32H745ZI',
		shape: {
			parts: program({ flash: 0x08100000, ram: 0x30000000 }),
			regions: ['FLASH 0x08100000 1024K rx', 'RAM 0x30000000 288K xrw'],
			stack: 0x30048000,
			attributes: M4,
		},
	},
	{
		title: 'L476 with SRAM2 and both banks',
		part: 'STM32L476RG',
		shape: {
			parts: [...program({ code: 700 * K }), zeros('.ram2', 0x10000000, 4000)],
			regions: ['RAM 0x20000000 96K xrw', 'RAM2 0x10000000 32K xrw', 'FLASH 0x8000000 1024K rx'],
			stack: 0x20018000,
			values: reserved,
			attributes: M4,
		},
	},
	{
		title: 'L496, whose script lists SRAM2 twice as CubeMX does and uses it once',
		part: 'STM32L496ZG',
		shape: {
			parts: [...program(), zeros('.ram2', 0x10000000, 4000)],
			regions: ['RAM 0x20000000 320K xrw', 'RAM2 0x10000000 64K xrw', 'FLASH 0x8000000 1024K rx'],
			stack: 0x20040000,
			values: reserved,
			attributes: M4,
		},
	},
	{
		title: 'G071',
		part: 'STM32G071RB',
		shape: {
			parts: program(),
			regions: ['RAM 0x20000000 36K xrw', 'FLASH 0x8000000 128K rx'],
			stack: 0x20009000,
			values: reserved,
			attributes: M0,
		},
	},
	{
		title: 'G474 with CCM after SRAM',
		part: 'STM32G474RE',
		shape: {
			parts: [...program(), zeros('.dma_buffer', 0x20018000, 512)],
			regions: ['RAM 0x20000000 128K xrw', 'FLASH 0x8000000 512K rx'],
			stack: 0x20020000,
			values: reserved,
			attributes: M4,
		},
	},
	{
		title: 'F303 with code in CCM',
		part: 'STM32F303CC',
		shape: {
			parts: [
				...program(),
				{ name: '.ccmram', at: 0x10000000, size: 600, load: FLASH + 40 * K, kind: 'code' },
			],
			regions: ['CCMRAM 0x10000000 8K xrw', 'RAM 0x20000000 40K xrw', 'FLASH 0x8000000 256K rx'],
			stack: 0x2000a000,
			values: reserved,
			attributes: M4,
		},
	},
	{
		title: 'WB55 beside its radio stack',
		part: 'STM32WB55RG',
		shape: {
			parts: [
				...program({ ram: 0x20000008 }),
				zeros('MB_MEM1', 0x20030000, 1000),
				zeros('MB_MEM2', 0x20030400, 2000),
			],
			regions: [
				...[
					'FLASH 0x08000000 512K rx',
					'RAM1 0x20000008 196600 xrw',
					'RAM_SHARED 0x20030000 10K xrw',
				],
			],
			stack: 0x20030000,
			values: reserved,
			attributes: M4,
		},
	},
	{
		title: 'U575 built for the secure addresses',
		part: 'STM32U575ZI',
		shape: {
			parts: program({ flash: 0x0c000000, ram: 0x30000000 }),
			regions: ['RAM 0x30000000 768K xrw', 'FLASH 0x0C000000 2048K rx'],
			stack: 0x300c0000,
			values: reserved,
			attributes: M33,
		},
	},
];
