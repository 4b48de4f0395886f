import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
	chooseDevice,
	devices,
	findByMemoryString,
	findByPart,
	flashSizeOf,
} from '#devices/index.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const names = (evidence: Parameters<typeof chooseDevice>[0]): string[] =>
	chooseDevice(evidence).candidates.map(({ name }) => name);
const codes = (evidence: Parameters<typeof chooseDevice>[0]): string[] =>
	chooseDevice(evidence).diagnostics.map(({ code }) => code);

describe('choosing a device', () => {
	it('narrows by product ID, then size', () => {
		expect(names({ productId: 0x413 })).toHaveLength(2);
		expect(names({ productId: 0x413, flashSize: MIB })).toEqual(['STM32F405/407/415/417, 1 MiB']);
		expect(chooseDevice({ productId: 0x413, flashSize: MIB }).layout).toBe('fixed');
	});

	it('leaves both arrangements open where only an option bit tells', () => {
		const choice = chooseDevice({ productId: 0x419, flashSize: MIB });
		expect(choice.candidates).toHaveLength(1);
		expect(choice.layout).toBeUndefined();
	});

	it('knows the arrangement from a string that only one of them fits', () => {
		const dual =
			'@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg,04*016Kg,01*064Kg,07*128Kg';
		const single = '@Internal Flash  /0x08000000/04*032Kg,01*128Kg,07*256Kg';
		expect(chooseDevice({ part: 'STM32F767ZI', strings: [dual] }).layout).toBe('dual');
		expect(chooseDevice({ part: 'STM32F767ZI', strings: [single] }).layout).toBe('single');
	});

	it('returns all that fit and never more than one of a kind', () => {
		const strings = [
			'@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
			'@Option Bytes  /0x1FFFC000/01*016 e',
			'@OTP Memory /0x1FFF7800/01*512 e,01*016 e',
			'@Device Feature/0xFFFF0000/01*004 e',
		];
		const { candidates } = chooseDevice({ strings });
		expect(candidates[0]?.name).toBe('STM32F405/407/415/417, 1 MiB');
		expect(new Set(candidates.map(({ productId }) => productId))).toEqual(
			new Set([0x413, 0x411, 0x419, 0x434, 0x441, 0x463]),
		);
		expect(names({ productId: 0x450, flashSize: MIB })).toEqual([
			'STM32H743, STM32H745/747, 1 MiB',
			'STM32H742, 1 MiB',
		]);
	});

	it('believes the size register where a ROM prints a larger part', () => {
		const strings = [
			'@Internal Flash   /0x08000000/16*128Kg',
			'@Option Bytes   /0x5200201C/01*128 e',
		];
		expect(names({ strings })).toContain('STM32H750, 128 KiB');
		expect(names({ productId: 0x450, flashSize: 128 * KIB, strings })).toEqual([
			'STM32H750, 128 KiB',
		]);
		const oneMib = chooseDevice({ productId: 0x450, flashSize: MIB, strings });
		expect(oneMib.candidates.every(({ flashSize }) => flashSize === MIB)).toBe(true);
	});

	it('keeps its candidates and says so when evidence contradicts', () => {
		expect(codes({ productId: 0x413, flashSize: 77 * KIB })).toEqual(['chip.size-differs']);
		expect(names({ productId: 0x413, flashSize: 77 * KIB })).toHaveLength(2);
		expect(codes({ productId: 0x413, part: 'STM32H743ZI' })).toEqual(['chip.part-differs']);
		expect(codes({ productId: 0x413, bootloaderId: 0x55 })).toEqual(['chip.rom-unknown']);
		expect(codes({ productId: 0x413, bootloaderId: 0x91 })).toEqual([]);
	});

	it('has no candidate for what nobody knows', () => {
		expect(chooseDevice({ productId: 0x999 })).toMatchObject({ candidates: [] });
		expect(codes({ productId: 0x999, flashSize: MIB })).toEqual(['chip.unknown']);
		expect(codes({ strings: ['@Internal Flash /0x08000000/3*7Kg'] })).toEqual(['chip.not-found']);
		expect(codes({ part: 'STM32Z9' })).toEqual(['chip.not-found']);
	});

	it('tells the ROMs of one ID apart by the bootloader ID', () => {
		expect(
			chooseDevice({ productId: 0x447, bootloaderId: 0x41 }).candidates.every(
				({ bootloader }) => bootloader.dfu,
			),
		).toBe(true);
		expect(
			chooseDevice({ productId: 0x447, bootloaderId: 0xb2 }).candidates.some(
				({ bootloader }) => bootloader.dfu,
			),
		).toBe(false);
	});

	it('finds every device by all that can be known of it', () => {
		for (const device of devices) {
			const { productId, flashSize, dfuStrings, parts } = device;
			const strings = dfuStrings[0];
			const { candidates, diagnostics } = chooseDevice({
				productId,
				flashSize,
				part: parts[0]!,
				...(strings && { strings }),
			});
			expect(diagnostics).toEqual([]);
			expect(candidates.map(({ parts: found }) => found)).toEqual([parts]);
		}
	});

	it('answers any evidence without a surprise', () => {
		const evidence = fc.record(
			{
				productId: fc.oneof(fc.integer(), fc.constantFrom(0x413, 0x450, 0x447)),
				flashSize: fc.oneof(fc.double(), fc.constantFrom(MIB, 128 * KIB)),
				strings: fc.array(fc.option(fc.string(), { nil: undefined })),
				bootloaderId: fc.integer(),
				part: fc.string(),
			},
			{ requiredKeys: [] },
		);
		fc.assert(
			fc.property(evidence, (given) => {
				const { candidates, diagnostics } = chooseDevice(given);
				if (candidates.length === 0) expect(diagnostics).toHaveLength(1);
			}),
			{ numRuns: 60 },
		);
	});
});

describe('a memory string', () => {
	it('fits whatever spaces and zeros the ROM prints', () => {
		const found = findByMemoryString(['@Internal Flash/0x08000000/256*2Kg']);
		expect(found).toEqual(
			findByMemoryString(['@Internal Flash   /0x08000000/0256*0002Kg', undefined, 'nonsense']),
		);
		expect(found.flatMap(({ parts }) => parts)).toContain('STM32G474RE');
		expect(found.flatMap(({ parts }) => parts)).toContain('STM32L452RE');
	});

	it('counts once when several alternate settings carry it', () => {
		const flash = '@Internal Flash   /0x08000000/256*02Kg';
		const found = findByMemoryString([flash, flash, flash]);
		expect(found.flatMap(({ parts }) => parts)).toContain('STM32G0B1RE');
	});

	it('fits nothing without a flash', () => {
		expect(findByMemoryString([])).toEqual([]);
		expect(findByMemoryString(['@Option Bytes  /0x1FFFC000/01*016 e'])).toEqual([]);
	});
});

describe('the flash size register', () => {
	const sizeOf = (part: string, word: number): number | undefined =>
		flashSizeOf(findByPart(part)[0]!, word);

	it('holds KiB on most parts', () => {
		expect(sizeOf('STM32F405RG', 1024)).toBe(MIB);
		expect(sizeOf('STM32F405RG', 0xffff)).toBeUndefined();
		expect(sizeOf('STM32F405RG', 0)).toBeUndefined();
	});

	it('holds a code or only a byte on two L1 dies', () => {
		expect([0, 1, 2].map((word) => sizeOf('STM32L152VD', word))).toEqual([
			384 * KIB,
			256 * KIB,
			undefined,
		]);
		expect(sizeOf('STM32L151CB-A', 0x3480)).toBe(128 * KIB);
	});
});
