// What the page itself remembers and does: the chosen route, files held back during a job, what was copied.
// Everything about firmware, board and job is the session's.
import type { Failure } from '#core/failure.ts';
import { baudRates, wirings } from '#session/choices.ts';
import type { Report } from '#session/report.ts';
import type { Session } from '#session/session.svelte.ts';
import type { Route } from '#session/state.ts';
import type { Verb } from './keys.ts';
import { recallKeeping } from './keeping.ts';
import type { Host, UsbIds } from './host.ts';
import { failureText, redactedText } from './result-text.ts';
import { phaseTexts, resultTitle, whyNot } from './sentences.ts';
import { percentText } from './text.ts';
import type { BoardSide } from '#session/insight-board.svelte.ts';
import type { InsightModel } from '#session/insight.svelte.ts';
import type { Component } from 'svelte';
import type { Bench } from './console/bench.svelte.ts';
import type { MemoryScreen } from './memory/screen.svelte.ts';
import type { UpdateLibrary } from '#session/update/library.svelte.ts';
import type { Updates } from './updates.svelte.ts';

export type RouteKind = Route['kind'];

export interface LinkFile {
	readonly file: File;
	/** The user said that it is a script, or a part of one, whatever it looks like. */
	readonly script?: boolean;
}

/** "beacon-2.swupdate", also where a download added to the name. */
export const isUpdate = (name: string): boolean => /\.swupdate(?:\.zip)?$/i.test(name);

export class Page {
	readonly session: Session;
	readonly host: Host;
	readonly updates: Updates;
	readonly bench: Bench;
	kind = $state<RouteKind>('dfu');
	baud = $state<number | 'auto'>('auto');
	/** Id of a reset-line preset; '' for none. */
	lines = $state('');
	part = $state('STM32F405RG');
	transport = $state<'uart' | 'dfu'>('dfu');
	keysShown = $state(false);
	/** What was copied or saved last, shown on its button for a moment. */
	copied = $state<string>();
	/** Said aloud by screen readers when a key could not do what it should. */
	nudge = $state('');
	/** Devices a udev rule can name. */
	usbIds = $state.raw<readonly UsbIds[]>([]);
	/** Memory, plan and result; undefined until loaded. */
	Workbench = $state.raw<Component<{ page: Page }>>();
	/** Shows the browser's file chooser; set by the firmware card. */
	chooseFiles: () => void = () => undefined;
	/** Shows the customer's page with an update; set by main.ts. */
	openUpdate: (file: File) => void = () => undefined;
	/** What is kept of updates here; set by main.ts. */
	loadLibrary: () => Promise<UpdateLibrary> = () => new Promise(() => undefined);
	/** What the view that is shown does with dropped files; firmware is opened without it. */
	take: ((files: readonly File[]) => void) | undefined;
	/** Maps and linker scripts: they hold no firmware, and are for the Insight view. */
	links = $state.raw<readonly LinkFile[]>([]);
	/** What the Insight view knows; undefined until it was first shown. */
	insight: InsightModel | undefined;
	/** What it read of the board; beside `insight`. */
	boardSide: BoardSide | undefined;
	/** What the Memory view holds; undefined until it was first shown. */
	memory: MemoryScreen | undefined;
	/** Firmware files as they were given: the session keeps only what it read. */
	#given: readonly File[] = [];
	#held = $state.raw<readonly File[]>([]);
	/** The sample that was opened last: its part, and its file's name. */
	sample = $state.raw<{ readonly part: string; readonly name: string }>();

	constructor(session: Session, host: Host, updates: Updates, bench: Bench) {
		this.session = session;
		this.host = host;
		this.updates = updates;
		this.bench = bench;
		if (!host.usb) this.kind = host.serial ? 'uart' : 'virtual';
		this.#recall();
		recallKeeping(session.keeper, host);
	}

	readonly route: Route = $derived.by(() => {
		if (this.kind === 'dfu') return { kind: 'dfu' };
		if (this.kind === 'uart') {
			return { kind: 'uart', baud: this.baud, lines: this.lines === '' ? undefined : this.lines };
		}
		return { kind: 'virtual', part: this.part, transport: this.virtualTransport };
	});

	/** The chosen one, where the chip has it. */
	readonly virtualTransport: 'uart' | 'dfu' = $derived.by(() => {
		const chip = this.host.virtualParts.find(({ part }) => part === this.part);
		return chip?.dfu === false ? 'uart' : this.transport;
	});

	readonly running: boolean = $derived.by(() => this.session.state.job.status === 'running');

	/** A board is open or being opened: what closes the door on updates. */
	readonly engaged: boolean = $derived.by(() =>
		['connecting', 'ready', 'settling'].includes(this.session.state.board.status),
	);

	/** For the tab and the task bar, which are all one sees of a hidden page. */
	readonly title: string = $derived.by(() => {
		const { job } = this.session.state;
		if (job.status === 'running') {
			const { fraction, phase } = job.progress;
			return `${percentText(fraction)} ${phaseTexts[phase]} · Sectorwise`;
		}
		return job.status === 'idle' ? 'Sectorwise' : `${resultTitle(job)} · Sectorwise`;
	});

	/** Files waiting for the job to end. */
	get held(): readonly File[] {
		return this.#held;
	}

	/** Opens files; one of the same name, a refused one and the sample make way. During a job they wait. */
	open(files: readonly File[]): void {
		if (files.length === 0) return;
		if (this.running) {
			this.#held = [...this.#held, ...files];
			return;
		}
		const update = files.find(({ name }) => isUpdate(name));
		if (update) {
			this.openUpdate(update);
			return;
		}
		const names = files.map((file) => file.name);
		// A project is about a firmware, and no firmware itself.
		const own = names.some((name) => !name.toLowerCase().endsWith('.json'));
		for (const { id, name, content } of this.session.state.files) {
			const replaced = names.includes(name) || (own && name === this.sample?.name);
			if (replaced || content.status === 'refused') this.session.closeFile(id);
		}
		this.#given = [...this.#given.filter(({ name }) => !names.includes(name)), ...files];
		void this.session.open(files).then(() => {
			this.#keepLinks();
		});
	}

	/** The file that was opened under this name last. */
	givenFile(name: string): File | undefined {
		return this.#given.find((file) => file.name === name);
	}

	/** Adds maps and scripts; one of the same name makes way. */
	addLinks(files: readonly LinkFile[]): void {
		const names = files.map(({ file }) => file.name);
		this.links = [...this.links.filter(({ file }) => !names.includes(file.name)), ...files];
	}

	/** What turned out to be a map or a script moves from the firmware to the Insight view. */
	#keepLinks(): void {
		for (const { id, name, content } of this.session.state.files) {
			const file = this.givenFile(name);
			if (!file || content.status !== 'refused') continue;
			if (content.failure.code !== 'file.linker-text') continue;
			this.session.closeFile(id);
			this.addLinks([{ file }]);
		}
	}

	/** Opens what was held back; called when a job has ended. */
	release(): void {
		const files = this.#held;
		this.#held = [];
		this.open(files);
	}

	connect(how: 'ask' | 'remembered'): void {
		const { job } = this.session.state;
		if (job.status === 'finished') this.session.dismiss();
		this.#remember();
		void this.#connect(this.route, how);
	}

	async #connect(route: Route, how: 'ask' | 'remembered'): Promise<void> {
		await this.session.connect(route, how);
		if (this.session.state.board.status === 'failed') this.usbIds = await this.host.usbIds();
	}

	/** A simulated board with its sample, ready to program. The user's own files stay. */
	async tryVirtual(part: string, transport: 'uart' | 'dfu'): Promise<void> {
		this.kind = 'virtual';
		this.part = part;
		this.transport = transport;
		const sample = this.host.virtualParts.some((one) => one.part === part && one.sample);
		const own = (): boolean =>
			this.session.state.files.some(({ name }) => name !== this.sample?.name);
		if (sample && !own()) {
			const file = await this.host.loadSample(part);
			// One that was opened while the sample came stays alone.
			if (!own()) {
				this.open([file]);
				this.sample = { part, name: file.name };
			}
		}
		this.connect('ask');
	}

	/** Loads what the first page does without. */
	async load(): Promise<void> {
		this.Workbench ??= (await import('./Workbench.svelte')).default;
	}

	program(): void {
		const { readiness } = this.session;
		if (!readiness.ready) this.nudge = whyNot(readiness);
		// Everything is loaded before a job begins: the network may be gone during it.
		else void this.load().then(() => this.session.program());
	}

	act(action: Verb): void {
		this.nudge = '';
		if (action === 'open') this.chooseFiles();
		else if (action === 'connect' && !this.engaged) this.connect('remembered');
		else if (action === 'program' && !this.running) this.program();
		else if (action === 'build' && !this.running) void this.bench.programBuild(this);
		else if (action === 'cancel') this.session.cancel();
		else if (action === 'keys') this.keysShown = true;
	}

	/** `what` names the button that shows it. */
	async copy(what: string, text: string): Promise<void> {
		this.copied = (await this.host.copy(text)) ? what : undefined;
	}

	/** A job's report without what could tell one board or person from another. */
	reportText(report: Report): string {
		return redactedText(report, this.host.system);
	}

	failureText(failure: Failure, route: Route): string {
		return failureText(failure, { app: this.host.version, system: this.host.system, route });
	}

	#remember(): void {
		const { kind, baud, lines, part, transport } = this;
		this.host.remember('route', JSON.stringify({ kind, baud, lines, part, transport }));
	}

	/** Only values that can be chosen are taken: the text may be of another version. */
	#recall(): void {
		let kept: unknown;
		try {
			kept = JSON.parse(this.host.recall('route') ?? 'null');
		} catch {
			return;
		}
		if (typeof kept !== 'object' || kept === null) return;
		const { kind, baud, lines, part, transport } = kept as Record<string, unknown>;
		if ((kind === 'dfu' && this.host.usb) || (kind === 'uart' && this.host.serial))
			this.kind = kind;
		this.baud = baudRates.find((one) => one === baud) ?? 'auto';
		this.lines = wirings.find(({ id }) => id === lines)?.id ?? '';
		this.part = this.host.virtualParts.find((one) => one.part === part)?.part ?? this.part;
		if (transport === 'uart') this.transport = 'uart';
	}
}
