// The composition root: sees everything, decides only the wiring.
import { mount } from 'svelte';
import { browserClock } from '#ports/browser-clock.ts';
import { browserPorts } from '#ports/browser.ts';
import { guardOpenBoard } from '#ports/page-guards.ts';
import { watchUpdates } from '#ports/updates.ts';
import { Session } from '#session/session.svelte.ts';
import { Updates } from '#ui/updates.svelte.ts';
import App from './App.svelte';
import { openLaunchedFiles } from './launched-files.ts';
import { browserPlatform, virtualStart } from './page-platform.ts';
import '#ui/theme.css';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

const clock = browserClock();
const asked = new URLSearchParams(location.search);
/** `?speed=10` lets virtual boards live ten times faster. */
const speed = Math.min(Math.max(Number(asked.get('speed')) || 1, 0.1), 100);

const session = new Session({
	clock,
	serial: browserPorts.serial,
	usb: browserPorts.usb,
	loadCatalogue: async () => {
		const [catalogue, map] = await Promise.all([
			import('#devices/index.ts'),
			import('#devices/memory-map.ts'),
		]);
		return { ...catalogue, effectiveMemory: map.effectiveMemory };
	},
	loadFormats: async () => {
		const [formats, merge] = await Promise.all([
			import('#formats/index.ts'),
			import('#formats/merge.ts'),
		]);
		return { openFile: formats.openFile, mergeFirmware: merge.mergeFirmware };
	},
	loadVirtualBoards: async () => {
		boards ??= (await import('./virtual-boards.ts')).virtualBoards(clock, speed);
		return boards;
	},
	guardBoard: guardOpenBoard,
	version: __APP_VERSION__,
	today: () => new Date().toISOString(),
});
let boards:
	Awaited<ReturnType<ConstructorParameters<typeof Session>[0]['loadVirtualBoards']>> | undefined;

const updates = new Updates();
const begin = virtualStart(asked);
mount(App, { target, props: { session, platform: browserPlatform, updates, begin } });

void watchUpdates({
	onWaiting: (apply) => {
		updates.waiting = true;
		updates.apply = apply;
	},
	onOfflineReady: () => {
		updates.offline = 'ready';
	},
	onOfflineRefused: () => {
		updates.offline = 'refused';
	},
});
openLaunchedFiles(session);
