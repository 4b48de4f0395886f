// Rust's second mangling (RFC 2603 "Symbol name mangling v0"), printed without crate hashes. Names come from files of
// any origin: steps, depth and output are bounded.
import { Cursor, GiveUp } from './cursor.ts';
import { punycode } from './punycode.ts';

const BASIC: Readonly<Record<string, string>> = {
	...{ a: 'i8', b: 'bool', c: 'char', d: 'f64', e: 'str', f: 'f32', h: 'u8', i: 'isize' },
	...{ j: 'usize', l: 'i32', m: 'u32', n: 'i128', o: 'u128', s: 'i16', t: 'u16', u: '()' },
	...{ v: '...', x: 'i64', y: 'u64', z: '!', p: '_' },
};

/** The path, or undefined when the name is not of this mangling or makes no sense. */
export function readRustV0(name: string): string | undefined {
	const match = /^_?_R(?=[A-Z])([\w]+)(?:[.$].*)?$/s.exec(name);
	if (!match) return undefined;
	try {
		return new Path(match[1]!).whole();
	} catch (error) {
		if (error instanceof GiveUp) return undefined;
		throw error;
	}
}

class Path extends Cursor {
	/** Lifetimes that `for<…>` brought in around here. */
	private lifetimes = 0;

	whole(): string {
		const path = this.path(true);
		// What instantiated it follows, and says nothing to a reader.
		if (!this.done) this.path(false);
		return this.done ? path : this.giveUp();
	}

	/** In a value the arguments of generics follow "::". */
	private path(value: boolean): string {
		return this.deeper(() => {
			const tag = this.take();
			switch (tag) {
				case 'C':
					return this.identifier().name;
				case 'M':
				case 'X': {
					this.optional('s');
					this.path(value);
					return tag === 'M' ? `<${this.type()}>` : this.asTrait();
				}
				case 'Y':
					return this.asTrait();
				case 'N': {
					const space = this.take();
					const prefix = this.path(value);
					const { name, index } = this.identifier();
					if (/[a-z]/.test(space)) return name === '' ? prefix : `${prefix}::${name}`;
					const kind = { C: 'closure', S: 'shim' }[space] ?? space;
					return `${prefix}::{${kind}${name && ':'}${name}#${index}}`;
				}
				case 'I': {
					const prefix = this.path(value);
					return this.bounded(`${prefix}${value ? '::' : ''}<${this.args()}>`);
				}
				case 'B':
					return this.back(() => this.path(value));
			}
			return this.giveUp();
		});
	}

	private asTrait(): string {
		const type = this.type();
		return this.bounded(`<${type} as ${this.path(false)}>`);
	}

	private args(): string {
		return this.until('E', () => {
			if (this.skip('L')) return this.lifetime(this.base62());
			return this.skip('K') ? this.constant() : this.type();
		}).join(', ');
	}

	private type(): string {
		return this.deeper(() => {
			const tag = this.peek();
			const basic = BASIC[tag];
			if (basic !== undefined) {
				this.take();
				return basic;
			}
			if (/[CMXYNI]/.test(tag)) return this.path(false);
			this.take();
			switch (tag) {
				case 'A': {
					const type = this.type();
					return `[${type}; ${this.constant()}]`;
				}
				case 'S':
					return `[${this.type()}]`;
				case 'T': {
					const types = this.until('E', () => this.type());
					return this.bounded(`(${types.join(', ')}${types.length === 1 ? ',' : ''})`);
				}
				case 'R':
				case 'Q': {
					const named = this.skip('L') ? this.base62() : 0;
					const life = named === 0 ? '' : `${this.lifetime(named)} `;
					return `&${life}${tag === 'Q' ? 'mut ' : ''}${this.type()}`;
				}
				case 'P':
					return `*const ${this.type()}`;
				case 'O':
					return `*mut ${this.type()}`;
				case 'F':
					return this.binder(() => this.functionType());
				case 'D':
					return this.dynamic();
				case 'B':
					return this.back(() => this.type());
			}
			return this.giveUp();
		});
	}

	private functionType(): string {
		const unsafe = this.skip('U') ? 'unsafe ' : '';
		let abi = '';
		if (this.skip('K')) {
			abi = this.skip('C') ? 'extern "C" ' : `extern "${this.plain().replaceAll('_', '-')}" `;
		}
		const types = this.until('E', () => this.type()).join(', ');
		const result = this.skip('u') ? '' : ` -> ${this.type()}`;
		return this.bounded(`${unsafe}${abi}fn(${types})${result}`);
	}

	private dynamic(): string {
		const traits = this.binder(() => this.until('E', () => this.trait()).join(' + '));
		if (!this.skip('L')) return this.giveUp();
		const named = this.base62();
		return this.bounded(`dyn ${traits}${named === 0 ? '' : ` + ${this.lifetime(named)}`}`);
	}

	/** A trait with the associated types it is bound to, which join its own arguments. */
	private trait(): string {
		const path = this.path(false);
		const bound: string[] = [];
		while (this.skip('p')) {
			const name = this.plain();
			bound.push(`${name} = ${this.type()}`);
		}
		if (bound.length === 0) return path;
		return path.endsWith('>')
			? `${path.slice(0, -1)}, ${bound.join(', ')}>`
			: `${path}<${bound.join(', ')}>`;
	}

	private binder(read: () => string): string {
		const count = this.optional('G');
		if (count > 64) this.giveUp();
		const before = this.lifetimes;
		this.lifetimes += count;
		const names = Array.from({ length: count }, (_, index) => this.lifetime(count - index));
		const text = read();
		this.lifetimes = before;
		return count === 0 ? text : `for<${names.join(', ')}> ${text}`;
	}

	/** De Bruijn index: 1 is the innermost bound lifetime. */
	private lifetime(index: number): string {
		if (index === 0) return "'_";
		const depth = this.lifetimes - index;
		if (depth < 0) return this.giveUp();
		return depth < 26 ? `'${String.fromCharCode(0x61 + depth)}` : `'_${depth}`;
	}

	private constant(): string {
		return this.deeper(() => {
			if (this.skip('B')) return this.back(() => this.constant());
			const tag = this.take();
			if (tag === 'p') return '_';
			const negative = this.skip('n') ? '-' : '';
			const digits = this.match(/[0-9a-f]{0,32}_/y).slice(0, -1);
			const value = BigInt(`0x${digits === '' ? '0' : digits}`);
			if (tag === 'b') return value === 0n ? 'false' : 'true';
			if (tag === 'c') return character(Number(value));
			if (!/[ahijlmnostxy]/.test(tag)) return this.giveUp();
			return digits.length > 16 ? `${negative}0x${digits}` : `${negative}${value}`;
		});
	}

	private identifier(): { name: string; index: number } {
		const index = this.optional('s');
		return { name: this.plain(), index };
	}

	private plain(): string {
		const coded = this.skip('u');
		const size = Number(this.match(/0|[1-9]\d{0,5}/y));
		this.skip('_');
		const text = this.chars(size);
		return coded ? (punycode(text) ?? this.giveUp()) : text;
	}

	/** A tagged number is one more than it says; absent it is zero. */
	private optional(tag: string): number {
		return this.skip(tag) ? this.base62() + 1 : 0;
	}

	private base62(): number {
		const digits = this.match(/[0-9a-zA-Z]{0,12}_/y).slice(0, -1);
		if (digits === '') return 0;
		let value = 0;
		for (const digit of digits) value = value * 62 + Number(DIGITS.indexOf(digit));
		return value + 1;
	}

	/** Reads again what stands earlier in the name. */
	private back(read: () => string): string {
		const here = this.at - 1;
		const target = this.base62();
		if (target >= here) return this.giveUp();
		const next = this.at;
		this.at = target;
		const text = read();
		this.at = next;
		return text;
	}
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function character(code: number): string {
	if (code > 0x10ffff) return `'\\u{${code.toString(16)}}'`;
	const escapes: Readonly<Record<number, string>> = { 9: '\\t', 10: '\\n', 13: '\\r' };
	if (code === 0x27 || code === 0x5c) return `'\\${String.fromCharCode(code)}'`;
	const known = escapes[code];
	if (known !== undefined) return `'${known}'`;
	return code >= 0x20 && code < 0x7f
		? `'${String.fromCharCode(code)}'`
		: `'\\u{${code.toString(16)}}'`;
}
