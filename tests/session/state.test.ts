import { describe, expect, it } from 'vitest';
import { Failure } from '#core/failure.ts';
import { redact } from '#session/report.ts';
import { initialState, next, type Event, type State } from '#session/state.ts';
import { firmware, hexFile, imageAt, rig } from './rig.ts';

const BASE = 0x08000000;
const file = (address: number, length: number, name: string): File =>
	hexFile(imageAt(address, firmware(address, length)), name);
const play = (events: readonly Event[]): State => events.reduce(next, initialState);
const opened = (id: number): Event => ({
	type: 'file-opened',
	file: { id, name: `${id}.hex`, size: 1, content: { status: 'reading' } },
});

describe('the state', () => {
	it('keeps files by their number', () => {
		const failure = new Failure('file.empty', {});
		const state = play([
			opened(1),
			opened(2),
			{ type: 'file-read', id: 2, content: { status: 'refused', failure } },
			{ type: 'file-closed', id: 1 },
		]);
		expect(state.files.map(({ id, content }) => [id, content.status])).toEqual([[2, 'refused']]);
		expect(next(state, { type: 'files-cleared' }).files).toEqual([]);
	});

	it('ignores progress of a job that is not running', () => {
		const progress = {
			done: 1,
			phase: 'erase',
			fraction: 0,
			elapsedMs: 0,
			remainingMs: 0,
		} as const;
		expect(play([{ type: 'job-progress', progress }]).job.status).toBe('idle');
	});
});

describe('several files', () => {
	it('merge into one plan: a bootloader and its application', async () => {
		const { session, connect, simulated } = rig({ part: 'STM32F405RG', transport: 'uart' });
		await session.open([file(BASE, 3000, 'boot.hex'), file(BASE + 0x8000, 5000, 'app.hex')]);
		await connect();
		expect(session.plan?.erase.map(({ number }) => number)).toEqual([0, 2]);
		expect(session.plan?.start).toBe(BASE);
		await session.program();
		expect(session.state.job.status).toBe('finished');
		expect(simulated.board.peek({ start: BASE + 0x8000, end: BASE + 0x8000 + 5000 })).toEqual(
			firmware(BASE + 0x8000, 5000),
		);
	});

	it('that claim the same addresses are refused with both names', async () => {
		const { session, connect } = rig({ part: 'STM32F405RG', transport: 'uart' });
		await session.open([file(BASE, 3000, 'one.hex'), file(BASE + 1000, 3000, 'two.hex')]);
		await connect();
		expect(session.readiness).toMatchObject({ why: 'files-overlap' });
		expect(session.merged.failure?.data).toMatchObject({ first: 'one.hex', second: 'two.hex' });
	});

	it('wait for an address where one is a raw binary', async () => {
		const { session, connect, simulated } = rig({ part: 'STM32F405RG', transport: 'dfu' });
		const data = firmware(BASE + 0x4000, 4000);
		await session.open([new File([data as Uint8Array<ArrayBuffer>], 'app.bin')]);
		await connect();
		expect(session.readiness).toMatchObject({ why: 'file-needs-address' });
		const { id, content } = session.state.files[0]!;
		expect(content).toMatchObject({ artifact: { proposedAddress: BASE + 0x4000 } });
		session.placeBinary(id, BASE + 0x4000);
		await session.program();
		expect(session.state.job.status).toBe('finished');
		expect(simulated.board.peek({ start: BASE + 0x4000, end: BASE + 0x4000 + 4000 })).toEqual(data);
	});
});

describe('the report', () => {
	it('says what was written where, with the CRC of what was read back, and hides what identifies', async () => {
		const { session, programOnce } = rig({ part: 'STM32F405RG', transport: 'uart' });
		await programOnce(file(BASE, 20000, 'secret-project.hex'));
		const { job } = session.state;
		if (job.status !== 'finished') throw new Error(job.status);
		const { report } = job;
		expect(report.sectors.map(({ number, bytes }) => [number, bytes])).toEqual([
			[0, 16384],
			[1, 3616],
		]);
		expect(report).toMatchObject({ result: 'verified', started: true, bytesVerified: 20000 });
		expect(report.board.uniqueId).toMatch(/^[0-9A-F]{24}$/);
		const shown = JSON.stringify(redact(report));
		expect(shown).not.toContain('secret-project');
		expect(shown).not.toContain(report.board.uniqueId);
		expect(JSON.parse(JSON.stringify(report))).toEqual(report);
	});
});

describe('a plain DFU 1.1 bootloader', () => {
	it('takes the file as it is, and the report does not claim a proof', async () => {
		const { session, connect, simulated } = rig({
			part: 'STM32F405RG',
			transport: 'dfu',
			quirks: { usb: 'dfu11', transferSize: 1024 },
		});
		const data = firmware(BASE, 5000);
		await session.open([new File([data as Uint8Array<ArrayBuffer>], 'app.bin')]);
		await connect();
		expect(session.readiness).toEqual({ ready: true });
		await session.program();
		const { job } = session.state;
		if (job.status !== 'finished') throw new Error(job.status);
		expect(job.report.result).toBe('sent-unverified');
		expect(simulated.board.peek({ start: BASE, end: BASE + data.length })).toEqual(data);
	});
});

describe('what the plan says before a board is there', () => {
	it('is the reason that Program is disabled', async () => {
		const { session } = rig({ part: 'STM32F405RG', transport: 'uart' });
		expect(session.readiness).toMatchObject({ why: 'no-file' });
		await session.open([file(BASE, 100, 'a.hex')]);
		expect(session.readiness).toMatchObject({ why: 'no-board' });
		await session.open([new File(['<!doctype html><html></html>'], 'b.hex')]);
		expect(session.readiness).toMatchObject({ why: 'file-refused' });
	});
});

describe('a board that may be one of several chips', () => {
	it('has a map without overlaps', async () => {
		const { session, connect } = rig({ part: 'STM32F405RG', transport: 'dfu' });
		await connect();
		const memory = session.board?.memory ?? [];
		expect(session.board?.candidates.length).toBeGreaterThan(1);
		for (const [index, region] of memory.entries()) {
			const following = memory[index + 1];
			if (following) expect(region.range.end).toBeLessThanOrEqual(following.range.start);
		}
	});
});
