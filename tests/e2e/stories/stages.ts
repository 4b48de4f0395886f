// Every stage of an update, made by hand: what the customer's page must be able to draw.
import { Failure } from '#core/failure.ts';
import type { Offer, PictureView, Stage } from '#session/update/stage.ts';
import type { KeptUpdate } from '#session/update/verbs.ts';

const notes = {
	en: 'The beacon is brighter and saves power.\n\n- Flashes twice as fast\n- Remembers its pattern when switched off\n- Starts more reliably in the cold',
	de: 'Die Bake ist heller und spart Strom.\n\n- Blinkt doppelt so schnell\n- Merkt sich ihr Muster beim Ausschalten\n- Startet zuverlässiger bei Kälte',
};
const steps = {
	en: [
		'Unplug the beacon and take off its rubber cap.',
		'Hold the small button, and plug the USB cable in.',
		'Let go of the button. The lamp stays dark: it is ready.',
	],
	de: [
		'Ziehen Sie das Kabel der Bake ab und nehmen Sie die Gummikappe herunter.',
		'Halten Sie den kleinen Knopf gedrückt und stecken Sie das USB-Kabel ein.',
		'Lassen Sie den Knopf los. Die Lampe bleibt dunkel: Die Bake ist bereit.',
	],
};

/** A drawing as a maker's picture might be. */
async function picture(hue: number, alt: string): Promise<PictureView> {
	const canvas = new OffscreenCanvas(480, 360);
	const pen = canvas.getContext('2d')!;
	pen.fillStyle = `hsl(${hue} 30% 82%)`;
	pen.fillRect(0, 0, 480, 360);
	pen.fillStyle = `hsl(${hue} 45% 38%)`;
	pen.beginPath();
	pen.roundRect(120, 120, 240, 140, 24);
	pen.fill();
	pen.fillStyle = '#ffd45e';
	pen.beginPath();
	pen.arc(240, 120, 44, Math.PI, 0);
	pen.fill();
	const blob = await canvas.convertToBlob({ type: 'image/png' });
	return { type: 'image/png', bytes: new Uint8Array(await blob.arrayBuffer()), alt };
}

export interface StoryOptions {
	readonly language: string;
	/** Without pictures, steps, support and news, as a lazy maker would. */
	readonly bare?: boolean;
}

async function offerIn({ language, bare }: StoryOptions): Promise<Offer> {
	const tag = language === 'de' ? 'de' : 'en';
	const base = {
		maker: 'Nordlicht Instruments',
		product: tag === 'de' ? 'Seebake S2' : 'Sea Beacon S2',
		version: '2.4.0',
		ways: ['dfu', 'uart'],
		trust: 'accepted',
	} as const;
	if (bare)
		return { ...base, ways: ['dfu'], notes: '', entry: { dfu: [], uart: [] }, trust: 'brand' };
	const pictures = await Promise.all([200, 30, 120].map((hue) => picture(hue, base.product)));
	const dfu = steps[tag].map((text, i) => ({ text, picture: pictures[i]! }));
	return {
		...base,
		support: 'https://support.example.com/beacon',
		picture: pictures[0]!,
		notes: notes[tag],
		entry: { dfu, uart: dfu.map(({ text }) => ({ text })) },
	};
}

/** Stages by the name of their story. */
export async function stories(options: StoryOptions): Promise<Readonly<Record<string, Stage>>> {
	const offer = await offerIn(options);
	const device = {
		versionNow: '1.9.2',
		estimateMs: 38_000,
		guarantee: 'continue',
		backup: 'kept',
		same: false,
	} as const;
	const updating = {
		status: 'updating',
		offer,
		phase: 'writing',
		done: 0.428,
		remainingMs: 21_000,
		goingBack: false,
	} as const;
	const done = {
		status: 'done',
		offer,
		version: '2.4.0',
		goneBack: false,
		restarted: true,
		canGoBack: true,
	} as const;
	return {
		nothing: { status: 'nothing' },
		earlier: { status: 'nothing' },
		opening: { status: 'opening' },
		refused: {
			status: 'refused',
			failure: new Failure('bundle.signature-wrong', { kid: 'x' }),
			action: 'choose-file',
		},
		expired: {
			status: 'refused',
			failure: new Failure('bundle.expired', { until: '2026-03-31' }),
			action: 'choose-file',
		},
		'unknown-maker': {
			status: 'unknown-maker',
			maker: 'Nordlicht Instruments',
			fingerprint:
				'3F2A 91C0 77DE 04B8 A65D 12EF 9C3B 58A1 E07F 46D2 8B19 C5F0 2A6E D384 71B9 0C5D',
		},
		offered: { status: 'offered', offer },
		'offered-back': { status: 'offered', offer: { ...offer, version: '1.9.2' } },
		'no-way': { status: 'offered', offer: { ...offer, ways: [] } },
		waiting: { status: 'waiting', offer, way: 'dfu' },
		'waiting-serial': { status: 'waiting', offer, way: 'uart' },
		examining: { status: 'examining', offer },
		'ask-product': { status: 'ask-product', offer },
		'ask-device': { status: 'ask-device', offer, id: 'lamp', when: '2026-03-14T09:26:00.000Z' },
		unfit: {
			status: 'unfit',
			offer,
			failure: new Failure('bundle.previous-too-old', { installed: '1.0.3', minimum: '1.8.0' }),
			action: 'support',
		},
		'whole-elsewhere': {
			status: 'unfit',
			offer,
			failure: new Failure('update.whole-elsewhere', {
				version: '2.3.0',
				host: 'updates.example.com',
			}),
			action: 'whole',
		},
		fetching: { status: 'fetching', offer, host: 'updates.example.com' },
		ready: { status: 'ready', offer, device },
		'ready-safe': {
			status: 'ready',
			offer,
			device: {
				estimateMs: 4 * 60_000,
				guarantee: 'old-until-proven',
				backup: 'read-protected',
				same: false,
			},
		},
		unsure: { status: 'ready', offer, device: { ...device, unsure: true } },
		same: { status: 'ready', offer, device: { ...device, versionNow: '2.4.0', same: true } },
		updating,
		'going-back': { ...updating, phase: 'checking', done: 0.03, goingBack: true },
		done,
		'gone-back': {
			...done,
			version: '1.9.2',
			goneBack: true,
			restarted: false,
			canGoBack: false,
		},
		failed: {
			status: 'failed',
			offer,
			failure: new Failure('update.disconnected', { reason: 'x' }),
			holds: 'neither',
			action: 'continue',
			canGoBack: true,
		},
		'failed-old': {
			status: 'failed',
			offer,
			failure: new Failure('update.not-taken', { reason: 'x' }),
			holds: 'old',
			action: 'again',
			canGoBack: false,
		},
	};
}

export const earlier: readonly KeptUpdate[] = ['2.4.0', '1.9.2', '1.8.0'].map((version, i) => ({
	id: String(i),
	when: `2026-1${i % 3}-0${i + 1}T09:30:00.000Z`,
	product: 'Sea Beacon S2',
	version,
	...(i < 2 && { previous: ['1.9.2', '1.8.0'][i]! }),
	board: 'STM32F405, 1 MiB',
}));
