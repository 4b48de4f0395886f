// The page that shows this one in a frame (src/element), by postMessage.
import { isToFrame, PROTOCOL, type FromFrame, type ToFrame } from '#element/messages.ts';

export interface Embedder {
	/** Tells what stage the update has reached. */
	tell(stage: Omit<Extract<FromFrame, { type: 'stage' }>, 'protocol' | 'type'>): void;
}

/**
 * True inside a page of another origin, at any depth: there the browser gives this one a storage of its own for each site
 * around it. Chromium and WebKit tell all origins around; elsewhere the outermost page is asked, and refuses a stranger.
 */
export function isFramedElsewhere({ location, parent, top }: Window = window): boolean {
	if (parent === window) return false;
	const around = location.ancestorOrigins as DOMStringList | undefined;
	if (around) return [...around].some((one) => one !== location.origin);
	try {
		return top?.location.origin !== location.origin;
	} catch {
		return true;
	}
}

/** Says "ready" and hands over what the embedding page sends. Undefined for a page that is in no frame. */
export function watchEmbedder(heard: (message: ToFrame) => void): Embedder | undefined {
	const { parent } = window;
	if (parent === window) return undefined;
	/** Known once it has spoken; until then nothing but "ready" is said. */
	let embedder: string | undefined;
	window.addEventListener('message', ({ source, origin: from, data }: MessageEvent<unknown>) => {
		// A sandboxed page has no origin that could be answered.
		if (source !== parent || from === 'null' || !isToFrame(data)) return;
		embedder = from;
		heard(data);
	});
	parent.postMessage({ protocol: PROTOCOL, type: 'ready' } satisfies FromFrame, '*');
	return {
		tell: (stage) => {
			if (embedder !== undefined)
				parent.postMessage(
					{ protocol: PROTOCOL, type: 'stage', ...stage } satisfies FromFrame,
					embedder,
				);
		},
	};
}
