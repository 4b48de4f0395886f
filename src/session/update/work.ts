// One update on one device, from the press of the button to a proven device, or to a failure that says what it holds.
import type * as Bundles from '#bundle/index.ts';
import type { Maker } from '#bundle/verified.ts';
import { Failure, toFailure } from '#core/failure.ts';
import type { Store } from '#ports/store.ts';
import type { Environment } from '#session/environment.ts';
import type { Report } from '#session/report.ts';
import type { Session } from '#session/session.svelte.ts';
import type { BankNumber } from './banks.ts';
import { activeBank, startProgram, switchBank, versionNow } from './finish.ts';
import { nameOf } from './links.ts';
import {
	failureFacts,
	recordUpdate,
	removeRecord,
	saveRecord,
	supersede,
	type UpdateRecord,
} from './records.ts';
import { told } from './trouble.ts';
import { keepCounter } from './counters.ts';

export interface Bench {
	readonly session: Session;
	readonly environment: Environment;
	/** Pinned by the brand. */
	readonly makers: readonly Maker[];
	/** Whether those count that the user accepted. */
	readonly others: 'ask' | 'refuse';
	readonly bundles: typeof Bundles;
	/** The reader's, BCP 47: records name the product in it. */
	readonly language: string;
}

/** What is to be done: a new update, the rest of one that was interrupted, or the way back. */
export interface Work {
	readonly kind: 'install' | 'finish' | 'back';
	readonly record: UpdateRecord;
	/** The bank to run afterwards. */
	readonly bank?: number;
	/** Nothing is written: only the bank changes. */
	readonly onlySwitch?: boolean;
	/** The vector table to start the program by. */
	readonly start: number | undefined;
}

export type Outcome =
	| {
			readonly ok: true;
			readonly record: UpdateRecord;
			/** As read back. */
			readonly version: string;
			readonly restarted: boolean;
	  }
	| {
			readonly ok: false;
			readonly record: UpdateRecord;
			readonly failure: Failure;
			readonly holds: 'old' | 'new' | 'neither';
	  };

/** Ended before anything else was to follow. */
class Broken extends Error {
	readonly failure: Failure;
	readonly holds: 'old' | 'new' | 'neither';

	constructor(failure: Failure, holds: Broken['holds']) {
		super(failure.message);
		this.failure = failure;
		this.holds = holds;
	}
}

/** `restarting` is called when the job has ended and the device is told to run it. Never rejects. */
export async function runWork(bench: Bench, work: Work, restarting: () => void): Promise<Outcome> {
	const store = await bench.session.keeper.store();
	const course = new Course(bench, work, store);
	const outcome = await course.run(restarting);
	await course.note(outcome);
	return outcome;
}

/** The device has it, every byte compared: older ones do not come back. @throws Failure store.full, store.refused */
export async function proven(store: Store, record: UpdateRecord): Promise<void> {
	await keepCounter(store, record);
	await saveRecord(store, record);
	await supersede(store, record);
}

class Course {
	readonly #bench: Bench;
	readonly #work: Work;
	readonly #store: Store | undefined;
	#record: UpdateRecord;
	#report: Report | undefined;

	constructor(bench: Bench, work: Work, store: Store | undefined) {
		this.#bench = bench;
		this.#work = work;
		this.#record = work.record;
		this.#store = store;
	}

	async run(restarting: () => void): Promise<Outcome> {
		const { bundles, session } = this.#bench;
		const { kind, bank, onlySwitch, record, start } = this.#work;
		try {
			session.keeper.answer(record, true);
			if (kind === 'install') await this.#save({}, 'needed');
			if (!onlySwitch && bank !== undefined && record.bank) await this.#stay(record.bank.from);
			if (!onlySwitch) await this.#program();
			restarting();
			if (bank !== undefined) await this.#switch(bank as BankNumber);
			const read = await this.#readVersion(bank);
			const goal = kind === 'back' ? record.previous : record.version;
			if (read !== undefined && goal !== undefined && bundles.compareVersions(read, goal) !== 0) {
				const failure = new Failure('update.version-after', { found: read, expected: goal });
				throw new Broken(failure, 'new');
			}
			await this.#prove();
			const restarted = start !== undefined && (await startProgram(session, start));
			return { ok: true, record: this.#record, version: read ?? goal ?? '', restarted };
		} catch (error) {
			const broken = error instanceof Broken ? error : undefined;
			const failure = broken?.failure ?? told(error, 'before');
			const holds = broken?.holds ?? this.#before();
			return { ok: false, record: this.#record, failure, holds };
		}
	}

	/** Runs the plan that was shown. @throws Broken */
	async #program(): Promise<void> {
		const { session } = this.#bench;
		const { keeper } = session;
		const journal = keeper.resuming?.record ?? session.interruptedHere?.record;
		// On the way back the backup holds all that the interrupted job would have put back.
		if (this.#work.kind === 'back' && journal && nameOf(journal) === this.#record.job) {
			// Only the journal may know the backup: without it there were no way back after the next interruption.
			const backup = this.#record.backup ?? journal.backup;
			if (backup !== undefined) await this.#save({ backup }, 'needed');
			keeper.replacing = journal;
		}
		keeper.update = this.#record.id;
		try {
			await session.program();
		} finally {
			keeper.replacing = keeper.update = undefined;
		}
		const { job } = session.state;
		if (job.status === 'idle' || job.status === 'running') {
			if (this.#work.kind === 'install') await this.#forget();
			throw new Broken(new Failure('update.no-device', { reason: 'it is gone' }), this.#before());
		}
		const { report } = job;
		this.#report = report;
		const backup = this.#record.backup ?? report.backup ?? journal?.backup;
		if (backup !== undefined && this.#work.kind !== 'back') await this.#save({ backup }, 'useful');
		if (job.status === 'finished' && report.result === 'verified') return;
		const untouched = job.status !== 'finished' && job.truth.untouched;
		const holds = untouched || this.#work.bank !== undefined ? this.#before() : 'neither';
		if (untouched && this.#work.kind === 'install') await this.#forget();
		if (job.status === 'cancelled') throw new Broken(new Failure('update.stopped', {}), holds);
		const failure = job.status === 'failed' ? job.failure : undefined;
		const moment = untouched ? 'before' : 'during';
		throw new Broken(
			failure
				? told(failure, failure.code === 'wire.lost' ? 'during' : moment)
				: new Failure('update.not-taken', { reason: 'not every byte was read back' }),
			holds,
		);
	}

	/**
	 * The bank that runs now runs until the other one is proven, whatever that holds meanwhile: where the option bit names
	 * the other one, and this one runs because that is empty, the bit is set to this one first. Where it is not the one
	 * that ran when the update was begun, nothing is known of that one. @throws Broken
	 */
	async #stay(from: number): Promise<void> {
		try {
			const active = await activeBank(this.#bench.session);
			if (active !== from) {
				const reason = `bank ${active} runs now, and bank ${from} did when the update was begun`;
				throw new Failure('update.not-taken', { reason });
			}
			await switchBank(this.#bench.session, from);
		} catch (error) {
			const failure = told(error, 'during');
			const { code, message: reason } = failure;
			// Nothing was begun, and the other bank is as empty as it was.
			if (this.#work.kind === 'install') await this.#forget();
			throw new Broken(
				code === 'update.locked-by-cut'
					? failure
					: code === 'update.switch-not-seen'
						? new Failure('update.disconnected', { reason }, failure)
						: new Failure('update.not-taken', { reason }, failure),
				this.#before(),
			);
		}
	}

	/** @throws Broken */
	async #switch(bank: BankNumber): Promise<void> {
		try {
			await switchBank(this.#bench.session, bank);
		} catch (error) {
			const failure = told(error, 'during');
			const { code } = failure;
			// Options that were cut off read as one, and a one runs bank 2 (RM0351 3.4.2).
			const unsure =
				code === 'update.switch-not-seen' || (code === 'update.locked-by-cut' && bank === 2);
			throw new Broken(failure, unsure ? 'new' : this.#before());
		}
	}

	/** @throws Broken */
	async #readVersion(bank: number | undefined): Promise<string | undefined> {
		const { session, bundles } = this.#bench;
		try {
			return await versionNow(session, bundles, this.#record.installed, bank as BankNumber);
		} catch (error) {
			throw new Broken(told(error, 'during'), 'new');
		}
	}

	/** What the device runs while nothing of this work has taken effect. */
	#before(): Broken['holds'] {
		const { kind, record } = this.#work;
		if (kind === 'install') return 'old';
		if (kind === 'back' && record.state === 'proven') return 'new';
		return record.bank ? 'old' : 'neither';
	}

	/** From now on it counts, on this machine, too. */
	async #prove(): Promise<void> {
		const back = this.#work.kind === 'back';
		this.#record = { ...this.#record, state: back ? 'taken-back' : 'proven' };
		if (!this.#store) return;
		const saving = back ? saveRecord(this.#store, this.#record) : proven(this.#store, this.#record);
		await this.#try(saving);
	}

	/** Nothing was begun after all. */
	async #forget(): Promise<void> {
		if (this.#store) await this.#try(removeRecord(this.#store, this.#record.id));
	}

	/** What cannot be stored changes nothing about the device; the keeper says why, as it does of backups. */
	async #try(storing: Promise<void>): Promise<void> {
		await storing.catch((error: unknown) => {
			this.#bench.session.keeper.trouble = toFailure(error);
		});
	}

	/** What the way back depends on is 'needed': without it nothing begins. */
	async #save(change: Partial<UpdateRecord>, how: 'needed' | 'useful'): Promise<void> {
		this.#record = { ...this.#record, ...change };
		if (!this.#store) return;
		const saving = saveRecord(this.#store, this.#record);
		await (how === 'needed' ? saving : this.#try(saving));
	}

	/** One line in the list of what was done. */
	async note(outcome: Outcome): Promise<void> {
		const { record } = outcome;
		const { environment } = this.#bench;
		const { previous, board } = record;
		const serial = board.usbSerial ?? board.uniqueId;
		const back = this.#work.kind === 'back';
		if (!this.#store) return;
		const noted = recordUpdate(this.#store, {
			id: environment.newId(),
			when: environment.today(),
			product: record.product.name,
			version: record.version,
			...(previous !== undefined && { previous }),
			board: board.name,
			...(serial !== undefined && { serial }),
			result: !outcome.ok ? 'failed' : back ? 'went-back' : 'updated',
			...(!outcome.ok && { failure: failureFacts(outcome.failure) }),
			...(record.unsure && !back && { unsure: true }),
			...(this.#report && { proof: this.#report }),
		});
		await this.#try(noted);
	}
}
