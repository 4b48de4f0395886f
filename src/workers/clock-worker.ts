// The browser clock's worker: rings after the milliseconds it was asked for. Timers of a hidden page are held back
// to a second and more (HTML, "run steps after a timeout", and the browsers' own throttling); those of a dedicated
// worker are not, and messages from it reach a hidden page at once.
import type { ClockReply, ClockRequest } from './clock-messages.ts';

const timers = new Map<number, ReturnType<typeof setTimeout>>();

self.addEventListener('message', ({ data }: MessageEvent<ClockRequest>) => {
	if (data.kind === 'stop') {
		clearTimeout(timers.get(data.id));
		timers.delete(data.id);
		return;
	}
	const { id, ms } = data;
	const ring = (): void => {
		timers.delete(id);
		self.postMessage({ id } satisfies ClockReply);
	};
	timers.set(id, setTimeout(ring, ms));
});
