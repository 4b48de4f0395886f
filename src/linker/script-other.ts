// Commands of a GNU ld script that move no region and no section: read over as ld reads them (ld manual 3.4, 3.8, 3.9).
import { readExpression } from './script-expression.ts';
import type { State, Token } from './script-lexer.ts';
import type { Words } from './script-words.ts';

const NAMED = ['TARGET', 'SEARCH_DIR', 'OUTPUT', 'OUTPUT_ARCH', 'LD_FEATURE', 'MAP', 'STARTUP'];
const LISTED = ['NOCROSSREFS', 'NOCROSSREFS_TO', 'HLL', 'SYSLIB'];
const BARE = [
	'FLOAT',
	'NOFLOAT',
	'FORCE_COMMON_ALLOCATION',
	'FORCE_GROUP_ALLOCATION',
	'INHIBIT_COMMON_ALLOCATION',
];

/** Reads such a command, its keyword being looked at. False, with nothing taken, where it is none. */
export function skipCommand(words: Words, { text }: Token): boolean {
	const command = COMMANDS.get(text);
	if (!command) return false;
	words.take('script');
	command(words);
	return true;
}

/** "(NAME)" */
function oneName(words: Words): void {
	words.expect('script', '(');
	words.name('script', 'a name');
	words.expect('script', ')');
}

/** "(NAME NAME, NAME)" */
function names(words: Words, state: State): void {
	words.expect('script', '(');
	while (!words.accept(state, ')')) {
		words.name(state, 'a name or “)”');
		words.accept(state, ',');
	}
}

function outputFormat(words: Words): void {
	words.expect('script', '(');
	words.name('script', 'the name of a format');
	if (words.accept('script', ',')) {
		words.name('script', 'the name of a format');
		words.expect('script', ',');
		words.name('script', 'the name of a format');
	}
	words.expect('script', ')');
}

/** Files of INPUT and GROUP, AS_NEEDED(…) among them. */
function inputs(words: Words): void {
	const { place } = words.expect('script', '(');
	const list = (): void => {
		while (!words.accept('inputs', ')')) {
			if (words.accept('inputs', 'AS_NEEDED')) {
				words.expect('inputs', '(');
				words.deeper(place, list);
			} else words.name('inputs', 'the name of a file or “)”');
			words.accept('inputs', ',');
		}
	};
	list();
}

function insert(words: Words): void {
	if (!words.accept('script', 'AFTER')) words.expect('script', 'BEFORE');
	words.name('script', 'the name of a section');
}

/** PHDRS { name type [FILEHDR] [PHDRS] [AT(…)] [FLAGS(…)]; } (ld manual 3.8) */
function phdrs(words: Words): void {
	words.expect('script', '{');
	while (!words.accept('script', '}')) {
		words.name('script', 'the name of a segment or “}”');
		readExpression(words);
		while (!words.accept('expression', ';')) {
			if (!words.accept('expression', 'AT')) {
				const what = 'FILEHDR, PHDRS, AT(…), FLAGS(…) or “;”';
				const qualifier = words.name('expression', what);
				if (!['FILEHDR', 'PHDRS', 'FLAGS'].includes(qualifier.text)) {
					throw words.lexer.unexpected(qualifier, what);
				}
			}
			if (words.accept('expression', '(')) {
				readExpression(words);
				words.expect('expression', ')');
			}
		}
	}
}

const COMMANDS: ReadonlyMap<string, (words: Words) => void> = new Map([
	...BARE.map((name) => [name, () => undefined] as const),
	...NAMED.map((name) => [name, oneName] as const),
	...LISTED.map((name) => [name, (words: Words) => names(words, 'script')] as const),
	['VERSION', (words: Words) => words.lexer.skipBraces()],
	['PHDRS', phdrs],
	['OUTPUT_FORMAT', outputFormat],
	['EXTERN', (words: Words) => names(words, 'expression')],
	['INPUT', inputs],
	['GROUP', inputs],
	['INSERT', insert],
]);
