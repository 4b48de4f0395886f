// The views of the page in the order of the bar; a key opens each by its place in it. One line here and one
// component make a new one. The hash names the view, and after a slash a place in it: "#devices/STM32F405RG".
import type { Component } from 'svelte';
import type { Page } from './page.svelte.ts';

export interface View {
	readonly id: string;
	readonly label: string;
	/** Loaded when first shown. The first view has none: App.svelte draws it, and keeps it while others are shown. */
	readonly load?: () => Promise<{ readonly default: Component<ViewProps> }>;
	/** Firmware is opened without leaving it: it shows it, too. */
	readonly opens?: boolean;
}

export interface ViewProps {
	page: Page;
	/** What the hash says after the view's name and a slash; '' for the view itself. */
	path: string;
}

const program: View = { id: 'program', label: 'Program' };

export const views: readonly View[] = [
	program,
	{
		id: 'insight',
		label: 'Insight',
		load: () => import('./insight/InsightView.svelte'),
		opens: true,
	},
	{
		id: 'protection',
		label: 'Protection',
		load: () => import('./protection/ProtectionView.svelte'),
	},
	{ id: 'memory', label: 'Memory', load: () => import('./memory/MemoryView.svelte') },
	{ id: 'history', label: 'History', load: () => import('./HistoryView.svelte') },
	{ id: 'console', label: 'Console', load: () => import('./console/ConsoleView.svelte') },
	{ id: 'devices', label: 'Devices', load: () => import('./CatalogueView.svelte') },
	{ id: 'desk', label: 'Service desk', load: () => import('./desk/DeskView.svelte') },
	{ id: 'publish', label: 'Publish', load: () => import('./publish/PublishView.svelte') },
];

/** The view a hash names, the first one for any other. Text that is no valid escape stands as it is. */
export function viewOf(hash: string): { readonly view: View; readonly path: string } {
	const [, id = '', path = ''] = /^#([^/]*)\/?(.*)$/.exec(hash) ?? [];
	const view = views.find((one) => one.id === id);
	return view ? { view, path: decoded(path) } : { view: program, path: '' };
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
