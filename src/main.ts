// The composition root: sees everything, decides only the wiring.
import { mount } from 'svelte';
import { browserFileHandles } from '#ports/file-handles.ts';
import { watchLaunchedFiles } from '#ports/launched-files.ts';
import { watchUpdates } from '#ports/updates.ts';
import { Session } from '#session/session.svelte.ts';
import { Bench } from '#ui/console/bench.svelte.ts';
import { Page } from '#ui/page.svelte.ts';
import { Updates } from '#ui/updates.svelte.ts';
import '#ui/theme.css';
import App from './App.svelte';
import { browserEnvironment, loadDeviceBook, warmUp } from './environment.ts';
import { browserHost } from './host.ts';

/** `?board=virtual&part=STM32F405RG&transport=uart&speed=10` opens the page on a virtual board with its sample. */
const query = new URLSearchParams(location.search);
const virtual = query.get('board') === 'virtual';
const speed = virtual ? Math.min(100, Math.max(1, Number(query.get('speed')) || 1)) : 1;

const environment = browserEnvironment(speed);
/** `?page=hardware` adds the checklist for a real board. */
const hardware = query.get('page') === 'hardware';
const host = browserHost({
	version: environment.version,
	speed,
	hardware,
	loadDevices: loadDeviceBook,
});
const updates = new Updates();
const bench = new Bench(environment, browserFileHandles());
const page = new Page(new Session(bench.environment), host, updates, bench);

// Texts of what can go wrong: not needed to draw the first page, nor later than that.
void import('#core/failures/index.ts').catch(() => undefined);

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
mount(App, { target, props: { page } });

if (virtual) {
	const part = host.virtualParts.find((one) => one.part === query.get('part'))?.part;
	void page.tryVirtual(part ?? 'STM32F405RG', query.get('transport') === 'uart' ? 'uart' : 'dfu');
}

watchLaunchedFiles((files, given) => {
	page.open(files);
	void bench.watch(page, given);
});

void watchUpdates({
	onWaiting: (apply) => {
		updates.offer(apply);
	},
	onOfflineReady: () => {
		updates.status = 'offline';
	},
	onOfflineRefused: () => {
		updates.status = 'online-only';
	},
});
/** While nothing else happens, so that a slow network delays no click and nothing loads during a job. */
setTimeout(
	() =>
		void Promise.all([warmUp(), page.load(), page.session.keeper.refresh()]).catch(() => undefined),
	1000,
);
