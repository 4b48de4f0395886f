// A console line as it is drawn: nothing of it is lost, and what is searched for is marked, across changes of colour too.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConsoleLog, type LogLine } from '#session/console-log.ts';
import { runningLines } from '#session/console-wiring.ts';
import { piecesOf } from '#ui/console/line-pieces.ts';
import { loopSentence, verdictSentence } from '#ui/console/loop-text.ts';

function lineOf(text: string): LogLine {
	const log = new ConsoleLog();
	log.receive(new TextEncoder().encode(`${text}\n`), 0);
	return log.get(0)!;
}

describe('the pieces of a line', () => {
	it('are the whole line, and those found spell the query', () => {
		const part = fc.constantFrom('ab', 'A', 'b', ' ', '\x1b[31m', '\x1b[0m', '\x01', 'é');
		const parts = fc.array(part, { maxLength: 20 });
		fc.assert(
			fc.property(parts, fc.constantFrom('', 'ab', 'b', '\\x01', 'zz'), (text, query) => {
				const line = lineOf(text.join(''));
				const pieces = piecesOf(line, query);
				expect(pieces.map((piece) => piece.text).join('')).toBe(line.text);
				const found = pieces.flatMap((piece) => (piece.found ? [piece.text] : [])).join('');
				const wanted = query === '' ? 0 : line.text.toLowerCase().split(query).length - 1;
				expect(found.toLowerCase()).toBe(query.repeat(wanted));
			}),
		);
	});

	it('carry colours for both themes, and none where the line has none', () => {
		const [plain, red] = piecesOf(lineOf('a\x1b[1;31mb'), '');
		expect(plain?.look).toEqual({ color: undefined, background: undefined, classes: [] });
		expect(red?.look.color).toMatch(/^light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\)$/);
		expect(red?.look.classes).toEqual(['bold']);
	});
});

describe('what is said and set', () => {
	it('of the watched files is the thing that matters most', () => {
		const app = { name: 'app.elf', is: 'same' } as const;
		expect(loopSentence([app])).toBe('New builds of app.elf are noticed.');
		const map = (is: 'changing' | 'missing' | 'denied') => [app, { name: 'app.map', is }];
		expect(loopSentence(map('changing'))).toBe('app.map is being written …');
		expect(loopSentence(map('missing'))).toContain('is gone');
		expect(loopSentence(map('denied'))).toContain('asks before');
		expect(verdictSentence({ act: 'program' })).toBe('');
		expect(verdictSentence({ act: 'ask', why: 'moved' })).toContain('another address');
	});

	it('lets a board that is wired to DTR and RTS run', () => {
		expect(runningLines('rts-reset-dtr-boot')).toEqual({ rts: false, dtr: true });
		expect(runningLines('dtr-reset-rts-boot-transistor')).toEqual({ dtr: false, rts: false });
		expect(runningLines('')).toBeUndefined();
	});
});
