// What the customer's screen shows: the stages of one update. No addresses, no file types: those stay below.
import type { Failure } from '#core/failure.ts';

/** A picture out of a verified bundle. */
export interface PictureView {
	/** "image/png", "image/jpeg", "image/webp". */
	readonly type: string;
	readonly bytes: Uint8Array<ArrayBuffer>;
	readonly alt: string;
}

export interface StepView {
	readonly text: string;
	readonly picture?: PictureView;
}

export type Way = 'dfu' | 'uart';

/** An update as it is offered, in the reader's language. */
export interface Offer {
	readonly maker: string;
	/** https or mailto address of the maker's help. */
	readonly support?: string;
	readonly product: string;
	readonly picture?: PictureView;
	readonly version: string;
	readonly notes: string;
	/** Ways into the product that this browser has too, the best first. */
	readonly ways: readonly Way[];
	readonly entry: Readonly<Record<Way, readonly StepView[]>>;
	/** The way by which the page itself brings the device into its bootloader. */
	readonly alone?: Way;
	/** Where the trust comes from: keys of this app's brand, or a maker the user accepted. */
	readonly trust: 'brand' | 'accepted';
}

/** What is known of the connected device. */
export interface DeviceFacts {
	/** Undefined where it cannot be read. */
	readonly versionNow?: string;
	readonly estimateMs: number;
	readonly guarantee: Guarantee;
	/** Whether the firmware that is there can be kept, and why not. */
	readonly backup: 'kept' | 'read-protected' | 'no-storage';
	/** It holds exactly this version already. */
	readonly same: boolean;
	/** What this machine remembered of earlier versions is damaged: only the customer can tell that this is not an old one. */
	readonly unsure?: boolean;
}

/** What holds if the power goes at the worst moment: the old firmware runs until the new one is proven, or the update is continued. */
export type Guarantee = 'old-until-proven' | 'continue';

export type Phase = 'checking' | 'saving' | 'writing' | 'proving' | 'restarting';

export type Action =
	'again' | 'whole' | 'connect' | 'continue' | 'back' | 'choose-file' | 'support' | 'none';

export type Stage =
	| { readonly status: 'nothing' }
	| { readonly status: 'opening' }
	/** Not this bundle, whatever device. Nothing was touched. */
	| { readonly status: 'refused'; readonly failure: Failure; readonly action: Action }
	/** Signed well, by a maker this machine has not met. */
	| {
			readonly status: 'unknown-maker';
			readonly maker: string;
			/** Groups of the key's fingerprint, to be compared with the maker's page. */
			readonly fingerprint: string;
	  }
	| { readonly status: 'offered'; readonly offer: Offer }
	/** The customer follows the entry steps; a device that appears is noticed. */
	| { readonly status: 'waiting'; readonly offer: Offer; readonly way: Way }
	| { readonly status: 'examining'; readonly offer: Offer }
	/** The whole update is fetched from the maker's server, because the customer pressed the button for it. */
	| { readonly status: 'fetching'; readonly offer: Offer; readonly host: string }
	/** The device does not tell which product it is: asked by picture. */
	| { readonly status: 'ask-product'; readonly offer: Offer }
	/** An update was begun, or a version kept, on a device that may be this one; `when` in ISO 8601. */
	| {
			readonly status: 'ask-device';
			readonly offer: Offer;
			readonly id: string;
			readonly when: string;
	  }
	/** Not this device. Nothing was touched. */
	| {
			readonly status: 'unfit';
			readonly offer: Offer;
			readonly failure: Failure;
			readonly action: Action;
	  }
	| { readonly status: 'ready'; readonly offer: Offer; readonly device: DeviceFacts }
	| {
			readonly status: 'updating';
			readonly offer: Offer;
			readonly phase: Phase;
			/** 0 to 1. */
			readonly done: number;
			readonly remainingMs: number | undefined;
			readonly goingBack: boolean;
	  }
	| {
			readonly status: 'done';
			readonly offer: Offer;
			/** As read back from the device. */
			readonly version: string;
			readonly goneBack: boolean;
			/** The device runs by itself again; else the customer switches it off and on. */
			readonly restarted: boolean;
			readonly canGoBack: boolean;
	  }
	| {
			readonly status: 'failed';
			readonly offer: Offer;
			readonly failure: Failure;
			/** What the device runs now. */
			readonly holds: 'old' | 'new' | 'neither';
			readonly action: Action;
			readonly canGoBack: boolean;
	  };
