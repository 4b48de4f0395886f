// What the page itself is up to, besides the session: which dialog is open, how the last board was reached, what the
// keys do, and what is said aloud to a screen reader.
import { describe } from '#core/failure.ts';
import type { Session } from '#session/session.svelte.ts';
import type { Route } from '#session/state.ts';
import type { Platform } from './platform.ts';
import { durationText, phaseText, progressText } from './text.ts';

export type DialogName = 'keys' | 'bootloader' | 'permission' | 'wiring';

export class Page {
	readonly session: Session;
	readonly platform: Platform;
	dialog = $state<DialogName | undefined>();
	baud = $state<number | 'auto'>('auto');
	wiring = $state<string>('');
	virtualPart = $state('STM32F405RG');
	virtualTransport = $state<'uart' | 'dfu'>('dfu');
	/** Set by the file card: opens the browser's file chooser. */
	chooseFiles: () => void = () => undefined;

	constructor(session: Session, platform: Platform) {
		this.session = session;
		this.platform = platform;
		this.virtualPart = platform.virtualParts[0]?.part ?? '';
		const baud = platform.recall('baud');
		if (baud !== undefined) this.baud = baud === 'auto' ? 'auto' : Number(baud);
		this.wiring = platform.recall('wiring') ?? '';
	}

	/** What a screen reader hears when it changes. */
	readonly announcement: string = $derived.by(() => {
		const { job, board } = this.session.state;
		if (job.status === 'running') return phaseText(job.progress.phase);
		if (job.status === 'finished') {
			return `Programmed and verified in ${durationText(job.report.elapsedMs)}.`;
		}
		if (job.status === 'failed') return describe(job.failure).text;
		if (job.status === 'cancelled') return 'Cancelled.';
		if (board.status === 'connecting') return 'Connecting.';
		if (board.status === 'ready') return 'Board connected.';
		if (board.status === 'failed') return describe(board.failure).text;
		return '';
	});

	readonly title: string = $derived.by(() => {
		const { job } = this.session.state;
		if (job.status === 'running') return `${progressText(job.progress)} · Sectorwise`;
		if (job.status === 'finished') return 'Done · Sectorwise';
		return 'Sectorwise';
	});

	connectUsb(how: 'ask' | 'remembered' = 'ask'): void {
		this.#connect({ kind: 'dfu' }, how);
	}

	connectSerial(how: 'ask' | 'remembered' = 'ask'): void {
		const { baud, wiring, platform } = this;
		platform.remember('baud', String(baud));
		platform.remember('wiring', wiring);
		this.#connect({ kind: 'uart', baud, lines: wiring || undefined }, how);
	}

	/** One click: a simulated board, and the sample for it where no file is open yet. */
	tryVirtual(): void {
		const part = this.virtualPart;
		const offered = this.platform.virtualParts.find((one) => one.part === part);
		const transport = offered?.dfu ? this.virtualTransport : 'uart';
		if (this.session.state.files.length === 0) {
			void this.platform.loadSample(part).then((sample) => {
				if (sample) void this.session.open([sample]);
			});
		}
		this.#connect({ kind: 'virtual', part, transport }, 'ask');
	}

	/** The way the last board was reached, without asking again where the browser allows it. */
	reconnect(): void {
		const last = this.platform.recall('route');
		if (last === 'virtual') this.tryVirtual();
		else if (last === 'uart' && this.platform.hasSerial) this.connectSerial('remembered');
		else if (this.platform.hasUsb) this.connectUsb('remembered');
		else if (this.platform.hasSerial) this.connectSerial('remembered');
		else this.tryVirtual();
	}

	program(): void {
		void this.session.program();
	}

	/** Single letters, as long as nothing is being typed. */
	keydown(event: KeyboardEvent): void {
		const { target } = event;
		const typing =
			target instanceof HTMLElement &&
			target.matches('input:not([type=checkbox]), select, textarea');
		if (typing || event.ctrlKey || event.metaKey || event.altKey || this.dialog) return;
		const { session } = this;
		const running = session.state.job.status === 'running';
		const actions: Readonly<Record<string, () => void>> = {
			o: () => {
				if (!running) this.chooseFiles();
			},
			c: () => {
				if (!running && session.state.board.status !== 'connecting') this.reconnect();
			},
			p: () => {
				this.program();
			},
			'?': () => {
				this.dialog = 'keys';
			},
			escape: () => {
				session.cancel();
			},
		};
		const action = actions[event.key.toLowerCase()];
		if (!action) return;
		if (event.key !== 'Escape') event.preventDefault();
		action();
	}

	#connect(route: Route, how: 'ask' | 'remembered'): void {
		this.platform.remember('route', route.kind);
		void this.session.connect(route, how);
	}
}
