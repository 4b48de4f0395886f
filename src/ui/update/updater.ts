// What the customer's screen needs of the session of an update. UpdateSession is one; the stories of the tests are another.
import type { Stage, Way } from '#session/update/stage.ts';

export interface Updater {
	readonly stage: Stage;
	/** BCP 47: the language the offer's texts are taken in. Set when the reader chooses another. */
	language: string;
	/** Opens an update; what is wrong with it is the stage. `name` is only for the reader's own orientation. */
	openFile(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<void>;
	/** The reader has compared the fingerprint: this maker's updates are trusted on this machine from now on. */
	acceptMaker(): Promise<void>;
	/**
	 * 'remembered' takes a device allowed before and, where there is none, waits for one (stage "waiting"); 'ask' shows
	 * the browser's chooser and is called straight from a click.
	 */
	connect(way: Way, how: 'ask' | 'remembered'): Promise<void>;
	/** "Yes, this is the product in the picture." */
	confirmProduct(): Promise<void>;
	update(): Promise<void>;
	/** Puts back what the device ran before. */
	goBack(): Promise<void>;
	/** Goes on with an update that was interrupted. */
	continueInterrupted(): Promise<void>;
	/** Tries the last thing again, or the same update with another device. */
	again(): Promise<void>;
	/** Stops waiting, examining, or a job that has changed nothing yet. */
	cancel(): void;
	/** Lets go of device and update: stage "nothing". */
	close(): Promise<void>;
}
