// Values of expressions: a 64-bit number, or what is needed to know it.
import { Failure } from '#core/failure.ts';
import { binary, unary } from './script-arithmetic.ts';
import type { Expression, Operation } from './script-expression.ts';
import type { Place } from './script-lexer.ts';

export interface Need {
	/** symbol: nobody has defined it; define: an #if depends on it; layout: only laying out sections tells; region: no MEMORY declares it. */
	readonly kind: 'symbol' | 'define' | 'layout' | 'region';
	readonly name: string;
	readonly place: Place;
}

export interface Known {
	readonly value: bigint;
	/** What was used before ld has worked it out, so that this is ld's stand-in. */
	readonly early?: string;
}

export interface Unknown {
	readonly needs: readonly Need[];
}

export type Value = Known | Unknown;

export const isKnown = (value: Value): value is Known => 'value' in value;

/** What names stand for while an expression is worked out. */
export interface Names {
	readonly symbol: (name: string, place: Place) => Value;
	readonly defined: (name: string) => boolean;
	readonly region: (name: string, part: 'origin' | 'length', place: Place) => Value;
	readonly dot: () => Value;
}

/** Needs beyond this many say nothing new. */
const MAX_NEEDS = 8;
const NOWHERE: Place = { file: '', line: 1, column: 1 };

/** The location counter and what it depends on. */
export const needsLayout = (name: string): Unknown => ({
	needs: [{ kind: 'layout', name, place: NOWHERE }],
});

/** Works out an expression in time proportional to its length. @throws Failure script.division. */
export function evaluate(expression: Expression, names: Names): Value {
	const stack: Value[] = [];
	for (let at = 0; at < expression.length; at++) {
		const operation = expression[at]!;
		if (operation.do === 'jump') at = operation.to - 1;
		else if (operation.do === 'branch') {
			const condition = stack.pop()!;
			if (!isKnown(condition)) {
				// Neither branch is worked out: its needs may not be needed at all.
				stack.push(condition);
				at = endOfCondition(expression, operation.to) - 1;
			} else if (condition.value === 0n) at = operation.to - 1;
		} else if (operation.do === 'unary') {
			const value = stack.pop()!;
			stack.push(
				isKnown(value) ? { ...value, value: unary(operation.operator, value.value) } : value,
			);
		} else if (operation.do === 'binary') {
			const right = stack.pop()!;
			stack.push(both(operation, stack.pop()!, right));
		} else if (operation.do === 'drop') stack.pop();
		else stack.push(single(operation, names));
	}
	return stack.pop()!;
}

/** The jump over the second branch stands before it. */
function endOfCondition(expression: Expression, second: number): number {
	const jump = expression[second - 1];
	return jump?.do === 'jump' ? jump.to : second;
}

type Leaf = Exclude<Operation, { do: 'jump' | 'branch' | 'unary' | 'binary' | 'drop' }>;

function single(operation: Leaf, names: Names): Value {
	switch (operation.do) {
		case 'number':
			return { value: operation.value };
		case 'symbol':
			return names.symbol(operation.name, operation.place);
		case 'defined':
			return { value: names.defined(operation.name) ? 1n : 0n };
		case 'origin':
		case 'length':
			return names.region(operation.name, operation.do, operation.place);
		case 'dot':
			return names.dot();
		case 'layout':
			return needsLayout(operation.what);
	}
}

function both(
	{ operator, place }: Extract<Operation, { do: 'binary' }>,
	left: Value,
	right: Value,
): Value {
	if (isKnown(left) && isKnown(right)) {
		const value = binary(operator, left.value, right.value);
		if (value === undefined) throw new Failure('script.division', { ...place, operator });
		const early = left.early ?? right.early;
		return early === undefined ? { value } : { value, early };
	}
	if (!isKnown(left) && (isKnown(right) || left.needs.length >= MAX_NEEDS)) return left;
	if (isKnown(left) && !isKnown(right)) return right;
	const needs = [left, right].flatMap((each) => (isKnown(each) ? [] : each.needs));
	return { needs: needs.slice(0, MAX_NEEDS) };
}
