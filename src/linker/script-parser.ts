// The commands of a GNU ld script (ld manual 3.4 to 3.9). Values are worked out later, by script-evaluate.ts.
import { diagnostic } from '#core/failure.ts';
import type { Binary } from './script-arithmetic.ts';
import { readExpression, type Expression } from './script-expression.ts';
import type { Lexer, Place, Source, State, Token } from './script-lexer.ts';
import { Memory } from './script-memory.ts';
import { skipCommand } from './script-other.ts';
import { Sections } from './script-sections.ts';
import type { Region, ScriptTree } from './script-tree.ts';
import { isName, isWord, Words } from './script-words.ts';

/** Finds an INCLUDEd file by the name the script gives it. */
export type FindSource = (name: string) => Source | undefined;

/** Reads a script and the files it includes. @throws Failure script.* where GNU ld would stop, too. */
export function parseScript(lexer: Lexer, find: FindSource): ScriptTree {
	const commands = new Commands(lexer, find);
	commands.list();
	commands.tree.diagnostics.push(...commands.words.lexer.diagnostics);
	return commands.tree;
}

type List = () => void;
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '<<=', '>>=', '&=', '|='];
export class Commands {
	readonly words: Words;
	readonly tree: ScriptTree = {
		regions: [],
		byName: new Map(),
		aliases: new Map(),
		statements: [],
		placements: [],
		missing: [],
		diagnostics: [],
	};
	readonly #find: FindSource;
	readonly #sections = new Sections(this);
	readonly #memory = new Memory(this);

	constructor(lexer: Lexer, find: FindSource) {
		this.words = new Words(lexer);
		this.#find = find;
	}

	/** Everything up to the end of the script, or of an included file. */
	list(): void {
		for (;;) {
			const token = this.words.peek('script');
			if (token.kind === 'end') break;
			if (!this.#command(token)) throw this.words.lexer.unexpected(token, 'a command');
		}
		this.words.take('script');
	}

	/** Includes a file, INCLUDE being read; `list` takes its words up to and with its end. */
	included(state: State, list: List): void {
		const { text, place } = this.words.name(state, 'the name of a file');
		const source = this.#find(text);
		if (source) {
			this.words.lexer.include(source, place);
			list();
		} else if (!this.tree.missing.some(({ kind, name }) => kind === 'include' && name === text)) {
			const { file, line } = place;
			this.tree.missing.push({ kind: 'include', name: text, file, line });
		}
	}

	/** What may stand between commands and between output sections. False, with nothing taken, for anything else. */
	statement(state: State): boolean {
		const token = this.words.peek(state);
		switch (token.kind === 'keyword' ? token.text : '') {
			case 'ENTRY':
				this.words.take(state);
				this.words.expect('script', '(');
				this.tree.entry = this.words.name('script', 'the name of a symbol').text;
				this.words.expect('script', ')');
				return true;
			case 'ASSERT':
				this.words.take(state);
				this.assertion(token);
				return true;
			case 'PROVIDE':
			case 'PROVIDE_HIDDEN':
			case 'HIDDEN':
				this.words.take(state);
				this.provision(state, token);
				return true;
			default:
				return false;
		}
	}

	/** NAME = expression ; its name being read. False where no assignment follows. */
	assignment(state: State, name: Token): boolean {
		const operator = this.words.peek(state);
		if (operator.kind !== 'mark' || !ASSIGNMENTS.includes(operator.text)) return false;
		this.words.take(state);
		const value = readExpression(this.words);
		const { text, place } = name;
		const expression: Expression =
			operator.text === '=' ? value : compound(operator.text.slice(0, -1) as Binary, value, name);
		this.#separator();
		if (text === '.') return true;
		const { doubts } = name;
		this.tree.statements.push({
			kind: 'assign',
			name: text,
			expression,
			provided: false,
			place,
			doubts,
		});
		return true;
	}

	/** PROVIDE(NAME = expression) ; its keyword being read. */
	provision(state: State, keyword: Token): void {
		this.words.expect(state, '(');
		const { text, place, doubts } = this.words.name(state, 'the name of a symbol');
		this.words.expect(state, '=');
		const expression = readExpression(this.words);
		this.words.expect('expression', ')');
		this.#separator(state);
		const provided = keyword.text !== 'HIDDEN';
		this.tree.statements.push({ kind: 'assign', name: text, expression, provided, place, doubts });
	}

	/** ASSERT(expression, "message"), its keyword being read. */
	assertion({ place, doubts }: Token): void {
		this.words.expect('expression', '(');
		const expression = readExpression(this.words);
		this.words.expect('expression', ',');
		const message = this.words.name('expression', 'a message').text;
		this.words.expect('expression', ')');
		this.tree.statements.push({ kind: 'assert', expression, message, place, doubts });
	}

	/** A region by name or alias, made up as ld does where MEMORY has not declared it. */
	useRegion(name: string, place: Place): Region {
		const known = this.tree.byName.get(name);
		if (known) return known;
		const { file, line } = place;
		this.tree.diagnostics.push(
			diagnostic('warning', 'script.undeclared', { file, line, region: name }),
		);
		return this.newRegion(name, place);
	}

	newRegion(name: string, place: Place): Region {
		const region: Region = {
			name,
			declared: false,
			place,
			attributes: new Set(),
			notAttributes: new Set(),
			doubts: [],
		};
		this.tree.regions.push(region);
		this.tree.byName.set(name, region);
		return region;
	}

	#command(token: Token): boolean {
		if (this.statement('script')) return true;
		if (isName(token)) {
			this.words.take('script');
			if (this.assignment('script', token)) return true;
			throw this.words.lexer.unexpected(
				this.words.peek('script'),
				`“=” after ${token.text.slice(0, 60)}`,
			);
		}
		if (isWord(token, ';')) return this.words.accept('script', ';');
		if (token.kind !== 'keyword') return false;
		const command = this.#commands.get(token.text);
		if (!command) return skipCommand(this.words, token);
		this.words.take('script');
		command();
		return true;
	}

	readonly #commands: ReadonlyMap<string, () => void> = new Map([
		['MEMORY', () => this.#memory.command()],
		['REGION_ALIAS', () => this.#memory.alias()],
		['SECTIONS', () => this.#sections.command()],
		['INCLUDE', () => this.included('script', () => this.list())],
	]);

	/** The word behind an expression is read as one of it. */
	#separator(state: State = 'expression'): void {
		if (!this.words.accept(state, ';')) {
			if (isWord(this.words.peek(state), ',')) this.words.take(state);
			else throw this.words.lexer.unexpected(this.words.peek(state), '“;”');
		}
	}
}

/** `name op= value` is `name = name op value`. */
function compound(operator: Binary, value: Expression, { text, place }: Token): Expression {
	const moved = value.map((each) =>
		each.do === 'branch' || each.do === 'jump' ? { ...each, to: each.to + 1 } : each,
	);
	const symbol =
		text === '.' ? ({ do: 'dot' } as const) : ({ do: 'symbol', name: text, place } as const);
	return [symbol, ...moved, { do: 'binary', operator, place }];
}
