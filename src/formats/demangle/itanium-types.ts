// Types and expressions of the Itanium C++ ABI (5.1.5 "Type encodings", 5.1.5.8 "Template arguments").
import { builtins, literalSuffixes, operators } from './itanium-words.ts';
import {
	arrayOf,
	functionOf,
	listText,
	plainType,
	pointerTo,
	qualified,
	referenceTo,
	templateText,
	typeText,
	type Type,
} from './itanium-type.ts';
import { Names } from './itanium-names.ts';

export abstract class Types extends Names {
	/** Which element of an argument pack is being printed, and how many the pack has. */
	private element = 0;
	private elements: number | undefined;

	protected type(): Type {
		return this.deeper(() => {
			const one = this.peek();
			const builtin = builtins[one] ?? builtins[one + this.peek(1)];
			if (builtin !== undefined) {
				this.chars(builtins[one] === undefined ? 2 : 1);
				return plainType(builtin);
			}
			if (one === 'S' && this.peek(1) !== 't') return this.maybeTemplate(this.substituted());
			const type = this.compound(one);
			if (type.pack && one === 'D') return type;
			this.remember(type);
			return one === 'T' ? this.maybeTemplate(type) : type;
		});
	}

	/** A template name, by substitution or template template parameter, with its arguments. */
	private maybeTemplate(type: Type): Type {
		if (this.peek() !== 'I') return type;
		const made = plainType(
			this.bounded(templateText(typeText(type), this.templateArguments(false))),
		);
		this.remember(made);
		return made;
	}

	private compound(one: string): Type {
		switch (one) {
			case 'r':
			case 'V':
			case 'K': {
				const words = this.qualifiers();
				return qualified(this.type(), words);
			}
			case 'P':
				this.take();
				return pointerTo(this.type(), '*');
			case 'R':
				this.take();
				return referenceTo(this.type(), '&');
			case 'O':
				this.take();
				return referenceTo(this.type(), '&&');
			case 'C':
			case 'G': {
				this.take();
				return qualified(this.type(), one === 'C' ? ' _Complex' : ' _Imaginary');
			}
			case 'u':
				this.take();
				return plainType(this.sourceName());
			case 'U': {
				this.take();
				const name = this.sourceName();
				const args = this.peek() === 'I' ? `<${this.templateArguments(false)}>` : '';
				return qualified(this.type(), ` ${name}${args}`);
			}
			case 'A':
				return this.array();
			case 'F':
				return this.function('');
			case 'M': {
				this.take();
				const owner = typeText(this.type());
				const member = this.type();
				return pointerTo(member, member.kind === 'plain' ? ` ${owner}::*` : `${owner}::*`);
			}
			case 'T':
				if (/[sue]/.test(this.peek(1))) {
					this.chars(2);
					break;
				}
				this.take();
				return this.parameter();
			case 'D':
				return this.extended();
		}
		return plainType(this.name(false).text);
	}

	/** T_ as what it stands for; of a pack the element that is being printed. */
	private parameter(): Type {
		const type = this.templateParameter();
		if (!type.pack || this.elements === undefined) return type;
		this.elements = type.pack.length;
		return type.pack[this.element] ?? plainType('');
	}

	private array(): Type {
		this.take();
		let size = '';
		if (/\d/.test(this.peek())) size = this.match(/\d{1,20}/y);
		else if (this.peek() !== '_') size = this.expression();
		if (!this.skip('_')) return this.giveUp();
		return arrayOf(this.type(), size);
	}

	private function(noexcept: string): Type {
		if (!this.skip('F')) return this.giveUp();
		this.skip('Y');
		const result = this.type();
		const types: Type[] = [];
		let reference = '';
		for (;;) {
			if (this.skip('E')) break;
			if (this.skip('RE') || this.skip('OE')) {
				reference = this.text[this.at - 2] === 'R' ? ' &' : ' &&';
				break;
			}
			types.push(this.type());
		}
		const none = types.length === 1 && types[0]!.left === 'void' && types[0]!.right === '';
		const parameters = none ? '' : this.bounded(listText(types));
		return functionOf(result, parameters, reference + noexcept);
	}

	private extended(): Type {
		const two = this.chars(2);
		switch (two) {
			case 'Dp':
				return this.expansion();
			case 'Dt':
			case 'DT': {
				const text = `decltype (${this.expression()})`;
				return this.skip('E') ? plainType(text) : this.giveUp();
			}
			case 'Do':
				return this.function(' noexcept');
			case 'Dv': {
				const size = this.match(/\d{1,6}/y);
				if (!this.skip('_')) return this.giveUp();
				return qualified(this.type(), ` __vector(${size})`);
			}
		}
		return this.giveUp();
	}

	/** The pattern is read once for each element of the pack in it. */
	private expansion(): Type {
		const [element, elements] = [this.element, this.elements];
		const start = this.at;
		const all: Type[] = [];
		this.elements = 0;
		this.element = 0;
		const first = this.type();
		const known = this.substitutions.length;
		const count = this.elements;
		const end = this.at;
		if (count > 0) all.push(first);
		for (this.element = 1; this.element < count; this.element++) {
			this.at = start;
			all.push(this.type());
			this.substitutions.length = known;
		}
		this.at = end;
		this.element = element;
		this.elements = elements;
		return { ...plainType(listText(all)), pack: all };
	}

	protected templateArgument(): Type {
		return this.deeper(() => {
			if (this.peek() === 'L') return plainType(this.literal());
			// GCC wrote packs as "I…E" before the ABI had "J".
			if (this.skip('J') || this.skip('I')) {
				const pack = this.until('E', () => this.templateArgument());
				return { ...plainType(listText(pack)), pack };
			}
			if (!this.skip('X')) return this.type();
			const text = this.expression();
			return this.skip('E') ? plainType(text) : this.giveUp();
		});
	}

	private literal(): string {
		this.take();
		if (this.skip('_Z') || this.skip('Z')) {
			const text = this.encoding(true);
			return this.skip('E') ? text : this.giveUp();
		}
		const tag = this.peek();
		const type = typeText(this.type());
		const sign = this.skip('n') ? '-' : '';
		const value = this.match(/[0-9a-z]{0,40}E/y).slice(0, -1);
		if (tag === 'b' && /^[01]$/.test(value)) return value === '1' ? 'true' : 'false';
		const suffix = literalSuffixes[tag];
		if (suffix !== undefined && /^\d+$/.test(value)) return `${sign}${value}${suffix}`;
		if (/[fde]/.test(tag)) return `(${type})[${value}]`;
		return `(${type})${sign}${value}`;
	}

	private operand(): string {
		const bare = this.peek() + this.peek(1) === 'fp';
		return bare ? this.expression() : `(${this.expression()})`;
	}

	/** What appears in firmware: literals, parameters, scopes and plain operators. Anything else is given up. */
	protected expression(): string {
		return this.deeper(() => {
			const two = this.peek() + this.peek(1);
			if (two[0] === 'L') return this.literal();
			if (two === 'Ts' || /^T[_\d]/.test(two)) return typeText(this.type());
			if (this.skip('fp')) {
				this.qualifiers();
				return `{parm#${this.sequence() + 1}}`;
			}
			if (this.skip('sr')) {
				const scope = typeText(this.type());
				const own = this.unqualified().text;
				return `${scope}::${this.peek() === 'I' ? templateText(own, this.templateArguments(false)) : own}`;
			}
			if (/^\d/.test(two)) {
				const own = this.sourceName();
				return this.peek() === 'I' ? templateText(own, this.templateArguments(false)) : own;
			}
			if (this.skip('st')) return `sizeof (${typeText(this.type())})`;
			if (this.skip('sZ')) {
				const pack = this.type().pack;
				return pack ? String(pack.length) : this.giveUp();
			}
			const spelled = operators[two];
			if (spelled === undefined || spelled.startsWith(' ') || /^(?:cl|ix|qu|pt|pm)$/.test(two)) {
				return this.giveUp();
			}
			this.chars(2);
			if (/^(?:ps|ng|ad|de|co|nt)$/.test(two)) return spelled + this.operand();
			const [a, b] = [this.operand(), this.operand()];
			const text = a + spelled + b;
			return this.bounded(two === 'gt' ? `(${text})` : text);
		});
	}
}
