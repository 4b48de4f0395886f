// Generated scripts: an evaluator of the test's own says what they are worth.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LinkScript } from '#core/link.ts';
import { readScript } from '#linker/index.ts';

const read = (text: string): LinkScript => readScript([{ name: 'a.ld', text }]);

// An evaluator of its own, on trees instead of text, with numbers that fit a double.
type Tree =
	| { readonly is: 'number'; readonly value: number; readonly text: string }
	| { readonly is: 'pair'; readonly op: string; readonly left: Tree; readonly right: Tree }
	| { readonly is: 'choice'; readonly if: Tree; readonly then: Tree; readonly else: Tree };

const numeral = fc
	.tuple(fc.nat({ max: 4096 }), fc.constantFrom('d', 'x', 'X', 'o', '$', 'h', 'b', 'K', 'M'))
	.map(([value, form]): Tree => {
		const forms: Readonly<Record<string, readonly [string, number]>> = {
			d: [String(value), 1],
			x: [`0x${value.toString(16)}`, 1],
			X: [`0X${value.toString(16).toUpperCase()}`, 1],
			o: [`0${value.toString(8)}`, 1],
			$: [`$${value.toString(16)}`, 1],
			h: [`0${value.toString(16)}h`, 1],
			b: [`${value.toString(2)}b`, 1],
			K: [`${value}K`, 1024],
			M: [`${value}m`, 1024 ** 2],
		};
		const [text, unit] = forms[form]!;
		return { is: 'number', value: value * unit, text };
	});
const OPERATORS = ['||', '&&', '==', '!=', '<', '>', '<=', '>=', '+', '*'];
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
	tree: fc.oneof(
		{ maxDepth: 4 },
		numeral,
		fc.record({
			is: fc.constant('pair' as const),
			op: fc.constantFrom(...OPERATORS),
			left: tie('tree'),
			right: tie('tree'),
		}),
		fc.record({
			is: fc.constant('choice' as const),
			if: tie('tree'),
			then: tie('tree'),
			else: tie('tree'),
		}),
	),
}));

const PRECEDENCE = [['||'], ['&&'], ['==', '!='], ['<', '>', '<=', '>='], ['+'], ['*']];

/** As text with as few parentheses as C needs. */
function written(node: Tree, tightness = -1): string {
	if (node.is === 'number') return node.text;
	if (node.is === 'choice') {
		const text = `${written(node.if, 0)} ? ${written(node.then)} : ${written(node.else)}`;
		return tightness < 0 ? text : `(${text})`;
	}
	const level = PRECEDENCE.findIndex((operators) => operators.includes(node.op));
	const text = `${written(node.left, level)} ${node.op} ${written(node.right, level + 1)}`;
	return level >= tightness ? text : `(${text})`;
}

function worth(node: Tree): number {
	if (node.is === 'number') return node.value;
	if (node.is === 'choice') return worth(worth(node.if) === 0 ? node.else : node.then);
	const [a, b] = [worth(node.left), worth(node.right)];
	switch (node.op) {
		case '+':
			return a + b;
		case '*':
			return a * b;
		case '||':
			return a !== 0 || b !== 0 ? 1 : 0;
		case '&&':
			return a !== 0 && b !== 0 ? 1 : 0;
		case '==':
			return a === b ? 1 : 0;
		case '!=':
			return a !== b ? 1 : 0;
		case '<':
			return a < b ? 1 : 0;
		case '>':
			return a > b ? 1 : 0;
		case '<=':
			return a <= b ? 1 : 0;
		default:
			return a >= b ? 1 : 0;
	}
}

describe('generated scripts', () => {
	it('expressions have the value of their trees', () => {
		const small = tree.filter((each) => worth(each) < 2 ** 32);
		fc.assert(
			fc.property(small, (node) => {
				const { regions, symbols } = read(
					`MEMORY { R : ORIGIN = ${written(node)}, LENGTH = v } v = ${written(node)};`,
				);
				expect(regions[0]?.origin).toBe(worth(node));
				expect(symbols.get('v')).toBe(worth(node));
			}),
			{ numRuns: 500 },
		);
	});

	it('MEMORY blocks are read as they were written', () => {
		const name = fc.stringMatching(/^_[A-Za-z0-9_.]{0,20}$/);
		const region = fc.record({
			name,
			attributes: fc.constantFrom('', '(rx)', '(xrw)', '( !w )', '(RX !A)'),
			words: fc.constantFrom(['ORIGIN', 'LENGTH'], ['org', 'len'], ['o', 'l']),
			origin: fc.nat({ max: 0xffffffff }),
			length: fc.nat({ max: 0xffffffff }),
			gap: fc.constantFrom(' ', '\n\t', ' /* , */ ', ' # }\n', ' , '),
		});
		const block = fc.uniqueArray(region, { selector: ({ name: each }) => each, maxLength: 12 });
		fc.assert(
			fc.property(block, (regions) => {
				const text = regions.map(
					({ name: each, attributes, words, origin, length, gap }, i) =>
						`${each} ${attributes} : ${words[0]} = 0x${origin.toString(16)}, ${words[1]} = ${length}` +
						(gap === ' , ' && i === regions.length - 1 ? ' ' : gap),
				);
				const script = read(`MEMORY\n{ ${text.join('')} }`);
				expect(script.regions).toEqual(
					regions.map(({ name: each, attributes, origin, length }) => ({
						name: each,
						origin,
						length,
						attributes: { '': '', '(rx)': 'xr', '(xrw)': 'xrw', '( !w )': '!w', '(RX !A)': 'xr!a' }[
							attributes
						],
					})),
				);
			}),
			{ numRuns: 300 },
		);
	});
});
