// <sectorwise-update bundle="…">: a button for a maker's own page. It opens the app's customer page in a dialog and
// hands it the update; docs/embedding.md has its attributes, events and parts. Built as one file of its own,
// `sectorwise-update.js`, that needs nothing else on the maker's page.
import { MAX_BUNDLE, readUpTo } from '#core/update-file.ts';
import { isFromFrame, PROTOCOL, type ToFrame } from './messages.ts';

const MARKUP = `
<span part="activate"><slot name="activate"><button part="button" type="button">Update your device</button></slot></span>
<span part="unsupported" hidden><slot name="unsupported">Updating needs Chrome or Edge on a computer, or Chrome on Android.</slot></span>
<dialog part="dialog">
	<button part="close" type="button" aria-label="Close">✕</button>
</dialog>`;

const STYLE = `
:host { display: inline-block; }
:host([hidden]) { display: none; }
[part=button] { font: inherit; font-weight: 600; min-height: 44px; padding: 8px 20px; border-radius: 10px; border: 1px solid currentColor; background: none; color: inherit; cursor: pointer; }
dialog { width: min(860px, 96vw); height: min(820px, 94vh); padding: 0; border: 0; border-radius: 16px; overflow: hidden; background: Canvas; color: CanvasText; }
dialog::backdrop { background: rgb(0 0 0 / 55%); }
iframe { width: 100%; height: 100%; border: 0; display: block; }
[part=close] { position: absolute; top: 10px; right: 12px; width: 44px; height: 44px; border: 0; border-radius: 22px; background: transparent; color: inherit; font-size: 18px; cursor: pointer; }
[part=close]:disabled { opacity: 0.35; cursor: default; }`;

/** Where the app lies: beside this file, unless the `app` attribute says otherwise. */
const HERE = new URL(/* @vite-ignore */ './', import.meta.url).href;

export class SectorwiseUpdate extends HTMLElement {
	readonly #root = this.attachShadow({ mode: 'open' });
	#frame: HTMLIFrameElement | undefined;
	#changing = false;

	constructor() {
		super();
		this.#root.innerHTML = MARKUP;
		const style = new CSSStyleSheet();
		style.replaceSync(STYLE);
		this.#root.adoptedStyleSheets = [style];
		this.#root.querySelector('[part=activate]')?.addEventListener('click', () => {
			this.open();
		});
		this.#close.addEventListener('click', () => {
			this.close();
		});
		this.#dialog.addEventListener('cancel', (event) => {
			// Escape must not end an update that is changing the device.
			if (this.#changing) event.preventDefault();
		});
		this.#dialog.addEventListener('close', () => {
			this.#forget();
		});
	}

	connectedCallback(): void {
		// The app answers by USB and by serial ports; without both nothing can be updated here.
		const supported = window.isSecureContext && ('usb' in navigator || 'serial' in navigator);
		this.toggleAttribute('unsupported', !supported);
		this.#part('activate').hidden = !supported;
		this.#part('unsupported').hidden = supported;
		window.addEventListener('message', this.#heard);
	}

	disconnectedCallback(): void {
		window.removeEventListener('message', this.#heard);
		this.#forget();
	}

	/** Address of the update, relative to the page. */
	get bundle(): string {
		return this.getAttribute('bundle') ?? '';
	}
	set bundle(address: string) {
		this.setAttribute('bundle', address);
	}

	/** Shows the dialog. Does nothing while it is shown. */
	open(): void {
		if (this.#frame) return;
		const frame = document.createElement('iframe');
		frame.setAttribute('part', 'frame');
		frame.title = 'Update';
		frame.allow = 'usb; serial; screen-wake-lock';
		const address = new URL(this.getAttribute('app') ?? HERE, document.baseURI);
		address.searchParams.set('embedded', '');
		address.hash = '#update';
		frame.src = address.href;
		this.#frame = frame;
		this.#dialog.append(frame);
		this.#dialog.showModal();
		this.toggleAttribute('active', true);
	}

	/** Puts the dialog away. Refused, with false, while a device is being changed. */
	close(): boolean {
		if (this.#changing) return false;
		this.#dialog.close();
		return true;
	}

	readonly #heard = ({ source, origin: from, data }: MessageEvent<unknown>): void => {
		const frame = this.#frame;
		if (!frame || source !== frame.contentWindow || from !== new URL(frame.src).origin) return;
		if (!isFromFrame(data)) return;
		if (data.type === 'ready') {
			void this.#handOver(frame);
			return;
		}
		const { status: stage, version, code } = data;
		this.#changing = stage === 'updating';
		this.#close.disabled = this.#changing;
		this.#tell('sectorwise-stage', { stage, version, code });
		if (stage === 'done') this.#tell('sectorwise-done', { version });
		if (stage === 'failed' || stage === 'refused' || stage === 'unfit')
			this.#tell('sectorwise-failed', { stage, code });
	};

	/** The maker's page fetches: the app needs no right to reach other servers. */
	async #handOver(frame: HTMLIFrameElement): Promise<void> {
		const address = new URL(this.bundle, document.baseURI);
		const say = (message: ToFrame, moved: Transferable[] = []): void => {
			frame.contentWindow?.postMessage(message, new URL(frame.src).origin, moved);
		};
		const language = this.closest('[lang]')?.getAttribute('lang');
		try {
			const answer = await fetch(address);
			if (!answer.ok || !answer.body) throw new Error(`answered ${answer.status}`);
			const bytes = (await readUpTo(answer.body, MAX_BUNDLE))?.buffer;
			if (!bytes) throw new Error('it is larger than any update');
			const name = address.pathname.split('/').at(-1) ?? '';
			const spoken = language ? { language } : {};
			say({ protocol: PROTOCOL, type: 'bundle', name, bytes, ...spoken }, [bytes]);
		} catch (error) {
			const reason = error instanceof Error ? error.message : String(error);
			say({ protocol: PROTOCOL, type: 'unreachable', host: address.host, reason });
		}
	}

	#forget(): void {
		if (!this.#frame) return;
		this.#frame.remove();
		this.#frame = undefined;
		this.#changing = false;
		this.#close.disabled = false;
		if (this.#dialog.open) this.#dialog.close();
		this.toggleAttribute('active', false);
		this.#tell('sectorwise-close', {});
	}

	#tell(type: string, detail: object): void {
		this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
	}

	#part(name: string): HTMLElement {
		return this.#root.querySelector<HTMLElement>(`[part=${name}]`)!;
	}
	get #dialog(): HTMLDialogElement {
		return this.#part('dialog') as HTMLDialogElement;
	}
	get #close(): HTMLButtonElement {
		return this.#part('close') as HTMLButtonElement;
	}
}

if (!customElements.get('sectorwise-update'))
	customElements.define('sectorwise-update', SectorwiseUpdate);
