// A bootloader of one's own that describes an external flash: the part of the image that belongs there is programmed
// with the rest. The simulated ROM holds that memory as one more bank of its flash and prints the string for it.
import { describe, expect, it } from 'vitest';
import { buildImage } from '#core/image.ts';
import { makeInsight } from '#insight/insight.ts';
import { firmware, hexFile, rig } from '../session/rig.ts';
import { build, chip, fill } from './builds.ts';
import { QSPI, withExternal } from './external-chip.ts';

const strings = [
	'@Internal Flash   /0x08000000/16*128Kg',
	'@External Flash   /0x90000000/08*064Kg',
];

describe('an external flash that the bootloader describes', () => {
	const image = buildImage([
		{ address: 0x08000000, data: firmware(0x08000000, 9000) },
		{ address: QSPI, data: fill(70_000) },
	]);

	it('is planned, erased, written and verified with the chip’s own', async () => {
		const { session, simulated, programOnce } = rig({
			...{ part: 'STM32H743ZI', transport: 'dfu', device: withExternal() },
			quirks: { strings },
		});
		await programOnce(hexFile(image));
		const { job } = session.state;
		expect(job.status === 'failed' ? job.failure.message : job.status).toBe('finished');
		if (job.status !== 'finished') throw new Error(job.status);
		expect(job.report.result).toBe('verified');
		expect(job.plan.erase.map(({ range }) => range.start)).toEqual([
			0x08000000,
			QSPI,
			QSPI + 0x10000,
		]);
		for (const { address, data } of image)
			expect(simulated.board.peek({ start: address, end: address + data.length })).toEqual(data);
	});

	it('is told as reachable, and as out of reach where the board says nothing of it', async () => {
		const made = {
			...build({ parts: [] }),
			firmware: { ...build({ parts: [] }).firmware!, image },
		};
		const reach = async (shown: readonly string[]) => {
			const { session, connect } = rig({
				...{ part: 'STM32H743ZI', transport: 'dfu', device: withExternal() },
				quirks: { strings: shown },
			});
			await connect();
			const { board } = session.state;
			if (board.status !== 'ready') throw new Error(board.status);
			const insight = makeInsight(made, {
				...{ name: 'the board', memory: board.board.memory, live: true },
				...(board.board.device && { device: board.board.device }),
			});
			const codes = insight.warnings.map(({ code }) => code);
			return [insight.external?.parts[0]?.reachable, codes.includes('external.unreachable')];
		};
		expect(await reach(strings)).toEqual([true, false]);
		expect(await reach(strings.slice(0, 1))).toEqual([false, true]);
	});

	it('is only supposed unreachable while no board is connected', () => {
		const made = {
			...build({ parts: [] }),
			firmware: { ...build({ parts: [] }).firmware!, image },
		};
		const found = makeInsight(made, chip('STM32H743ZI')).warnings.filter(
			({ code }) => code === 'external.unreachable',
		);
		expect(found.map(({ severity }) => severity)).toEqual(['note']);
	});
});
