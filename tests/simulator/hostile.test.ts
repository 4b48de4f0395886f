// Bytes and requests that make no sense: the ROMs must neither crash nor touch the flash without a whole, right command.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { f1, f4, FLASH, g0 } from './sample-device.ts';
import { bench, Usb, Wire } from './talk.ts';
import { ACK, NACK, image } from './uart-words.ts';

const content = image(
	FLASH,
	Array.from({ length: 4096 }, (_, i) => (i * 31) & 0xff),
);
const xor = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => sum ^ byte, 0);

/**
 * True when no command that changes anything can be in these bytes: every opcode that does is removed together
 * with what would make it valid, its complement.
 */
const harmless = (bytes: readonly number[]): boolean =>
	!bytes.some(
		(byte, i) =>
			[0x31, 0x43, 0x44, 0x63, 0x73, 0x82, 0x92, 0x21].includes(byte) &&
			bytes[i + 1] === (byte ^ 0xff),
	);

describe('the UART ROM', () => {
	it('survives any bytes and changes nothing without a valid command', async () => {
		const chunk = fc.array(
			fc.oneof(fc.nat(255), fc.constantFrom(0x7f, 0x11, 0xee, 0x31, 0xce, 0x44, 0xbb, 0, 0xff)),
			{ minLength: 1, maxLength: 40 },
		);
		await fc.assert(
			fc.asyncProperty(
				fc.array(chunk, { minLength: 1, maxLength: 8 }),
				fc.constantFrom(f1, f4, g0),
				async (chunks, device) => {
					fc.pre(harmless(chunks.flat()));
					const { sim, clock } = bench({ device, content });
					const before = sim.board.peek({ start: FLASH, end: FLASH + 4096 });
					const wire = await Wire.open({ sim, clock });
					await wire.ask([0x7f]);
					for (const bytes of chunks) await wire.ask(bytes, 30);
					expect(sim.board.events).toEqual([]);
					expect(sim.board.peek({ start: FLASH, end: FLASH + 4096 })).toEqual(before);
					// However it was left, at most one whole frame of zeros brings it back to a command.
					await wire.ask(Array<number>(260).fill(0), 60);
					let answer: number[] = [];
					for (let i = 0; i < 2 && answer.at(-1) !== NACK; i++) answer = await wire.ask([0x00]);
					expect(await wire.ask([0x02, 0xfd])).toContain(ACK);
				},
			),
			{ numRuns: 150 },
		);
	});

	it('changes the flash only for a frame whose every check is right', async () => {
		const frames = fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 255 }));
		await fc.assert(
			fc.asyncProperty(frames, async ([which, flip]) => {
				const data = [3, 1, 2, 3, 4];
				const at = [0x08, 0x00, 0x20, 0x00];
				// Command, complement, address and its XOR, data and its XOR: one of the checks is made wrong.
				const sent = [0x31, 0xce, ...at, xor(at), ...data, xor(data)];
				const index = [1, 3, 6, 8, sent.length - 1][which]!;
				sent[index]! ^= flip;
				const { sim, clock } = bench({ device: f4 });
				const wire = await Wire.open({ sim, clock });
				await wire.ask([0x7f]);
				await wire.ask(sent.slice(0, 2));
				await wire.ask(sent.slice(2, 7));
				await wire.ask(sent.slice(7));
				expect(sim.board.events).toEqual([]);
			}),
			{ numRuns: 100 },
		);
	});
});

describe('the DfuSe ROM', () => {
	it('survives any requests in any state', async () => {
		const request = fc.record({
			request: fc.nat(8),
			value: fc.oneof(fc.nat(4), fc.nat(65535)),
			data: fc.array(fc.nat(255), { maxLength: 8 }),
			into: fc.boolean(),
		});
		await fc.assert(
			fc.asyncProperty(fc.array(request, { maxLength: 20 }), async (requests) => {
				const { sim } = bench({ device: g0, content });
				const usb = await Usb.open(sim);
				for (const { request, value, data, into } of requests) {
					try {
						await (into ? usb.in(request, value, data.length) : usb.out(request, value, data));
					} catch (error) {
						// It may have left, or been told to unprotect itself; nothing else may end a transfer.
						expect((error as Error).name).toMatch(/^(NetworkError|NotFoundError)$/);
						return;
					}
				}
				const state = await usb.in(5, 0, 1).catch(() => [2]);
				expect(state?.[0]).toBeGreaterThanOrEqual(2);
				expect(state?.[0]).toBeLessThanOrEqual(10);
			}),
			{ numRuns: 200 },
		);
	});
});
