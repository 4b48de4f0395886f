// Names of symbols made readable, as c++filt does it; and names nobody mangled.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readableName } from '#formats/demangle/readable.ts';

const names = (file: string): [string, string][] =>
	readFileSync(join(import.meta.dirname, '../fixtures/linker/maps', file), 'utf8')
		.trimEnd()
		.split('\n')
		.map((line) => line.split('\t') as [string, string]);

const cpp = names('names-cpp.tsv');
const rust = names('names-rust.tsv');

describe('names of the compilers', () => {
	it('reads every C++ name as c++filt does', () => {
		expect(cpp.length).toBeGreaterThan(40);
		expect(cpp.map(([name]) => readableName(name))).toEqual(cpp.map(([, text]) => text));
	});

	it('reads every Rust name of both manglings as c++filt does', () => {
		expect(rust.filter(([name]) => name.startsWith('_R')).length).toBeGreaterThan(5);
		expect(rust.filter(([name]) => name.startsWith('_ZN')).length).toBeGreaterThan(5);
		expect(rust.map(([name]) => readableName(name))).toEqual(rust.map(([, text]) => text));
	});
});

describe('what the documents show', () => {
	const table: readonly [string, string][] = [
		['_Z1fv', 'f()'],
		['_ZN1A1BC1ERKS0_', 'A::B::B(A::B const&)'],
		[
			'_ZNSsC1Ev',
			'std::basic_string<char, std::char_traits<char>, std::allocator<char> >::basic_string()',
		],
		['_Z3fooILi2EEvRAplT_Li1E_i', 'void foo<2>(int (&) [(2)+(1)])'],
		['_Z1fM1AKFvvE', 'f(void (A::*)() const)'],
		['_Z1fIJidEEvDpRKT_', 'void f<int, double>(int const&, double const&)'],
		['_ZZ4mainvE1x_0', 'main()::x'],
		['_ZThn4_N1A1gEv', 'non-virtual thunk to A::g()'],
		['_ZTC1A0_1B', 'construction vtable for B-in-A'],
		['_ZGVZ1fvE1x', 'guard variable for f()::x'],
		['_ZNKR1A1gEv', 'A::g() const &'],
		['_Z1fPFPFviEcE', 'f(void (*(*)(char))(int))'],
		['_Z3fooiPiS_', 'foo(int, int*, int*)'],
		['_ZN12_GLOBAL__N_11fEv', '(anonymous namespace)::f()'],
		['_ZN1A1fB5cxx11Ev', 'A::f[abi:cxx11]()'],
		['_Z1fv.constprop.0.isra.1', 'f() [clone .constprop.0] [clone .isra.1]'],
		['_RNvC6_123foo3bar', '123foo::bar'],
		['_RNvNtNtCs1234_7mycrate3foo3bar3baz', 'mycrate::foo::bar::baz'],
		['_RINvNtC3std3mem8align_ofjdE', 'std::mem::align_of::<usize, f64>'],
		[
			'_RNvXC7mycrateINtC7mycrate3FoomENtC3std5Clone5clone',
			'<mycrate::Foo<u32> as std::Clone>::clone',
		],
		['_RNCNvC7mycrate3foo0', 'mycrate::foo::{closure#0}'],
		['_RINvC7mycrate3fooKj2a_E', 'mycrate::foo::<42>'],
		['_RNvNtNtC7mycrateu8gdel_5qa6escher4bach', 'mycrate::gödel::escher::bach'],
		['_ZN4core3fmt9Formatter3pad17h0123456789abcdefE', 'core::fmt::Formatter::pad'],
	];
	for (const [name, text] of table) {
		it(name, () => expect(readableName(name)).toBe(text));
	}
});

describe('anything else', () => {
	it('leaves plain names alone', () => {
		for (const name of [
			'main',
			'_start',
			'',
			'_Z',
			'_R',
			'__Z',
			'_ZN',
			'Z1fv',
			'_Znot',
			'_RandomName',
		]) {
			expect(readableName(name), name).toBeUndefined();
		}
	});

	it('answers every damaged name with a bounded text or nothing', () => {
		const real = fc.constantFrom(...[...cpp, ...rust].map(([name]) => name));
		const damage = fc.array(
			fc.tuple(fc.nat(200), fc.constantFrom(...'_0159AENSZTIJXLRCDPKFvijcstYBMnup.$')),
			{ maxLength: 5 },
		);
		fc.assert(
			fc.property(real, damage, fc.nat(300), (name, changes, cut) => {
				const letters = [...name.slice(0, cut)];
				for (const [at, letter] of changes) letters[at % (letters.length + 1)] = letter;
				const text = readableName(letters.join(''));
				if (text !== undefined) expect(text.length).toBeLessThan(100_000);
			}),
			{ numRuns: 4000 },
		);
	});

	it('gives up on names that grow without end', () => {
		const doubling = `_Z1f${'1AI'.repeat(1)}${'S_S_'.repeat(900)}E`;
		const pairs = `_Z1f${Array.from({ length: 60 }, (_, index) => `St4pairI${index === 0 ? 'ii' : `S${(index - 1).toString(36).toUpperCase()}_S${(index - 1).toString(36).toUpperCase()}_`}E`).join('')}`;
		const back = `_RIC1a${'TB4_B4_'.repeat(500)}E`;
		for (const name of [
			doubling,
			pairs,
			back,
			`_Z1f${'P'.repeat(4000)}i`,
			`_R${'I'.repeat(4000)}`,
			`_Z1f${'DpT_'.repeat(900)}`,
		]) {
			const text = readableName(name);
			expect(text === undefined || text.length < 100_000).toBe(true);
		}
		expect(readableName(`_Z${'9'.repeat(5000)}`)).toBeUndefined();
	});
});
