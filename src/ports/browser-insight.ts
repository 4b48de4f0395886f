// The insight desk on this browser's own worker.
import insightWorkerUrl from '#workers/insight-worker.ts?worker&url';
import { insightDesk, type InsightDesk } from './insight-desk.ts';
import { trustedScriptUrl } from './trusted-urls.ts';

/** The worker starts with the first question. */
export const browserInsightDesk = (): InsightDesk =>
	insightDesk(
		() => new Worker(trustedScriptUrl(insightWorkerUrl), { type: 'module', name: 'insight' }),
	);
