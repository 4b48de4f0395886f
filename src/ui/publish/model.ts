// The Publish page's model stays as long as the page: a half-filled form is there after a look at another view.
import { Publish } from '#session/publish.svelte.ts';
import type { Page } from '#ui/page.svelte.ts';

const models = new WeakMap<Page, Publish>();

export function publishOf(page: Page): Publish {
	const model = models.get(page) ?? new Publish(() => new Date());
	models.set(page, model);
	return model;
}
