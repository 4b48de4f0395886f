// Names of the Itanium C++ ABI (5.1.2 "Name", 5.1.6 "Scope Encoding") and their substitutions (5.1.10).
import { Cursor } from './cursor.ts';
import { abbreviations, operators } from './itanium-words.ts';
import { listText, plainType, templateText, typeText, type Type } from './itanium-type.ts';

export interface Name {
	readonly text: string;
	/** The last component has template arguments: then a function's result is mangled too. */
	readonly template: boolean;
	/** Constructors, destructors and conversions have no result. */
	readonly nameless: boolean;
	/** const, & and the like of a member function. */
	readonly qualifiers: string;
}

interface Component {
	readonly text: string;
	/** What a constructor of it is called. */
	readonly own: string;
	readonly nameless?: boolean;
}

export abstract class Names extends Cursor {
	protected readonly substitutions: Type[] = [];
	/** What T_, T0_ … stand for: the arguments of the function's own name. */
	protected templateTypes: Type[] = [];
	/** Inside a lambda's parameters T_ is an "auto" of its own. */
	private lambdas = 0;

	protected abstract type(): Type;
	protected abstract templateArgument(): Type;
	protected abstract encoding(outer: boolean): string;

	/** @param tag whether its template arguments are what T_ refers to. */
	protected name(tag: boolean): Name {
		return this.deeper(() => {
			if (this.skip('N')) return this.nested(tag);
			if (this.skip('Z')) return this.local(tag);
			let known = false;
			let component: Component;
			if (this.peek() === 'S' && this.peek(1) !== 't') {
				component = this.substitution();
				known = true;
			} else {
				const scope = this.skip('St') ? 'std::' : '';
				const own = this.unqualified();
				component = { ...own, text: scope + own.text };
			}
			const nameless = component.nameless === true;
			if (this.peek() !== 'I')
				return { text: component.text, template: false, nameless, qualifiers: '' };
			if (!known) this.remember(plainType(component.text));
			const text = templateText(component.text, this.templateArguments(tag));
			return { text: this.bounded(text), template: true, nameless, qualifiers: '' };
		});
	}

	private nested(tag: boolean): Name {
		const qualifiers = this.qualifiers() + this.refQualifier();
		let current: Component | undefined;
		let known = true;
		let template = false;
		while (!this.skip('E')) {
			if (current && !known) this.remember(plainType(current.text));
			known = false;
			const next = this.peek();
			if (next === 'I' && current) {
				const text = templateText(current.text, this.templateArguments(tag));
				current = { ...current, text: this.bounded(text) };
				template = true;
				continue;
			}
			template = false;
			if (next === 'S' && this.peek(1) !== 't' && !current) {
				current = this.substitution();
				known = true;
			} else if (next === 'S' && !current) {
				this.skip('St');
				current = { text: 'std', own: 'std' };
				known = true;
			} else if ((next === 'T' || /^D[tT]/.test(next + this.peek(1))) && !current) {
				// type() has remembered it.
				const text = typeText(this.type());
				current = { text, own: text };
				known = true;
			} else {
				const part = this.component(current);
				current = { ...part, text: current ? `${current.text}::${part.text}` : part.text };
			}
		}
		if (!current) return this.giveUp();
		return { text: current.text, template, nameless: current.nameless === true, qualifiers };
	}

	private component(parent: Component | undefined): Component {
		const two = this.peek() + this.peek(1);
		if (parent && /^C[1-5I]/.test(two)) {
			this.take();
			// CI1: a constructor inherited from the type that follows.
			if (this.skip('I')) {
				this.take();
				this.type();
			} else this.take();
			return { text: parent.own + this.abiTags(), own: parent.own, nameless: true };
		}
		if (parent && /^D[0-5]/.test(two)) {
			this.chars(2);
			return { text: `~${parent.own}${this.abiTags()}`, own: parent.own, nameless: true };
		}
		return this.unqualified();
	}

	/** Z function E entity, or Es for a string literal of it. */
	private local(tag: boolean): Name {
		const outer = this.templateTypes;
		const scope = this.encoding(false);
		if (!this.skip('E')) return this.giveUp();
		if (this.skip('s')) {
			this.discriminator();
			return { text: `${scope}::string literal`, template: false, nameless: false, qualifiers: '' };
		}
		let argument = '';
		if (this.skip('d')) argument = `{default arg#${this.sequence() + 1}}::`;
		if (tag) this.templateTypes = outer.length > 0 ? outer : this.templateTypes;
		const entity = this.name(tag);
		this.discriminator();
		return { ...entity, text: this.bounded(`${scope}::${argument}${entity.text}`) };
	}

	private discriminator(): void {
		if (this.peek() === '_') this.match(/_(?:\d|_\d+_)/y);
	}

	protected unqualified(): Component {
		this.skip('L');
		const two = this.peek() + this.peek(1);
		if (/^\d/.test(two)) {
			const text = this.sourceName();
			return { text: text + this.abiTags(), own: text };
		}
		if (this.skip('Ut')) {
			const text = `{unnamed type#${this.sequence() + 1}}`;
			return { text, own: text };
		}
		if (this.skip('Ul')) {
			this.lambdas++;
			const types = this.until('E', () => this.type());
			this.lambdas--;
			const none = types.length === 1 && types[0]!.left === 'void' && types[0]!.right === '';
			const text = `{lambda(${none ? '' : listText(types)})#${this.sequence() + 1}}`;
			return { text, own: text };
		}
		if (this.skip('DC')) {
			const names = this.until('E', () => this.sourceName());
			return { text: `[${names.join(', ')}]`, own: '' };
		}
		if (this.skip('cv')) {
			const type = /T\d*_I/.test(this.text.slice(this.at, this.at + 6))
				? this.ahead()
				: this.type();
			return { text: `operator ${typeText(type)}`, own: '', nameless: true };
		}
		if (this.skip('li')) {
			const text = `operator"" ${this.sourceName()}`;
			return { text: text + this.abiTags(), own: text };
		}
		const spelled = operators[two];
		if (spelled === undefined) return this.giveUp();
		this.chars(2);
		return { text: `operator${spelled}${this.abiTags()}`, own: '' };
	}

	/** A conversion to T_ stands before the arguments that say what T_ is: they are read first, then again. */
	private ahead(): Type {
		const start = this.at;
		const [types, known] = [this.templateTypes, this.substitutions.length];
		this.match(/T\d*_/y);
		this.remember(plainType(''));
		this.templateArguments(true);
		this.substitutions.length = known;
		this.at = start + 1;
		const type = this.templateParameter();
		this.templateTypes = types;
		this.remember(type);
		return type;
	}

	protected sourceName(): string {
		const name = this.chars(Number(this.match(/[1-9]\d{0,4}/y)));
		return /^_GLOBAL_[._$]N/.test(name) ? '(anonymous namespace)' : name;
	}

	private abiTags(): string {
		let tags = '';
		while (this.skip('B')) tags += `[abi:${this.sourceName()}]`;
		return tags;
	}

	protected qualifiers(): string {
		const letters = this.match(/r?V?K?/y);
		const words = { r: ' restrict', V: ' volatile', K: ' const' } as const;
		// Printed from the inside out: "K" was applied first.
		return [...letters]
			.reverse()
			.map((letter) => words[letter as keyof typeof words])
			.join('');
	}

	protected refQualifier(): string {
		if (this.skip('R')) return ' &';
		return this.skip('O') ? ' &&' : '';
	}

	/** "_" is 0, "0_" is 1 … */
	protected sequence(): number {
		const digits = this.match(/\d{0,6}_/y).slice(0, -1);
		return digits === '' ? 0 : Number(digits) + 1;
	}

	protected remember(type: Type): void {
		this.bounded(type.left + type.right);
		this.substitutions.push(type);
	}

	protected substitution(): Component {
		const { left, right, own } = this.substituted();
		return { text: left + right, own };
	}

	protected substituted(): Type & { readonly own: string } {
		this.take();
		const letter = this.peek();
		const known = abbreviations[letter];
		if (known && /[a-z]/.test(letter)) {
			this.take();
			const [short, full, own] = known;
			const text = /[CD]/.test(this.peek()) ? full : short;
			return { ...plainType(text + this.abiTags()), own };
		}
		const digits = this.match(/[0-9A-Z]{0,5}_/y).slice(0, -1);
		const index = digits === '' ? 0 : Number.parseInt(digits, 36) + 1;
		const found = this.substitutions[index];
		const bound =
			found?.auto !== undefined && this.lambdas === 0 ? this.templateTypes[found.auto] : undefined;
		const type = bound ?? found;
		return type ? { ...type, own: lastName(typeText(type)) } : this.giveUp();
	}

	protected templateParameter(): Type {
		const index = this.sequence();
		if (this.lambdas > 0) return { ...plainType(`auto:${index + 1}`), auto: index };
		return this.templateTypes[index] ?? this.giveUp();
	}

	protected templateArguments(tag: boolean): string {
		if (!this.skip('I')) return this.giveUp();
		const types: Type[] = [];
		if (tag) this.templateTypes = types;
		while (!this.skip('E')) types.push(this.templateArgument());
		return this.bounded(listText(types));
	}
}

/** The class's own name in "std::vector<int, std::allocator<int> >": what its constructors are called. */
function lastName(text: string): string {
	let depth = 0;
	let end = text.length;
	for (let at = text.length - 1; at >= 0; at--) {
		const char = text[at];
		if (char === '>' || char === ')' || char === '}') depth++;
		else if (char === '<' || char === '(' || char === '{') {
			if (--depth === 0 && char === '<') end = at;
		} else if (char === ':' && depth === 0) return text.slice(at + 1, end);
	}
	return text.slice(0, end);
}
