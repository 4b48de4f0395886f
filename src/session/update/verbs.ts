// What the customer's screen may ask of an update, and what it is shown. UpdateSession is the one that does it.
import type { Report } from '#session/report.ts';
import type { Stage, Way } from './stage.ts';

/** An update of this machine that can be taken back, or that has to be finished. */
export interface KeptUpdate {
	readonly id: string;
	/** ISO 8601. */
	readonly when: string;
	readonly product: string;
	/** What the update brought. */
	readonly version: string;
	/** What ran before, where it could be read. */
	readonly previous?: string;
	/** "STM32F405/407/415/417, 1 MiB" */
	readonly board: string;
}

export interface UpdateView {
	readonly stage: Stage;
	/** BCP 47, the reader's: the offer takes its texts in it. May be set at any stage. */
	language: string;
	/** The stage is about putting the previous firmware back: its offer names that version. */
	readonly goingBack: boolean;
	/** Proof of the last job, for "Send details to support"; nothing is sent by itself. */
	readonly report: Report | undefined;
	/** Updates begun on this machine that did not end, newest first; known after `load`. */
	readonly unfinished: readonly KeptUpdate[];
	/** Updates whose previous firmware is kept here, newest first; known after `load`. */
	readonly reversible: readonly KeptUpdate[];
}

/** Every verb settles without rejecting: what is wrong becomes a stage. */
export interface UpdateVerbs {
	/** Reads what this machine keeps: `unfinished` and `reversible`. */
	load(): Promise<void>;
	/** Any stage → offered, unknown-maker or refused. `name` is the file's, for reports. */
	openFile(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<void>;
	/** An unfinished update, without its file: → offered. */
	openUnfinished(id: string): Promise<void>;
	/** The firmware an update replaced: → offered, with `goingBack`. */
	openPrevious(id: string): Promise<void>;
	/** unknown-maker → offered: the maker's keys are trusted from now on. */
	acceptMaker(): Promise<void>;
	/**
	 * offered → waiting: the steps into the bootloader are shown, and a device that was allowed before is noticed; by UART its
	 * application is asked for its version where the update says how.
	 */
	prepare(way: Way): void;
	/**
	 * Any stage with an offer → examining, then ready, ask-product, ask-device or unfit. Straight from a click with 'ask'; where the
	 * chooser is closed without a choice, or 'remembered' finds no single device allowed before, it waits for one.
	 */
	connect(way: Way, how: 'ask' | 'remembered'): Promise<void>;
	/** ask-product → ready or unfit: the customer says that it is the product in the picture. */
	confirmProduct(): Promise<void>;
	/**
	 * unfit with action 'whole' → fetching, then as after `connect`: asks the maker's server for the whole update, since
	 * the device holds something else than its changes start from.
	 */
	fetchWhole(): Promise<void>;
	/** ask-device → ready, unfit, or the next question: the customer says whether it is that very device. */
	confirmDevice(same: boolean): Promise<void>;
	/** ready → updating → done or failed. */
	update(): Promise<void>;
	/** done or failed → updating → done or failed: the firmware from before the update, proven like an update. */
	goBack(): Promise<void>;
	/** failed or unfit, with action 'continue' → updating: finishes the job that was interrupted on this device. */
	continueInterrupted(): Promise<void>;
	/** What failed or did not fit: the device is looked at once more, or waited for. After done: the same update for the next device. */
	again(): Promise<void>;
	/** Stops a connection attempt, a download, or a job between two frames. */
	cancel(): void;
	/** → nothing. The device is given back. */
	close(): Promise<void>;
}
