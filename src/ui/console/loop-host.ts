// What the edit loop does to the page: the same as the user's own clicks.
import type { Environment } from '#session/environment.ts';
import type { LoopHost } from '#session/watch.svelte.ts';
import type { Page } from '#ui/page.svelte.ts';

export function loopHost(page: Page, { serial }: Environment): LoopHost {
	const { session } = page;
	return {
		session,
		open: (files) => {
			page.open(files);
		},
		connect: () => session.connect(page.route, 'remembered'),
		program: async () => {
			await page.load();
			await session.program();
		},
		// A virtual board is reset as it is connected; a real one where DTR and RTS reach its pins.
		reachable: async () => {
			const { route } = page;
			if (route.kind === 'virtual') return true;
			if (route.kind !== 'uart' || route.lines === undefined) return false;
			return (await serial?.list().catch(() => []))?.length === 1;
		},
		names: () => [
			...session.state.files.map(({ name }) => name),
			...page.held.map(({ name }) => name),
			...page.links.map(({ file }) => file.name),
		],
	};
}
