// One Memory view for each page: what was read and opened outlives a look at another view.
import { MemoryView } from '#session/memory-view.svelte.ts';
import { lasting } from '#ui/lasting.svelte.ts';
import type { Page } from '#ui/page.svelte.ts';
import { MemoryScreen } from './screen.svelte.ts';

export const memoryOf = (page: Page): MemoryScreen =>
	(page.memory ??= lasting(
		() => new MemoryScreen(new MemoryView(page.session, (name) => page.givenFile(name))),
	));
