// The customer's page, put together when it is first shown: brand, trust, and a session of its own.
import { browserPorts } from '#ports/browser.ts';
import { linkFrom } from '#session/bundle-link.ts';
import type { Environment } from '#session/environment.ts';
import { Session } from '#session/session.svelte.ts';
import type { Route } from '#session/state.ts';
import type { Way } from '#session/update/stage.ts';
import { UpdateSession } from '#session/update/update.svelte.ts';
import type { Host } from '#ui/host.ts';
import type { Updates } from '#ui/updates.svelte.ts';
import { UpdateScreen, type Barred } from '#ui/update/screen.svelte.ts';
import CustomerPage from './CustomerPage.svelte';
import { loadBrand } from './read-brand.ts';

export interface Surrounding {
	readonly environment: Environment;
	readonly host: Host;
	readonly updates: Updates;
	/** What `?bundle=` says. */
	readonly bundle: string | null;
	/** The virtual board the page was opened on, instead of real ones. */
	readonly virtualPart: string | undefined;
}

export interface Customer {
	readonly Shown: typeof CustomerPage;
	readonly screen: UpdateScreen;
}

export async function openCustomer(given: Surrounding): Promise<Customer> {
	const { environment, host, updates, bundle, virtualPart } = given;
	const loaded = await loadBrand();
	const { brand } = loaded;
	const routeOf =
		virtualPart === undefined
			? undefined
			: (way: Way): Route => ({ kind: 'virtual', part: virtualPart, transport: way });
	const updater = new UpdateSession({
		session: new Session(environment),
		environment,
		makers: brand.makers,
		others: brand.others,
		...(brand.products && { products: brand.products }),
		language: 'en',
		readPower: browserPorts.readPower,
		...(routeOf && { routeOf }),
	});
	const around = {
		version: host.version,
		system: host.system,
		languages: browserPorts.languages,
		barred: routeOf ? undefined : barredBy(host),
		updates,
		today: () => environment.today(),
		save: (name: string, content: string) => {
			host.save(name, content);
		},
		recall: () => host.recall('language'),
		remember: (language: string) => {
			host.remember('language', language);
		},
		fetch: (address: string, signal: AbortSignal) => fetch(address, { signal }),
	};
	const screen = new UpdateScreen(updater, around, loaded);
	void updater.load();
	if (bundle !== null) void screen.follow(() => linkFrom(bundle, location.href, brand.sources));
	return { Shown: CustomerPage, screen };
}

/** Permissions Policy (W3C), by the name Chromium gives it. */
interface Policy {
	readonly featurePolicy?: { allowsFeature(name: string): boolean };
}

/** Why no device can be reached from here; undefined where one can. */
function barredBy(host: Host): Barred | undefined {
	if (!host.secure) return 'insecure';
	if (!host.usb && !host.serial) return 'browser';
	const { featurePolicy } = document as Policy;
	const allowed = (name: string): boolean => featurePolicy?.allowsFeature(name) ?? true;
	const open = (host.usb && allowed('usb')) || (host.serial && allowed('serial'));
	return open ? undefined : 'embedded';
}
