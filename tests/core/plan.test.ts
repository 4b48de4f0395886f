import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildImage, readImage, segmentRange } from '#core/image.ts';
import { flashSectors } from '#core/memory.ts';
import { plan } from '#core/plan.ts';
import { includes, join, overlaps, size } from '#core/range.ts';
import { compile } from '#core/compile.ts';
import type { Step, StepLimits } from '#core/steps.ts';
import { anyImageIn, anyMemory, f405, flash, h743Small, l072, ram, timings } from './maps.ts';

const options = { start: true };
const bytes = (length: number, value = 0xa5): Uint8Array => new Uint8Array(length).fill(value);
const codes = (found: { diagnostics: readonly { code: string }[] }): string[] =>
	found.diagnostics.map(({ code }) => code);

/** Eight bytes of a vector table for a program at `base`, then filler. */
function program(base: number, length: number, stack = 0x20001000): Uint8Array {
	const data = bytes(length, 0x11);
	const view = new DataView(data.buffer);
	view.setUint32(0, stack, true);
	view.setUint32(4, base + 9, true);
	return data;
}

describe('plan', () => {
	it('erases the 16, 64 and 128 KiB sectors an F405 image touches and no other', () => {
		const image = buildImage([{ address: 0x08000000, data: program(0x08000000, 130 * 1024) }]);
		const found = plan(image, f405, options);
		expect(found.erase.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5]);
		expect(found.lost).toEqual([{ start: 0x08020800, end: 0x08040000 }]);
		expect(found.start).toBe(0x08000000);
		expect(found.runnable).toBe(true);
	});

	it('pads to 32-byte flash words with the erase value and says so on ECC flash', () => {
		const image = buildImage([{ address: 0x08100010, data: bytes(40) }]);
		const found = plan(image, h743Small, options);
		expect(found.write.map(segmentRange)).toEqual([{ start: 0x08100000, end: 0x08100040 }]);
		expect(found.write[0]!.fill).toEqual([
			{ start: 0x08100000, end: 0x08100010 },
			{ start: 0x08100038, end: 0x08100040 },
		]);
		expect([...found.write[0]!.data.subarray(0, 16)]).toEqual(Array<number>(16).fill(0xff));
		expect(found.erase.map(({ number }) => number)).toEqual([4]);
		expect(codes(found).filter((code) => code === 'plan.split-unit')).toHaveLength(2);
	});

	it('pads with zero where flash erases to zero', () => {
		const found = plan(buildImage([{ address: 0x08000082, data: bytes(1) }]), l072, options);
		expect([...found.write[0]!.data]).toEqual([0, 0, 0xa5, 0]);
		expect(found.erase.map(({ number }) => number)).toEqual([1]);
	});

	it('says of a chip without flash only that it has none, unless a board brings external flash', () => {
		const memory = f405.filter(({ kind }) => kind !== 'flash');
		const at = (address: number) => buildImage([{ address, data: bytes(16) }]);
		for (const address of [0x08000000, 0x20000000, 0x70000000]) {
			const found = plan(at(address), memory, { ...options, flashless: true });
			expect(codes(found)).toEqual(['plan.no-flash']);
			expect([found.runnable, found.erase, found.write]).toEqual([false, [], []]);
			expect(codes(plan(at(address), memory, options))).not.toContain('plan.no-flash');
		}
		const { eraseValue, access, sectors } = f405.find(({ kind }) => kind === 'flash')!;
		const outside = [
			...memory,
			{
				...({
					name: 'EXTERNAL_FLASH',
					kind: 'external',
					eraseValue,
					writeSize: 4,
					access,
				} as const),
				range: { start: 0x70000000, end: 0x70004000 },
				sectors: [{ ...sectors[0]!, range: { start: 0x70000000, end: 0x70004000 } }],
			},
		];
		const found = plan(at(0x70000000), outside, { ...options, flashless: true });
		expect(codes(found)).not.toContain('plan.no-flash');
		expect(found.runnable).toBe(true);
	});

	it('refuses bytes behind the flash, in the gap between banks, in RAM and in the option bytes', () => {
		const at = (address: number, memory = f405): string[] =>
			codes(plan(buildImage([{ address, data: bytes(16) }]), memory, options));
		expect(at(0x080ffff8)).toContain('plan.outside-memory');
		expect(at(0x08080000, h743Small)).toContain('plan.hole');
		expect(at(0x20000000)).toContain('plan.into-ram');
		expect(at(0x1fffc000)).toContain('plan.option-bytes');
		for (const address of [0x080ffff8, 0x20000000, 0x1fffc000]) {
			const image = buildImage([{ address, data: bytes(16) }]);
			expect(plan(image, f405, options).runnable).toBe(false);
		}
	});

	it('names the whole stray range once', () => {
		const image = buildImage([{ address: 0x080ffff0, data: bytes(64) }]);
		const stray = plan(image, f405, options).diagnostics.filter(
			({ code }) => code === 'plan.outside-memory',
		);
		expect(stray).toHaveLength(1);
		expect(stray[0]!.range).toEqual({ start: 0x08100000, end: 0x08100030 });
	});

	it('does not start a program whose stack pointer is in no RAM of the chip', () => {
		const data = program(0x08000000, 64, 0x20800000);
		const found = plan(buildImage([{ address: 0x08000000, data }]), f405, options);
		expect(codes(found)).toContain('plan.no-vectors');
		expect(found.start).toBeUndefined();
		expect(found.runnable).toBe(true);
	});

	it('says that an application behind a bootloader needs one', () => {
		const data = program(0x08008000, 64);
		const found = plan(buildImage([{ address: 0x08008000, data }]), f405, options);
		expect(codes(found)).toContain('plan.nothing-at-boot');
		expect(found.start).toBe(0x08008000);
	});

	it('refuses a file that names another family', () => {
		const image = buildImage([{ address: 0x08000000, data: program(0x08000000, 64) }]);
		const found = plan(image, f405, { ...options, family: 'STM32F4', fileFamilies: ['STM32L4'] });
		expect(codes(found)).toContain('plan.wrong-chip');
		expect(found.runnable).toBe(false);
	});

	it('refuses a sector the board marks as read-only', () => {
		const region = flash({ start: 0x08000000, sizes: [1024, 1024] });
		const locked = { ...region.sectors[0]!, access: { read: true, erase: false, write: false } };
		const memory = [{ ...region, sectors: [locked, region.sectors[1]!] }];
		const image = buildImage([{ address: 0x08000000, data: bytes(8) }]);
		expect(codes(plan(image, memory, options))).toContain('plan.read-only');
	});

	it('erases everything at once what fills the chip, unless a protected range may lie where nothing is described', () => {
		const image = [{ address: 0x08000000, data: new Uint8Array(1024 * 1024).fill(1) }];
		const undescribed = [{ start: 0x08000000 + 1024 * 1024, end: 0x08000000 + 2048 * 1024 }];
		const whole = (start: number): boolean => {
			const protect = [{ name: 'files', range: { start, end: start + 1 } }];
			return plan(image, f405, { start: false, protect, undescribed }).wholeFlash;
		};
		expect(whole(0x08000000 + 1024 * 1024)).toBe(false);
		expect(whole(0x08000000 + 2048 * 1024)).toBe(true);
	});

	it('has nothing to do for an empty image', () => {
		const found = plan([], f405, options);
		expect(codes(found)).toEqual(['plan.empty']);
		expect(found.runnable).toBe(false);
	});

	it('writes data EEPROM without erasing anything', () => {
		const eeprom = { ...ram('EEPROM', 0x08080000, 6144), kind: 'eeprom' as const, writeSize: 4 };
		const image = buildImage([{ address: 0x08080010, data: bytes(4) }]);
		const found = plan(image, [...l072, eeprom], options);
		expect(found.erase).toEqual([]);
		expect(found.write.map(segmentRange)).toEqual([{ start: 0x08080010, end: 0x08080014 }]);
		expect(found.runnable).toBe(true);
	});
});

const anyLimits: fc.Arbitrary<StepLimits> = fc.record({
	transferSize: fc.constantFrom(128, 256, 1024, 2048),
	sectorsPerErase: fc.constantFrom(1, 8, 128),
	massErase: fc.boolean(),
	checksum: fc.boolean(),
	sampleSize: fc.constantFrom(64, 1024, 2048),
});

const anyJob = anyMemory.chain((memory) =>
	fc.record({ memory: fc.constant(memory), segments: anyImageIn(memory), limits: anyLimits }),
);

function job({
	memory,
	segments,
	limits,
}: {
	memory: Parameters<typeof plan>[1];
	segments: { address: number; data: Uint8Array }[];
	limits: StepLimits;
}): { found: ReturnType<typeof plan>; steps: Step[]; image: ReturnType<typeof buildImage> } {
	const image = buildImage(segments);
	const found = plan(image, memory, options);
	return { found, steps: compile(found, limits, timings), image };
}

describe('plan and compile, for any memory and image', () => {
	it('write every image byte exactly once, padding with the erase value alone', () => {
		fc.assert(
			fc.property(anyJob, (input) => {
				const { steps, image } = job(input);
				const writes = steps.filter((step) => step.kind === 'write');
				const written = buildImage(writes);
				const fill = input.memory[0]!.eraseValue;
				for (const segment of image) {
					expect(readImage(written, segmentRange(segment), fill)).toEqual(segment.data);
				}
				for (const { address, data } of written) {
					const range = { start: address, end: address + data.length };
					expect(readImage(image, range, fill)).toEqual(data);
				}
			}),
		);
	});

	it('align every write to the write unit and never write a unit twice', () => {
		fc.assert(
			fc.property(anyJob, (input) => {
				const unit = input.memory[0]!.writeSize;
				const { steps } = job(input);
				const writes = steps.filter((step) => step.kind === 'write');
				for (const { address, data } of writes) {
					expect(address % unit).toBe(0);
					expect(data.length % unit).toBe(0);
					expect(data.length).toBeLessThanOrEqual(input.limits.transferSize);
				}
				expect(() => buildImage(writes)).not.toThrow();
			}),
		);
	});

	it('erase exactly the sectors that are written', () => {
		fc.assert(
			fc.property(anyJob, (input) => {
				const { found, steps } = job(input);
				const written = found.write.map(segmentRange);
				const erased = steps.flatMap((step) => ('sectors' in step ? step.sectors : []));
				expect(erased).toEqual(found.erase);
				for (const sector of flashSectors(input.memory)) {
					const touched = written.some((range) => overlaps(range, sector.range));
					expect(erased.includes(sector)).toBe(touched);
				}
			}),
		);
	});

	it('mass-erase only when every sector is to be erased', () => {
		fc.assert(
			fc.property(anyJob, (input) => {
				const { steps } = job(input);
				const mass = steps.find((step) => step.kind === 'mass-erase');
				if (mass) expect(mass.sectors).toEqual(flashSectors(input.memory));
			}),
		);
	});

	it('verify every written byte and nothing else, erase before writing, the vector block last', () => {
		fc.assert(
			fc.property(anyJob, (input) => {
				const { found, steps } = job(input);
				const of = (...kinds: string[]): Step[] => steps.filter(({ kind }) => kinds.includes(kind));
				const proofs = of('verify', 'checksum') as Extract<Step, { kind: 'verify' }>[];
				const writes = of('write') as Extract<Step, { kind: 'write' }>[];
				expect(buildImage(proofs)).toEqual(buildImage(found.write));
				const blank = input.memory[0]!.eraseValue;
				expect(writes.every(({ data }) => data.some((byte) => byte !== blank))).toBe(true);
				const order = [
					'mass-erase',
					'erase',
					'blank-check',
					'write',
					'verify',
					'checksum',
					'start',
				];
				const ranks = steps.map(({ kind }) => order.indexOf(kind === 'checksum' ? 'verify' : kind));
				expect(ranks.map((rank) => (rank < 2 ? 0 : rank))).toEqual(
					[...ranks].map((rank) => (rank < 2 ? 0 : rank)).sort((a, b) => a - b),
				);
				const first = found.vectors?.address ?? found.write[0]!.address;
				const holds = writes.findIndex((part) => includes(segmentRange(part), first));
				expect(holds).toBe(holds < 0 ? -1 : writes.length - 1);
			}),
		);
	});

	it('account for every byte of an erased sector as written or lost', () => {
		fc.assert(
			fc.property(anyJob, (input) => {
				const { found } = job(input);
				const erased = found.erase.reduce((sum, { range }) => sum + size(range), 0);
				const lost = found.lost.reduce((sum, range) => sum + size(range), 0);
				const written = found.write.reduce((sum, { data }) => sum + data.length, 0);
				expect(lost + written).toBe(erased);
			}),
		);
	});

	it('blank-check every large sector and every stretch of small ones', () => {
		fc.assert(
			fc.property(anyJob, (input) => {
				const { found, steps } = job(input);
				const checks = steps.filter((step) => step.kind === 'blank-check');
				const { checksum, sampleSize, sampleGrid = sampleSize } = input.limits;
				const reach = Math.max(2048, 4 * sampleGrid);
				if (checksum) {
					const seen = join(checks.map(({ range }) => range));
					expect(seen).toEqual(join(found.erase.map(({ range }) => range)));
					expect(checks.every(({ sum, range }) => sum && size(range) <= 16384)).toBe(true);
					return;
				}
				for (const sector of found.erase) {
					const near = checks.filter(
						({ range }) =>
							range.start > sector.range.start - reach && range.start < sector.range.end,
					);
					expect(near.length).toBeGreaterThan(0);
					if (size(sector.range) > reach) {
						const inside = near.filter((check) => check.sector === sector);
						expect(inside[0]!.range.start).toBe(sector.range.start);
						expect(inside.at(-1)!.range.start).toBeGreaterThanOrEqual(
							sector.range.end - sampleGrid,
						);
					}
				}
				for (const { range, sector } of checks) {
					expect(size(range)).toBeGreaterThan(0);
					expect(range.start >= sector.range.start && range.end <= sector.range.end).toBe(true);
				}
			}),
		);
	});
});
