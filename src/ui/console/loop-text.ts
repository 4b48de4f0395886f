// What the edit loop says of itself, in whole sentences.
import { describe } from '#core/failure.ts';
import type { Standing } from '#session/watch-list.ts';
import type { Verdict } from '#session/watch-verdict.ts';
import { listText } from '#ui/text.ts';

const named = (files: readonly Standing[], is: Standing['is']): readonly string[] =>
	files.filter((file) => file.is === is).map(({ name }) => name);

/** How the watched files stand; the one thing that matters most. */
export function loopSentence(files: readonly Standing[]): string {
	const denied = named(files, 'denied');
	if (denied.length > 0) return `The browser asks before ${listText(denied)} is looked at again.`;
	const missing = named(files, 'missing');
	if (missing.length > 0) return `${listText(missing)} is gone. Waiting for it to come back.`;
	const changing = named(files, 'changing');
	if (changing.length > 0) return `${listText(changing)} is being written …`;
	return `New builds of ${listText(files.map(({ name }) => name))} are noticed.`;
}

type Why = Extract<Verdict, { act: 'ask' }>['why'];

const whys: Readonly<Record<Why, string>> = {
	'no-job-yet': 'Program it once yourself; the next ones can follow by themselves.',
	'file-refused': 'It cannot be used.',
	'no-board': 'Put the board into its bootloader and connect it.',
	'other-board': 'This is another board than last time.',
	moved: 'It lies at another address than the last one.',
	'new-doubt': 'Its plan has a warning the last one had not.',
	'not-ready': 'It cannot be programmed as it is.',
};

/** Why the build was not programmed by itself; '' when there is nothing to say. */
export function verdictSentence(verdict: Verdict | undefined): string {
	if (verdict?.act !== 'ask') return '';
	return verdict.because
		? `${whys[verdict.why]} ${describe(verdict.because).text}`
		: whys[verdict.why];
}
