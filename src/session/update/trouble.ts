// Whatever goes wrong below an update, said in the words of the customer's screen; the cause keeps what it was.
import { Failure, isFailure, toFailure } from '#core/failure.ts';
import type { Action } from './stage.ts';

/** Nothing was changed yet, or the job had begun. */
export type Moment = 'before' | 'during';

type Prefix = 'chip' | 'memory' | 'store' | 'wire' | 'uart' | 'dfu';

/** An update.*, bundle.* or link.* failure for anything that was thrown. */
export function told(error: unknown, moment: Moment): Failure {
	const failure = toFailure(error);
	const { code, message: reason } = failure;
	const prefix = code.split('.')[0] as Prefix | 'update' | 'bundle' | 'link' | 'job';
	if (prefix === 'update' || prefix === 'bundle' || prefix === 'link') return failure;
	if (code === 'job.internal') return new Failure('update.internal', { reason }, failure);
	if (prefix === 'store' || code === 'job.no-journal')
		return new Failure('update.storage', { reason }, failure);
	if (isFailure(failure, 'job.other-board')) {
		const { name } = failure.data;
		return new Failure('update.other-device', { name }, failure);
	}
	if (code === 'chip.protected') return new Failure('update.locked', {}, failure);
	const connection = prefix === 'wire' || prefix === 'uart' || prefix === 'dfu';
	if (moment === 'before')
		return connection
			? new Failure('update.no-device', { reason }, failure)
			: new Failure('update.unreadable', { reason }, failure);
	return code === 'wire.lost' || code === 'wire.deadline'
		? new Failure('update.disconnected', { reason }, failure)
		: new Failure('update.not-taken', { reason }, failure);
}

/** What to offer when an update file is refused. */
export const actionWhenRefused = ({ code }: Failure): Action =>
	NOT_THE_FILE.has(code) ? 'none' : 'choose-file';

/** No other file helps: it is the page or the browser that is not enough. */
const NOT_THE_FILE: ReadonlySet<Failure['code']> = new Set([
	'update.no-route',
	'update.in-frame',
	'bundle.newer-format',
	'bundle.no-crypto',
]);

/** What to offer when a device does not fit. */
export function actionWhenUnfit({ code }: Failure, support: boolean): Action {
	switch (code) {
		case 'update.no-device':
		case 'update.other-device':
			return 'connect';
		case 'update.unfinished-other':
			return 'continue';
		case 'update.whole-elsewhere':
		case 'link.unreachable':
			return 'whole';
		case 'update.power':
		case 'update.unreadable':
		case 'update.storage':
		case 'update.internal':
		case 'update.version-unknown':
			return 'again';
		case 'update.locked':
		case 'update.write-protected':
		case 'update.wrong-version-inside':
		case 'update.keeps':
		case 'update.no-way-back':
		case 'update.nothing-kept':
			return support ? 'support' : 'none';
		default:
			return 'choose-file';
	}
}

/** What to offer when an update did not end; `old`: the device still runs what it ran. */
export function actionWhenFailed({ code }: Failure, old: boolean, support: boolean): Action {
	switch (code) {
		case 'update.disconnected':
		case 'update.no-device':
		case 'update.switch-not-seen':
			return 'connect';
		case 'update.locked-by-cut':
		case 'update.version-after':
			return support ? 'support' : 'none';
		default:
			return old ? 'again' : 'continue';
	}
}
