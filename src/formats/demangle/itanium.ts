// C++ names (Itanium C++ ABI, chapter 5.1 "External Names"), printed as GNU c++filt prints them.
import { GiveUp } from './cursor.ts';
import { Types } from './itanium-types.ts';
import { specials } from './itanium-words.ts';
import { functionOf, listText, typeText, type Type } from './itanium-type.ts';

/** The declaration, or undefined when the name is not of this mangling or uses what is not known here. */
export function readItanium(name: string): string | undefined {
	const match = /^_?_Z/.exec(name);
	if (!match) return undefined;
	try {
		return new Encoding(name.slice(match[0].length)).whole();
	} catch (error) {
		if (error instanceof GiveUp) return undefined;
		throw error;
	}
}

class Encoding extends Types {
	whole(): string {
		const text = this.encoding(true);
		// ".constprop.0" and the like: copies the compiler made.
		const clones: string[] = [];
		while (!this.done) clones.push(` [clone ${this.match(/\.(?:[a-zA-Z_]+|\d+)(?:\.\d+)*/y)}]`);
		return text + clones.join('');
	}

	protected override encoding(outer: boolean): string {
		return this.deeper(() => {
			if (this.peek() === 'T' || this.peek() === 'G') return this.special();
			const name = this.name(true);
			if (this.done || this.peek() === 'E' || this.peek() === '.') return name.text;
			const result = name.template && !name.nameless ? this.type() : undefined;
			const parameters = this.parameters();
			const right = `(${parameters})${name.qualifiers}`;
			// A local name's function is printed without its result.
			if (!result || !outer) return this.bounded(name.text + right);
			const declared = functionOf(result, parameters, name.qualifiers);
			return this.bounded(`${declared.left}${name.text}${declared.right}`);
		});
	}

	/** Types to the end of the encoding; a lone void is no parameter. */
	private parameters(): string {
		const types: Type[] = [];
		while (!this.done && this.peek() !== 'E' && this.peek() !== '.') types.push(this.type());
		if (types.length === 1 && types[0]!.left === 'void' && types[0]!.right === '') return '';
		return this.bounded(listText(types));
	}

	private special(): string {
		const tag = this.chars(2);
		const words = specials[tag];
		if (words !== undefined) {
			const entity = /T[VTIS]/.test(tag) ? typeText(this.type()) : this.name(false).text;
			return words + entity;
		}
		switch (tag) {
			case 'Th':
				this.match(/n?\d+_/y);
				return `non-virtual thunk to ${this.encoding(false)}`;
			case 'Tv':
				this.match(/n?\d+_n?\d+_/y);
				return `virtual thunk to ${this.encoding(false)}`;
			case 'Tc':
				this.callOffset();
				this.callOffset();
				return `covariant return thunk to ${this.encoding(false)}`;
			case 'TC': {
				const derived = typeText(this.type());
				this.match(/\d+_/y);
				return `construction vtable for ${typeText(this.type())}-in-${derived}`;
			}
			case 'GR': {
				const name = this.name(false).text;
				const number = this.done ? 0 : this.sequence();
				return `reference temporary #${number} for ${name}`;
			}
			case 'GT':
				// Transactional memory; libstdc++'s exceptions have such twins.
				return `${this.skip('n') ? 'non-' : this.skip('t') ? '' : this.giveUp()}transaction clone for ${this.encoding(false)}`;
			case 'TA':
				return `template parameter object for ${typeText(this.templateArgument())}`;
		}
		return this.giveUp();
	}

	private callOffset(): void {
		this.match(/hn?\d+_|vn?\d+_n?\d+_/y);
	}
}
