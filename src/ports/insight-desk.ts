// The insight worker as the page has it: a question, and its answer, or a failure. A worker that dies or hangs is told
// and replaced; it is also how reading is cancelled, for a large file is read in one go.
import { Failure } from '#core/failure.ts';
import type { AskName, Asks, DeskReply, DeskRequest } from '#workers/insight-messages.ts';

export type {
	BootAnswer,
	BootBoard,
	AskName,
	Asks,
	DeskFile,
	OpenAnswer,
	OpenQuestion,
	PartAnswer,
	PartQuestion,
	ScriptSettings,
} from '#workers/insight-messages.ts';

/** Where questions about a build are answered. */
export interface InsightDesk {
	/** @throws Failure what the answer failed with, or insight.worker-lost, insight.worker-slow */
	ask<K extends AskName>(ask: K, question: Asks[K]['question']): Promise<Asks[K]['answer']>;
	/** Stops whatever is being worked on: its questions fail with insight.worker-stopped. The next starts anew. */
	stop(): void;
}

/** The part of a Worker the desk uses. */
export interface DeskWorker {
	postMessage(request: DeskRequest): void;
	terminate(): void;
	onmessage: ((event: MessageEvent<DeskReply>) => void) | null;
	onerror: ((event: ErrorEvent) => void) | null;
	onmessageerror: ((event: MessageEvent) => void) | null;
}

/** Ten times what the largest build we know takes on a slow computer. */
const LONGEST_MS = 120_000;

interface Waiting {
	readonly resolve: (answer: never) => void;
	readonly reject: (failure: Failure) => void;
	readonly timer: ReturnType<typeof setTimeout>;
}

/** A desk on the workers that `start` makes, one at a time, the first when something is asked. */
export function insightDesk(start: () => DeskWorker, longestMs = LONGEST_MS): InsightDesk {
	let worker: DeskWorker | undefined;
	const waiting = new Map<number, Waiting>();
	let lastId = 0;

	const giveUp = (failure: Failure): void => {
		worker?.terminate();
		worker = undefined;
		const given = [...waiting.values()];
		waiting.clear();
		for (const { reject, timer } of given) {
			clearTimeout(timer);
			reject(failure);
		}
	};
	const settle = (reply: DeskReply): void => {
		const one = waiting.get(reply.id);
		if (!one) return;
		waiting.delete(reply.id);
		clearTimeout(one.timer);
		if ('failure' in reply) one.reject(new Failure(reply.failure.code, reply.failure.data));
		else one.resolve(reply.answer as never);
	};
	const running = (): DeskWorker => {
		if (worker) return worker;
		worker = start();
		worker.onmessage = ({ data }) => {
			settle(data);
		};
		worker.onerror = (event) => {
			event.preventDefault();
			giveUp(new Failure('insight.worker-lost', { reason: event.message || 'no reason given' }));
		};
		worker.onmessageerror = () => {
			giveUp(new Failure('insight.worker-lost', { reason: 'an answer could not be read' }));
		};
		return worker;
	};

	return {
		ask: (ask, question) =>
			new Promise((resolve, reject) => {
				const id = ++lastId;
				const timer = setTimeout(() => {
					giveUp(new Failure('insight.worker-slow', { seconds: Math.round(longestMs / 1000) }));
				}, longestMs);
				waiting.set(id, { resolve, reject, timer });
				try {
					// A question fits its name: both come from one call.
					running().postMessage({ id, ask, question } as DeskRequest);
				} catch (error) {
					const reason = error instanceof Error ? error.message : String(error);
					giveUp(new Failure('insight.worker-lost', { reason }, error));
				}
			}),
		stop: () => {
			giveUp(new Failure('insight.worker-stopped', {}));
		},
	};
}
