// C++ declarators wrap around their name, "int (*)[3]", "void (&)(int)": so a type is what stands left of it and what
// stands right.

export interface Type {
	readonly left: string;
	readonly right: string;
	/** Functions and arrays need parentheses around a pointer to them. */
	readonly kind: 'plain' | 'function' | 'array';
	/** Of a reference: references to references collapse. */
	readonly reference?: '&' | '&&';
	/** An argument pack: what it expands to. */
	readonly pack?: readonly Type[];
	/** "auto" in a lambda: which template parameter it is where the lambda's body is named. */
	readonly auto?: number;
}

export const plainType = (left: string): Type => ({ left, right: '', kind: 'plain' });

export const typeText = ({ left, right }: Type): string => left + right;

/** The type with "*", "&", "Foo::*" or the like behind it. */
export function pointerTo(type: Type, mark: string): Type {
	if (type.kind === 'plain') return { left: type.left + mark, right: type.right, kind: 'plain' };
	const left = type.kind === 'array' ? `${type.left} (` : `${type.left}(`;
	return { left: left + mark, right: `)${type.right}`, kind: 'plain' };
}

export function referenceTo(type: Type, mark: '&' | '&&'): Type {
	if (!type.reference) return { ...pointerTo(type, mark), reference: mark };
	if (type.reference === '&' || mark === '&&') return type;
	return { ...type, left: type.left.replace(/&&$/, '&'), reference: '&' };
}

/** const, volatile, restrict follow what they qualify; on a function they follow its parameters. */
export function qualified(type: Type, words: string): Type {
	if (words === '') return type;
	if (type.kind === 'function') return { ...type, right: type.right + words };
	return { left: type.left + words, right: type.right, kind: type.kind };
}

export function arrayOf(type: Type, size: string): Type {
	const right =
		type.kind === 'array' ? ` [${size}]${type.right.trimStart()}` : ` [${size}]${type.right}`;
	return { left: type.left, right, kind: 'array' };
}

export const functionOf = (result: Type, parameters: string, after: string): Type => ({
	// A result that wraps around stands close: "void (*f())(int)".
	left: result.right === '' ? `${result.left} ` : result.left,
	right: `(${parameters})${after}${result.right}`,
	kind: 'function',
});

/** Items of a list, packs expanded; ">" and ">" are kept apart. */
export function listText(types: readonly Type[]): string {
	return flat(types).map(typeText).join(', ');
}

const flat = (types: readonly Type[]): Type[] =>
	types.flatMap((type) => (type.pack ? flat(type.pack) : [type]));

export const templateText = (name: string, args: string): string =>
	`${name}${name.endsWith('<') ? ' ' : ''}<${args}${args.endsWith('>') ? ' ' : ''}>`;
