// The insight worker: questions in, answers out. What it knows of a build is the desk's.
import '#core/failures/index.ts';
import { toFailure } from '#core/failure.ts';
import { InsightWork } from './insight-work.ts';
import type { DeskReply, DeskRequest } from './insight-messages.ts';

const work = new InsightWork();

self.addEventListener('message', ({ data }: MessageEvent<DeskRequest>) => {
	const send = (reply: DeskReply): void => {
		self.postMessage(reply);
	};
	void work.answer(data).then(
		(answer) => {
			send({ id: data.id, answer });
		},
		(error: unknown) => {
			const { code, data: values } = toFailure(error);
			send({ id: data.id, failure: { code, data: values } });
		},
	);
});
