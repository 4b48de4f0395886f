// The composition root: sees everything, decides only the wiring.
import { mount } from 'svelte';
import { browserFileHandles } from '#ports/file-handles.ts';
import { watchLaunchedFiles } from '#ports/launched-files.ts';
import { Session } from '#session/session.svelte.ts';
import { Bench } from '#ui/console/bench.svelte.ts';
import { Page } from '#ui/page.svelte.ts';
import { isUpdateHash } from '#ui/update/hash.ts';
import { Updates } from '#ui/updates.svelte.ts';
import '#ui/theme.css';
import type { Customer } from './customer.ts';
import { startsWithUpdate } from './brand.ts';
import { browserEnvironment, loadDeviceBook, warmUp } from './environment.ts';
import { browserHost } from './host.ts';
import Root from './Root.svelte';

/** `?board=virtual&part=STM32F405RG&transport=uart&speed=10` opens the page on a virtual board with its sample. */
const query = new URLSearchParams(location.search);
const virtual = query.get('board') === 'virtual';
/** `?bundle=beacon-2.swupdate` opens the customer's page with this update. */
const bundle = query.get('bundle');
/** `?embedded` is the frame of <sectorwise-update>: nothing but the customer's page is shown in it. */
const embedded = query.has('embedded');
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
const part = host.virtualParts.find((one) => one.part === query.get('part'))?.part ?? 'STM32F405RG';

let customer: Promise<Customer> | undefined;
const loadCustomer = (): Promise<Customer> =>
	(customer ??= import('./customer.ts').then(({ openCustomer }) =>
		openCustomer({
			environment: bench.environment,
			host,
			updates,
			bundle,
			embedded,
			virtualPart: virtual ? part : undefined,
		}),
	));
const begins = bundle === null && !embedded ? startsWithUpdate : Promise.resolve(true);
mount(Root, { target, props: { page, begins, embedded, loadCustomer } });

page.loadLibrary = async () => (await loadCustomer()).library;
page.openUpdate = (file) => {
	location.hash = '#update';
	void loadCustomer().then(({ screen }) => screen.open(file));
};

if (virtual && !isUpdateHash(location.hash)) {
	void begins.then((update) => {
		if (!update) void page.tryVirtual(part, query.get('transport') === 'uart' ? 'uart' : 'dfu');
	});
}

watchLaunchedFiles((files, given) => {
	page.open(files);
	void bench.watch(page, given);
});

// The first page is drawn without it.
void import('#ports/updates.ts')
	.then(({ watchUpdates }) =>
		watchUpdates({
			onWaiting: (apply) => {
				updates.offer(apply);
			},
			onOfflineReady: () => {
				updates.status = 'offline';
			},
			onOfflineRefused: () => {
				updates.status = 'online-only';
			},
		}),
	)
	.catch(() => {
		updates.status = 'online-only';
	});
/** While nothing else happens, so that a slow network delays no click and nothing loads during a job. */
setTimeout(
	() =>
		void Promise.all([warmUp(), page.load(), page.session.keeper.refresh()]).catch(() => undefined),
	1000,
);
