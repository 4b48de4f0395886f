// What a saved backup is called: whatever holds it, its name says what is not in it.
import type { Backup } from '#session/keep/backups.ts';
import { plainAddress } from '#ui/text.ts';

/** Without an extension: "before-app", "before-app-without-0x08008000-0x0800BFFF", "…-and-2-more". */
export function fileName({ before, missing = [] }: Pick<Backup, 'before' | 'missing'>): string {
	const name = before.replace(/[^\w.-]+/g, '-').replace(/\.\w+$/, '');
	const [first] = missing;
	if (!first) return `before-${name}`;
	const place = `${plainAddress(first.start)}-${plainAddress(first.end - 1)}`;
	const more = missing.length > 1 ? `-and-${missing.length - 1}-more` : '';
	return `before-${name}-without-${place}${more}`;
}
