// The name of the page as the tab has it: what the stage says, in a few words.
import type { Stage } from '#session/update/stage.ts';
import type { UpdateScreen } from './screen.svelte.ts';
import type { Values, WordKey } from './words/words.ts';

type Said = readonly [key: WordKey, values?: Values];

/** The heading of a stage. */
export function headingOf(stage: Stage, goingBack: boolean): Said {
	const product = 'offer' in stage ? { product: stage.offer.product } : {};
	switch (stage.status) {
		case 'nothing':
			return ['nothing.title'];
		case 'opening':
			return ['opening.title'];
		case 'refused':
			return ['refused.title'];
		case 'unknown-maker':
			return ['unknown.title', { maker: stage.maker }];
		case 'offered':
			return ['offer.version', { version: stage.offer.version }];
		case 'waiting':
			return ['waiting.title', product];
		case 'examining':
			return ['examining.title', product];
		case 'fetching':
			return ['opening.fetching'];
		case 'ask-product':
			return ['ask.title'];
		case 'ask-device':
			return ['device.title'];
		case 'unfit':
			return ['unfit.title'];
		case 'ready':
			if (stage.device.same) return ['ready.same-title', product];
			return goingBack ? ['back.title'] : ['ready.title', product];
		case 'updating':
			return stage.goingBack ? ['updating.back-title'] : ['updating.title', product];
		case 'done':
			return [stage.goneBack ? 'done.back-title' : 'done.title', product];
		case 'failed':
			return [goingBack ? 'failed.back-title' : 'failed.title'];
	}
}

/** With the progress, which is all one sees of a hidden page. */
export function pageTitle({ stage, updater, brand, words }: UpdateScreen): string {
	const heading = words.text(...headingOf(stage, updater.goingBack));
	const far = stage.status === 'updating' ? `${words.percent(stage.done)} ` : '';
	return `${far}${heading} · ${brand.name}`;
}
