// The customer's page on stages made by hand, built like the app, for tests to look at from outside.
import '#core/failures/index.ts';
import { mount } from 'svelte';
import { neutral, type Brand } from '#session/brand.ts';
import type { Stage } from '#session/update/stage.ts';
import { UpdateScreen, type Barred } from '#ui/update/screen.svelte.ts';
import UpdatePage from '#ui/update/UpdatePage.svelte';
import { Updates } from '#ui/updates.svelte.ts';
import '#ui/theme.css';
import { FakeUpdater } from './fake-updater.svelte.ts';
import { earlier, stories, type StoryOptions } from './stages.ts';

export interface Stories {
	/** Shows a stage; resolves when it is drawn. */
	show(story: string, options: StoryOptions): Promise<void>;
	readonly names: readonly string[];
	/** Verbs that were called. */
	readonly called: readonly string[];
	readonly saved: readonly string[];
}

declare global {
	interface Window {
		stories: Stories;
	}
}

const query = new URLSearchParams(location.search);
const brands: Readonly<Record<string, Brand>> = {
	neutral,
	maker: {
		...neutral,
		name: 'Nordlicht Instruments',
		colours: { light: '#ffc400', dark: '#7a1f5c' },
		engineer: 'hidden',
		links: [{ text: { en: 'Imprint', de: 'Impressum' }, url: 'https://example.com/imprint' }],
	},
};
const brand = brands[query.get('brand') ?? 'neutral'] ?? neutral;
const barred = (query.get('barred') ?? undefined) as Barred | undefined;
const saved: string[] = [];
const updater = new FakeUpdater();
const updates = new Updates();
updates.status = 'offline';
const screen = new UpdateScreen(
	updater,
	{
		version: '0.0.0',
		system: 'linux',
		languages: [query.get('language') ?? 'en'],
		barred,
		updates,
		notices: true,
		today: () => '2026-11-21T12:00:00.000Z',
		save: (name) => saved.push(name),
		recall: () => undefined,
		remember: () => undefined,
		fetch: () => Promise.reject(new Error('no network here')),
	},
	{ brand },
);
mount(UpdatePage, { target: document.getElementById('app')!, props: { screen } });

const nothing: Readonly<Record<string, Stage>> = await stories({ language: 'en' });
window.stories = {
	names: Object.keys(nothing),
	called: updater.called,
	saved,
	async show(story, options) {
		screen.choose(options.language);
		const stage = (await stories(options))[story];
		if (!stage) throw new Error(`no story ${story}`);
		const back = ['offered-back', 'going-back', 'gone-back'].includes(story);
		updater.show(stage, back, story === 'earlier' ? earlier : []);
		await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
		await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
	},
};
