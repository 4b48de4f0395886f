// The customer's page, put together when it is first shown: brand, trust, and a session of its own.
import { browserPorts } from '#ports/browser.ts';
import { isFramedElsewhere, watchEmbedder } from '#ports/embedder.ts';
import type { Brand } from '#session/brand.ts';
import { linkFrom } from '#session/bundle-link.ts';
import type { Environment } from '#session/environment.ts';
import { Session } from '#session/session.svelte.ts';
import type { Route } from '#session/state.ts';
import { UpdateLibrary } from '#session/update/library.svelte.ts';
import type { Stage, Way } from '#session/update/stage.ts';
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
	/** The page is shown by the element of a maker's own page (docs/embedding.md). */
	readonly embedded: boolean;
	/** The virtual board the page was opened on, instead of real ones. */
	readonly virtualPart: string | undefined;
}

export interface Customer {
	readonly Shown: typeof CustomerPage;
	readonly screen: UpdateScreen;
	readonly library: UpdateLibrary;
}

const fetchFrom = (address: string, signal: AbortSignal): Promise<Response> =>
	fetch(address, { signal });

export async function openCustomer(given: Surrounding): Promise<Customer> {
	const { environment, host, updates, bundle, embedded, virtualPart } = given;
	const loaded = await loadBrand();
	const brand: Brand = embedded ? { ...loaded.brand, engineer: 'hidden' } : loaded.brand;
	// What was accepted, revoked and installed in the app itself is not known in another site's frame.
	const others = isFramedElsewhere() ? 'refuse' : brand.others;
	const routeOf =
		virtualPart === undefined
			? undefined
			: (way: Way): Route => ({ kind: 'virtual', part: virtualPart, transport: way });
	const session = new Session(environment);
	const updater = new UpdateSession({
		session,
		environment,
		makers: brand.makers,
		others,
		framed: others !== brand.others,
		...(brand.products && { products: brand.products }),
		...(brand.channel !== undefined && {
			list: { url: brand.channel, sources: brand.sources, fetch: fetchFrom },
		}),
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
		notices: routeOf === undefined,
		today: () => environment.today(),
		save: (name: string, content: string | Blob) => {
			host.save(name, content);
		},
		recall: () => host.recall('language'),
		remember: (language: string) => {
			host.remember('language', language);
		},
		fetch: fetchFrom,
	};
	const screen = new UpdateScreen(updater, around, { ...loaded, brand });
	const library = new UpdateLibrary({
		keeper: session.keeper,
		makers: brand.makers,
		others,
		...(brand.channel !== undefined && { channel: brand.channel }),
		sources: brand.sources,
		language: () => screen.language,
		today: around.today,
		fetch: around.fetch,
	});
	screen.library = library;
	void updater.load();
	if (embedded) listen(screen);
	else if (bundle !== null)
		void screen.follow(() => linkFrom(bundle, location.href, brand.sources));
	return { Shown: CustomerPage, screen, library };
}

/** Takes the update from the page around this one, and tells it how far it is. */
function listen(screen: UpdateScreen): void {
	const embedder = watchEmbedder((message) => {
		if (message.type === 'bundle')
			void screen.receive(new File([message.bytes], message.name), message.language);
		else screen.unreachable(message.host, message.reason);
	});
	screen.told = (stage: Stage) => {
		embedder?.tell({
			status: stage.status,
			...(stage.status === 'done' && { version: stage.version }),
			...('failure' in stage && { code: stage.failure.code }),
		});
	};
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
