// What the Insight view holds, on a desk that answers when told to; and the desk itself, on workers that misbehave.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Failure } from '#core/failure.ts';
import type { InsightBrief } from '#core/insight-view.ts';
import { insightDesk, type AskName, type Asks, type DeskWorker } from '#ports/insight-desk.ts';
import { linkNumber, linkSettings, NOT_DEFINED } from '#session/insight-settings.ts';
import { InsightModel, type InsightDesk } from '#session/insight.svelte.ts';
import type { DeskRequest } from '#workers/insight-messages.ts';

const brief = (name: string): InsightBrief =>
	({ files: [{ name, kind: 'ELF', format: 'ELF', size: 1 }] }) as unknown as InsightBrief;

interface Asked {
	readonly ask: AskName;
	readonly question: Asks['open']['question'];
	readonly answer: (with_: Asks['open']['answer']) => void;
	readonly fail: (failure: Failure) => void;
}

function slowDesk(): { desk: InsightDesk; asked: Asked[]; stopped: () => number } {
	const asked: Asked[] = [];
	let stops = 0;
	const desk = {
		ask: (ask: AskName, question: unknown) =>
			new Promise((answer, fail) => {
				asked.push({ ask, question, answer, fail } as unknown as Asked);
			}),
		stop: () => {
			stops++;
			for (const { fail } of asked) fail(new Failure('insight.worker-stopped', {}));
		},
	} as unknown as InsightDesk;
	return { desk, asked, stopped: () => stops };
}
const elf = (name = 'app.elf', size = 8): File => new File([new Uint8Array(size)], name);
const settled = () => new Promise((done) => setTimeout(done, 0));

describe('the model', () => {
	test('asks once for the same files, and again for others', async () => {
		const { desk, asked } = slowDesk();
		const model = new InsightModel(desk);
		const file = elf();
		model.setFiles([{ file }]);
		model.setFiles([{ file }]);
		await settled();
		expect(asked).toHaveLength(1);
		expect(model.status.is).toBe('busy');
		asked[0]!.answer({ files: [{ id: 1, kind: 'ELF', format: 'ELF' }], brief: brief('app.elf') });
		await settled();
		expect(model.status.is).toBe('done');
		expect(model.readOf(1)?.format).toBe('ELF');
		const map = elf('app.map');
		model.setFiles([{ file }, { file: map }]);
		await settled();
		expect(asked[1]?.question.files.map(({ id, name }) => [id, name])).toEqual([
			[1, 'app.elf'],
			[2, 'app.map'],
		]);
		model.setFiles([]);
		expect(model.status.is).toBe('empty');
		expect(model.brief).toBeUndefined();
	});

	test('a file that moves from the firmware to the links is not read again', async () => {
		const { desk, asked } = slowDesk();
		const model = new InsightModel(desk);
		const file = elf('app.map');
		model.setFiles([{ file }]);
		await settled();
		model.setFiles([{ file }]);
		await settled();
		expect(asked).toHaveLength(1);
	});

	test('an answer that a newer question overtook is dropped', async () => {
		const { desk, asked } = slowDesk();
		const model = new InsightModel(desk);
		model.setFiles([{ file: elf('old.elf') }]);
		await settled();
		model.setFiles([{ file: elf('new.elf') }]);
		await settled();
		asked[1]!.answer({ files: [], brief: brief('new.elf') });
		await settled();
		asked[0]!.answer({ files: [], brief: brief('old.elf') });
		await settled();
		expect(model.brief?.files[0]?.name).toBe('new.elf');
	});

	test('a large build comes in outline first', async () => {
		const { desk, asked } = slowDesk();
		const model = new InsightModel(desk);
		const file = elf('big.elf', 5 * 1024 * 1024);
		model.setFiles([{ file }]);
		await settled();
		expect(asked[0]?.question.outline).toBe(true);
		asked[0]!.answer({ files: [{ id: 1, kind: 'ELF', format: 'ELF' }], brief: brief('outline') });
		await settled();
		expect([model.status.is, model.brief?.files[0]?.name]).toEqual(['busy', 'outline']);
		expect(asked[1]?.question.outline).toBe(false);
		asked[1]!.answer({ files: [{ id: 1, kind: 'ELF', format: 'ELF' }], brief: brief('whole') });
		await settled();
		expect([model.status.is, model.brief?.files[0]?.name]).toEqual(['done', 'whole']);
	});

	test('cancelling keeps what was read before and says so', async () => {
		const { desk, asked, stopped } = slowDesk();
		const model = new InsightModel(desk);
		model.setFiles([{ file: elf() }]);
		await settled();
		asked[0]!.answer({ files: [], brief: brief('first') });
		await settled();
		model.cancel();
		expect(stopped()).toBe(0);
		model.setFiles([{ file: elf('other.elf') }]);
		await settled();
		model.cancel();
		await settled();
		expect(stopped()).toBe(1);
		expect(model.brief?.files[0]?.name).toBe('first');
		expect(model.status).toMatchObject({
			is: 'stopped',
			failure: { code: 'insight.worker-stopped' },
		});
	});

	test('what the user says about the script goes with the next question', async () => {
		const { desk, asked } = slowDesk();
		const model = new InsightModel(desk);
		model.setFiles([{ file: elf('app.ld') }]);
		model.give({ 'symbol:SIZE': '64K', 'symbol:BAD': 'x', 'define:BOARD': NOT_DEFINED });
		await settled();
		expect(asked.at(-1)?.question.settings).toEqual({
			symbols: [['SIZE', 65536]],
			defines: [['BOARD', null]],
		});
	});
});

test('numbers are read as ld writes them', () => {
	const read = (text: string) => linkNumber(text);
	expect(['0x1000', '4096', '010', '64K', '1m', ' 2k '].map(read)).toEqual([
		4096, 4096, 8, 65536, 1048576, 2048,
	]);
	expect(['', 'x', '0x', '08', '-1', '5G', '0x100000000'].map(read)).toEqual(
		Array.from({ length: 7 }, () => undefined),
	);
	expect(linkSettings({ 'define:N': ' 3 ', 'symbol:A': '', 'include:f': 'x' })).toEqual({
		symbols: [],
		defines: [['N', '3']],
	});
});

describe('the desk', () => {
	class FakeWorker implements DeskWorker {
		static readonly all: FakeWorker[] = [];
		readonly sent: DeskRequest[] = [];
		ended = false;
		onmessage: DeskWorker['onmessage'] = null;
		onerror: DeskWorker['onerror'] = null;
		onmessageerror: DeskWorker['onmessageerror'] = null;
		constructor() {
			FakeWorker.all.push(this);
		}
		postMessage(request: DeskRequest): void {
			this.sent.push(request);
		}
		terminate(): void {
			this.ended = true;
		}
	}
	const question = { path: [], depth: 1 };
	const start = () => new FakeWorker();
	afterEach(() => {
		FakeWorker.all.length = 0;
		vi.useRealTimers();
	});

	test('gives each answer to its question, and failures as failures', async () => {
		const desk = insightDesk(start);
		const answers = [desk.ask('tree', question), desk.ask('tree', question)];
		const [worker] = FakeWorker.all;
		const reply = (data: unknown) => worker!.onmessage!({ data } as MessageEvent);
		reply({ id: 2, failure: { code: 'insight.needs-address', data: { name: 'a.elf' } } });
		reply({ id: 1, answer: undefined });
		reply({ id: 99, answer: undefined });
		await expect(answers[0]).resolves.toBeUndefined();
		await expect(answers[1]).rejects.toMatchObject({
			code: 'insight.needs-address',
			data: { name: 'a.elf' },
		});
		expect(FakeWorker.all).toHaveLength(1);
	});

	test('a worker that dies is told, and the next question gets a new one', async () => {
		const desk = insightDesk(start);
		const answer = desk.ask('tree', question);
		FakeWorker.all[0]!.onerror!(new ErrorEvent_('out of memory') as unknown as ErrorEvent);
		await expect(answer).rejects.toMatchObject({
			code: 'insight.worker-lost',
			data: { reason: 'out of memory' },
		});
		expect(FakeWorker.all[0]?.ended).toBe(true);
		void desk.ask('tree', question).catch(() => undefined);
		expect(FakeWorker.all).toHaveLength(2);
	});

	test('a worker that cannot be started is a failure, not an exception', async () => {
		const desk = insightDesk(() => {
			throw new Error('blocked');
		});
		await expect(desk.ask('tree', question)).rejects.toMatchObject({
			code: 'insight.worker-lost',
			data: { reason: 'blocked' },
		});
	});

	test('no question waits for ever; stopping ends them all', async () => {
		vi.useFakeTimers();
		const desk = insightDesk(start, 5000);
		const slow = desk.ask('tree', question);
		const told = expect(slow).rejects.toMatchObject({
			code: 'insight.worker-slow',
			data: { seconds: 5 },
		});
		await vi.advanceTimersByTimeAsync(5000);
		await told;
		const stopped = desk.ask('tree', question);
		desk.stop();
		await expect(stopped).rejects.toMatchObject({ code: 'insight.worker-stopped' });
		expect(FakeWorker.all.map(({ ended }) => ended)).toEqual([true, true]);
	});

	/** Node has no ErrorEvent. */
	class ErrorEvent_ extends Event {
		readonly message: string;
		constructor(message: string) {
			super('error', { cancelable: true });
			this.message = message;
		}
	}
});
