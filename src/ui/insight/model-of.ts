// One insight of a page's build, for every part of the page that needs it.
import { InsightModel, type GivenFile } from '#session/insight.svelte.ts';
import type { Page } from '#ui/page.svelte.ts';

const opening = new WeakMap<Page, Promise<InsightModel>>();

/** Starts the worker when it is first asked for. */
export function insightOf(page: Page): Promise<InsightModel> {
	const known =
		opening.get(page) ??
		open(page).catch((error: unknown) => {
			// Not loaded without a network: the next one who asks tries again.
			opening.delete(page);
			throw error;
		});
	opening.set(page, known);
	return known;
}

async function open(page: Page): Promise<InsightModel> {
	page.insight = new InsightModel(await page.host.openInsightDesk());
	return page.insight;
}

/** The firmware of the first view, with its maps and scripts. */
export const buildFiles = (page: Page): GivenFile[] => [
	...page.session.state.files.flatMap(({ name, content }) => {
		const file = page.givenFile(name);
		if (!file || content.status === 'needs-address') return [];
		const address = content.status === 'loaded' ? content.address : undefined;
		return [{ file, ...(address !== undefined && { address }) }];
	}),
	...page.links,
];
