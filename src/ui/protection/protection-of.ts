// One Protection for each page: edits outlive a look at another view.
import { Protection } from '#session/protection.svelte.ts';
import { lasting } from '#ui/lasting.svelte.ts';
import type { Page } from '#ui/page.svelte.ts';

const known = new WeakMap<Page, Protection>();

export function protectionOf(page: Page): Protection {
	const found = known.get(page) ?? lasting(() => new Protection(page.session));
	known.set(page, found);
	return found;
}
