// The fixed words of the Itanium C++ ABI's mangling (itanium-cxx-abi, chapter 5.1): operators, builtin types, the
// standard library's abbreviations.

/** operator-name → how it is spelled after "operator". */
export const operators: Readonly<Record<string, string>> = {
	...{ nw: ' new', na: ' new[]', dl: ' delete', da: ' delete[]', aw: ' co_await' },
	...{ ps: '+', ng: '-', ad: '&', de: '*', co: '~', pl: '+', mi: '-', ml: '*', dv: '/', rm: '%' },
	...{ an: '&', or: '|', eo: '^', aS: '=', pL: '+=', mI: '-=', mL: '*=', dV: '/=', rM: '%=' },
	...{ aN: '&=', oR: '|=', eO: '^=', ls: '<<', rs: '>>', lS: '<<=', rS: '>>=', eq: '==', ne: '!=' },
	...{ lt: '<', gt: '>', le: '<=', ge: '>=', ss: '<=>', nt: '!', aa: '&&', oo: '||', pp: '++' },
	...{ mm: '--', cm: ',', pm: '->*', pt: '->', cl: '()', ix: '[]', qu: '?' },
};

export const builtins: Readonly<Record<string, string>> = {
	...{ v: 'void', w: 'wchar_t', b: 'bool', c: 'char', a: 'signed char', h: 'unsigned char' },
	...{
		s: 'short',
		t: 'unsigned short',
		i: 'int',
		j: 'unsigned int',
		l: 'long',
		m: 'unsigned long',
	},
	...{ x: 'long long', y: 'unsigned long long', n: '__int128', o: 'unsigned __int128', f: 'float' },
	...{ d: 'double', e: 'long double', g: '__float128', z: '...' },
	...{ Dd: 'decimal64', De: 'decimal128', Df: 'decimal32', Dh: 'half', Di: 'char32_t' },
	...{ Ds: 'char16_t', Du: 'char8_t', Da: 'auto', Dc: 'decltype(auto)', Dn: 'decltype(nullptr)' },
};

/** Substitutions of the standard library: short, spelled out where a constructor follows, and the class's own name. */
export const abbreviations: Readonly<Record<string, readonly [string, string, string]>> = {
	a: ['std::allocator', 'std::allocator', 'allocator'],
	b: ['std::basic_string', 'std::basic_string', 'basic_string'],
	s: [
		'std::string',
		'std::basic_string<char, std::char_traits<char>, std::allocator<char> >',
		'basic_string',
	],
	i: ['std::istream', 'std::basic_istream<char, std::char_traits<char> >', 'basic_istream'],
	o: ['std::ostream', 'std::basic_ostream<char, std::char_traits<char> >', 'basic_ostream'],
	d: ['std::iostream', 'std::basic_iostream<char, std::char_traits<char> >', 'basic_iostream'],
};

/** special-name → what is printed before the entity it is of. */
export const specials: Readonly<Record<string, string>> = {
	TV: 'vtable for ',
	TT: 'VTT for ',
	TI: 'typeinfo for ',
	TS: 'typeinfo name for ',
	TH: 'TLS init function for ',
	TW: 'TLS wrapper function for ',
	GV: 'guard variable for ',
};

/** Literals of these types carry a suffix, all others the type in parentheses. */
export const literalSuffixes: Readonly<Record<string, string>> = {
	...{ i: '', j: 'u', l: 'l', m: 'ul', x: 'll', y: 'ull' },
};
