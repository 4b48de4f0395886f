// The SECTIONS command (ld manual 3.6): where output sections go. What is in them is read over, exactly as ld reads it.
import { Failure } from '#core/failure.ts';
import { readExpression, type Expression } from './script-expression.ts';
import type { Token } from './script-lexer.ts';
import type { Commands } from './script-parser.ts';
import type { OutputPlacement, Region } from './script-tree.ts';
import { inputSection, sectionList } from './script-inputs.ts';
import { isName, isWord } from './script-words.ts';

const DATA = ['BYTE', 'SHORT', 'LONG', 'QUAD', 'SQUAD'];
const CONSTRAINTS = ['ONLY_IF_RO', 'ONLY_IF_RW', 'SPECIAL'];
/** Types whose section takes no memory of the target at all. */
const UNALLOCATED = ['DSECT', 'COPY', 'INFO', 'OVERLAY'];
interface Header {
	readonly address: boolean;
	readonly noLoad: boolean;
	readonly unallocated: boolean;
	readonly loadAddress: boolean;
}

interface Footer {
	readonly region?: Region;
	readonly loadRegion?: Region;
}

export class Sections {
	readonly #commands: Commands;

	#previous: OutputPlacement | undefined;

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** SECTIONS has been read. */
	command(): void {
		this.#words.expect('script', '{');
		this.#list('}');
	}

	get #words(): Commands['words'] {
		return this.#commands.words;
	}

	#list(closing: '}' | 'end'): void {
		for (;;) {
			const token = this.#words.peek('script');
			if (closing === 'end' ? token.kind === 'end' : isWord(token, '}')) break;
			if (isWord(token, 'OVERLAY')) this.#overlay();
			else if (isWord(token, 'GROUP')) this.#group();
			else if (isWord(token, 'INCLUDE')) {
				this.#words.take('script');
				this.#commands.included('script', () => {
					this.#list('end');
				});
			} else if (isName(token)) this.#sectionOrAssignment();
			else if (!this.#commands.statement('script')) {
				throw this.#words.lexer.unexpected(token, 'an output section or “}”');
			}
		}
		this.#words.take('script');
	}

	#sectionOrAssignment(): void {
		const name = this.#words.take('script');
		if (this.#commands.assignment('script', name)) return;
		const header = this.#header(name);
		this.#words.expect('wild', '{');
		this.#body();
		const footer = this.#footer();
		this.#place(name, header, footer);
		if (header.loadAddress && footer.loadRegion) {
			throw new Failure('script.load-twice', { ...name.place, section: name.text });
		}
		this.#words.accept('script', ',');
	}

	#place(name: Token, header: Header, footer: Footer): void {
		if (name.text === '/DISCARD/') return;
		const before = this.#previous;
		const { region } = footer;
		// Tried with ld 2.40: without AT, a section is stored where the one before it is, if both run in one region.
		const follows = !header.address && !header.loadAddress && region && before?.region === region;
		const loadRegion = footer.loadRegion ?? (follows ? before?.loadRegion : undefined);
		this.#previous = {
			section: name.text,
			...(region && { region }),
			...(loadRegion && { loadRegion }),
			noLoad: header.noLoad,
			unallocated: header.unallocated,
			place: name.place,
		};
		this.#commands.tree.placements.push(this.#previous);
	}

	/** Address, (type), and what follows the colon, all words of an expression but the first. */
	#header(name: Token): Header {
		let type = this.#type();
		let address = false;
		if (type === undefined && !isWord(this.#words.peek('expression'), ':')) {
			address = true;
			if (this.#words.accept('expression', 'BIND')) this.#parenthesised();
			else this.#value();
			if (this.#words.accept('expression', 'BLOCK')) this.#parenthesised();
			type = this.#type();
		}
		this.#words.expect('expression', ':');
		const loadAddress = this.#words.accept('expression', 'AT');
		if (loadAddress) this.#parenthesised();
		if (this.#words.accept('expression', 'ALIGN')) this.#parenthesised();
		this.#words.accept('expression', 'ALIGN_WITH_INPUT');
		if (this.#words.accept('expression', 'SUBALIGN')) this.#parenthesised();
		const constraint = this.#words.peek('expression');
		if (constraint.kind === 'keyword' && CONSTRAINTS.includes(constraint.text)) {
			this.#words.take('expression');
		}
		if (!isWord(this.#words.peek('expression'), '{')) {
			throw this.#words.lexer.unexpected(
				this.#words.peek('expression'),
				`“{” of section ${name.text.slice(0, 40)}`,
			);
		}
		return {
			address,
			noLoad: type === 'NOLOAD',
			unallocated: type !== undefined && UNALLOCATED.includes(type),
			loadAddress,
		};
	}

	/** "(NOLOAD)"; '' for "()"; undefined, with nothing read, where the parenthesis opens an address. */
	#type(): string | undefined {
		const open = this.#words.peek('script');
		if (!isWord(open, '(')) return undefined;
		this.#words.take('script');
		const token = this.#words.peek('expression');
		const known = ['NOLOAD', 'READONLY', 'TYPE', ...UNALLOCATED];
		if (isWord(token, ')')) {
			this.#words.take('expression');
			return '';
		}
		if (token.kind !== 'keyword' || !known.includes(token.text)) {
			if (token.kind === 'end') throw this.#words.lexer.unexpected(token, '“)”');
			this.#words.goBack(open);
			return undefined;
		}
		this.#words.take('expression');
		if (token.text === 'READONLY' && this.#words.accept('expression', '(')) {
			this.#words.expect('expression', 'TYPE');
			this.#words.expect('expression', '=');
			this.#value();
			this.#words.expect('expression', ')');
		}
		if (token.text === 'TYPE') {
			this.#words.expect('expression', '=');
			this.#value();
		}
		this.#words.expect('expression', ')');
		return token.text;
	}

	#value(): Expression {
		return readExpression(this.#words);
	}

	#parenthesised(): void {
		this.#words.expect('expression', '(');
		this.#value();
		this.#words.expect('expression', ')');
	}

	/** Statements up to the closing brace, which is taken. */
	#body(closing: '}' | 'end' = '}'): void {
		for (;;) {
			const token = this.#words.take('wild');
			if (closing === 'end' ? token.kind === 'end' : isWord(token, '}')) return;
			this.#statement(token);
		}
	}

	#statement(token: Token): void {
		if (isName(token)) {
			if (this.#commands.assignment('wild', token)) return;
			if (isWord(this.#words.peek('wild'), '(')) sectionList(this.#words);
			return;
		}
		if (token.kind !== 'keyword' && !isWord(token, ';') && !isWord(token, '[')) {
			throw this.#words.lexer.unexpected(token, 'an input section or “}”');
		}
		switch (token.text) {
			case ';':
			case 'CREATE_OBJECT_SYMBOLS':
			case 'CONSTRUCTORS':
				return;
			case 'INCLUDE':
				this.#commands.included('wild', () => {
					this.#body('end');
				});
				return;
			case 'ASSERT':
				this.#commands.assertion(token);
				if (!this.#words.accept('expression', ';')) this.#words.expect('expression', ',');
				return;
			case 'PROVIDE':
			case 'PROVIDE_HIDDEN':
			case 'HIDDEN':
				this.#commands.provision('wild', token);
				return;
			case 'FILL':
				this.#words.expect('wild', '(');
				this.#value();
				this.#words.expect('expression', ')');
				return;
			case 'KEEP': {
				this.#words.expect('wild', '(');
				inputSection(this.#words, this.#words.take('wild'));
				this.#words.expect('wild', ')');
				return;
			}
			default:
				if (DATA.includes(token.text)) {
					this.#words.expect('wild', '(');
					this.#value();
					this.#words.expect('expression', ')');
				} else inputSection(this.#words, token);
		}
	}

	/** "> region AT> region :phdr =fill" */
	#footer(): Footer {
		const region = this.#words.accept('script', '>') ? this.#region() : undefined;
		let loadRegion: Region | undefined;
		if (this.#words.accept('script', 'AT')) {
			this.#words.expect('script', '>');
			loadRegion = this.#region();
		}
		this.#phdrsAndFill();
		return { ...(region && { region }), ...(loadRegion && { loadRegion }) };
	}

	#phdrsAndFill(): void {
		while (this.#words.accept('script', ':')) this.#words.name('script', 'the name of a segment');
		if (!this.#words.accept('script', '=')) return;
		this.#value();
		this.#words.forgetName();
	}

	#region(): Region {
		const { text, place } = this.#words.name('script', 'the name of a region');
		return this.#commands.useRegion(text, place);
	}

	#overlay(): void {
		this.#words.take('script');
		if (!isWord(this.#words.peek('expression'), ':')) this.#value();
		this.#words.expect('expression', ':');
		this.#words.accept('expression', 'NOCROSSREFS');
		if (this.#words.accept('expression', 'AT')) this.#parenthesised();
		if (this.#words.accept('expression', 'SUBALIGN')) this.#parenthesised();
		this.#words.expect('expression', '{');
		const names: Token[] = [];
		while (!this.#words.accept('script', '}')) {
			names.push(this.#words.name('script', 'a section of the overlay or “}”'));
			this.#words.expect('script', '{');
			this.#body();
			this.#phdrsAndFill();
			this.#words.accept('script', ',');
		}
		const footer = this.#footer();
		const header = { address: false, noLoad: false, unallocated: false, loadAddress: false };
		for (const name of names) this.#place(name, header, footer);
		this.#words.accept('script', ',');
	}

	#group(): void {
		const { place } = this.#words.take('script');
		if (this.#type() === undefined && !isWord(this.#words.peek('expression'), ':')) this.#value();
		this.#type();
		this.#words.expect('expression', ':');
		this.#words.expect('script', '{');
		this.#words.deeper(place, () => {
			this.#list('}');
		});
	}
}
