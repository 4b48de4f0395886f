// MEMORY and REGION_ALIAS (ld manual 3.7 and 3.4.5).
import { diagnostic, Failure } from '#core/failure.ts';
import { readExpression } from './script-expression.ts';
import type { Token } from './script-lexer.ts';
import type { Commands } from './script-parser.ts';
import type { Region } from './script-tree.ts';
import { isWord } from './script-words.ts';

/** ld's flag for a letter; I and L are the same. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
	a: 'a',
	x: 'x',
	r: 'r',
	w: 'w',
	i: 'l',
	l: 'l',
};
/** As ld prints them. */
const PRINTED = ['a', 'x', 'r', 'w', 'l'];

export class Memory {
	readonly #commands: Commands;

	constructor(commands: Commands) {
		this.#commands = commands;
	}

	/** MEMORY has been read. */
	command(): void {
		this.#words.expect('script', '{');
		this.#list('}');
	}

	/** REGION_ALIAS(alias, region), its keyword being read. @throws Failure script.alias-twice, script.alias-of-nothing. */
	alias(): void {
		this.#words.expect('script', '(');
		const alias = this.#words.name('script', 'an alias');
		this.#words.expect('script', ',');
		const target = this.#words.name('script', 'the name of a region');
		this.#words.expect('script', ')');
		const { tree } = this.#commands;
		const { place } = alias;
		if (alias.text === '*default*' || tree.byName.has(alias.text)) {
			throw new Failure('script.alias-twice', { ...place, alias: alias.text });
		}
		const known = tree.byName.get(target.text);
		// A file that is not here may declare it.
		if (!known && !tree.missing.some(({ kind }) => kind === 'include')) {
			throw new Failure('script.alias-of-nothing', {
				...place,
				alias: alias.text,
				region: target.text,
			});
		}
		const region = known ?? this.#commands.useRegion(target.text, place);
		tree.byName.set(alias.text, region);
		tree.aliases.set(alias.text, region);
	}

	get #words(): Commands['words'] {
		return this.#commands.words;
	}

	#list(closing: '}' | 'end'): void {
		for (let first = true; ; first = false) {
			const comma = !first && this.#words.accept('script', ',');
			const token = this.#words.peek('script');
			const closed = closing === 'end' ? token.kind === 'end' : isWord(token, '}');
			if (closed && !comma) break;
			if (this.#words.accept('script', 'INCLUDE')) {
				this.#commands.included('script', () => {
					this.#list('end');
				});
			} else this.#region(this.#words.name('script', 'the name of a region or “}”'));
		}
		this.#words.take('script');
	}

	#region(name: Token): void {
		const region = this.#declare(name);
		if (this.#words.accept('script', '(')) {
			do this.#attributes(region);
			while (!this.#words.accept('script', ')'));
		}
		this.#words.expect('script', ':');
		this.#words.expect('script', 'ORIGIN');
		this.#words.expect('script', '=');
		region.origin = readExpression(this.#words);
		const { doubts } = this.#words.peek('expression');
		this.#words.accept('expression', ',');
		const length = this.#words.expect('script', 'LENGTH');
		this.#words.expect('script', '=');
		region.length = readExpression(this.#words);
		region.doubts = [...new Set([...name.doubts, ...doubts, ...length.doubts])];
		this.#words.forgetName();
	}

	#declare({ text, place }: Token): Region {
		const { tree } = this.#commands;
		const known = tree.byName.get(text);
		const region = known ?? this.#commands.newRegion(text, place);
		if (known?.declared) {
			const { file, line } = place;
			tree.diagnostics.push(
				diagnostic('warning', 'script.redeclared', { file, line, region: text }),
			);
		}
		region.declared = true;
		region.place = place;
		return region;
	}

	/** "rx", "!w": each word adds to what the region has. */
	#attributes(region: Region): void {
		let not = this.#words.accept('script', '!');
		const { text, place } = this.#words.name('script', 'attributes of the region');
		for (const letter of text) {
			const flag = ATTRIBUTES[letter.toLowerCase()];
			if (letter === '!') not = !not;
			else if (flag === undefined) {
				throw new Failure('script.attribute', { ...place, region: region.name, found: letter });
			} else (not ? region.notAttributes : region.attributes).add(flag);
		}
	}
}

/** "xrw", "r!w": the order in which ld prints attributes. */
export function printedAttributes({ attributes, notAttributes }: Region): string {
	const print = (set: ReadonlySet<string>): string =>
		PRINTED.filter((flag) => set.has(flag)).join('');
	return print(attributes) + (notAttributes.size > 0 ? `!${print(notAttributes)}` : '');
}
