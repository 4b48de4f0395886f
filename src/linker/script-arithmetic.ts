// 64-bit arithmetic of GNU ld (ld manual 3.10, and tries with ld 2.40): / and % signed, everything else unsigned.
const BITS = 64;
const MASK = (1n << 64n) - 1n;

export type Unary = '-' | '!' | '~' | 'LOG2CEIL';
/** Binary operators from loosest to tightest, all left-associative. ld 2.40 has no ^. */
const ORDER = [
	['||'],
	['&&'],
	['|'],
	['&'],
	['==', '!='],
	['<', '>', '<=', '>='],
	['<<', '>>'],
	['+', '-'],
	['*', '/', '%'],
] as const;

export type Binary = (typeof ORDER)[number][number] | 'MAX' | 'MIN' | 'ALIGN';

/** How tightly an operator binds; the greater, the tighter. */
export const LEVELS: ReadonlyMap<string, number> = new Map(
	ORDER.flatMap((operators, level) => operators.map((operator) => [operator, level] as const)),
);

const wrap = (value: bigint): bigint => value & MASK;
const signed = (value: bigint): bigint => BigInt.asIntN(BITS, value);
const truth = (value: boolean): bigint => (value ? 1n : 0n);
/** C leaves shifts by 64 and more undefined; the machines ld runs on take the low six bits. */
const shift = (value: bigint): bigint => value & 63n;

export function unary(operator: Unary, value: bigint): bigint {
	if (operator === '-') return wrap(-value);
	if (operator === '!') return truth(value === 0n);
	if (operator === '~') return wrap(~value);
	return value < 2n ? 0n : BigInt((value - 1n).toString(2).length);
}

/** Both operands and the result in 0…2^64-1; undefined for a division by zero. */
export function binary(operator: Binary, a: bigint, b: bigint): bigint | undefined {
	switch (operator) {
		case '||':
			return truth(a !== 0n || b !== 0n);
		case '&&':
			return truth(a !== 0n && b !== 0n);
		case '|':
			return a | b;
		case '&':
			return a & b;
		case '==':
			return truth(a === b);
		case '!=':
			return truth(a !== b);
		case '<':
			return truth(a < b);
		case '>':
			return truth(a > b);
		case '<=':
			return truth(a <= b);
		case '>=':
			return truth(a >= b);
		case '<<':
			return wrap(a << shift(b));
		case '>>':
			return a >> shift(b);
		case '+':
			return wrap(a + b);
		case '-':
			return wrap(a - b);
		case '*':
			return wrap(a * b);
		case '/':
			return b === 0n ? undefined : wrap(signed(a) / signed(b));
		case '%':
			return b === 0n ? undefined : wrap(signed(a) % signed(b));
		case 'MAX':
			return a > b ? a : b;
		case 'MIN':
			return a < b ? a : b;
		case 'ALIGN':
			return b <= 1n ? a : wrap((wrap(a + b - 1n) / b) * b);
	}
}
