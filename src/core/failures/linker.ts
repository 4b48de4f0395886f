// Failures and diagnostics of reading linker scripts (script.*) and linker maps (map.*).
export const linkerFailures = {
	'script.syntax': {
		text: '{file}, line {line}, column {column}: {expected} was expected, {found} found.',
		cause:
			'GNU ld stops here too. Outside expressions =, :, comma, + and - belong to words: ORIGIN=0 is one word, ORIGIN = 0 is three.',
		next: 'Correct the line, or run the script through the C preprocessor first if it holds C.',
	},
	'script.comment': {
		text: '{file}, line {line}, column {column}: the comment that begins here does not end.',
		cause: 'Its */ is missing, or the file was cut off.',
		next: 'Close the comment, or get the whole file.',
	},
	'script.depth': {
		text: '{file}, line {line}, column {column}: nested more than {limit} deep.',
		cause: 'Parentheses, conditions or included files are inside each other without end.',
		next: 'Simplify the expression, or remove the file that includes itself.',
	},
	'script.swells': {
		text: '{file}, line {line}: included files or macros make the script longer than {limit:bytes}.',
		cause: 'Files include each other, or macros expand to each other, many times over.',
		next: 'Remove the repeated inclusion or the macro.',
	},
	'script.division': {
		text: '{file}, line {line}, column {column}: {operator} by zero.',
		cause: 'A divisor is zero with the values known here; GNU ld stops for the same reason.',
		next: 'Correct the expression, or the symbol it divides by.',
	},
	'script.attribute': {
		text: '{file}, line {line}, column {column}: region {region} has the attribute “{found}”.',
		cause: 'GNU ld knows R, W, X, A, I, L and ! only, without commas.',
		next: 'Correct the attributes of the region.',
	},
	'script.alias-twice': {
		text: '{file}, line {line}, column {column}: the name {alias} is taken already.',
		cause: 'REGION_ALIAS gives a name that a region or another alias has; GNU ld refuses that.',
		next: 'Remove one of the two, or choose another name.',
	},
	'script.alias-of-nothing': {
		text: '{file}, line {line}, column {column}: {alias} is to stand for {region}, which no MEMORY above declares.',
		cause: 'REGION_ALIAS comes before the region, or its name is misspelt.',
		next: 'Declare the region first.',
	},
	'script.load-twice': {
		text: '{file}, line {line}, column {column}: {section} has both a load address and a load region.',
		cause: 'AT(…) and AT> exclude each other; GNU ld stops for the same reason.',
		next: 'Keep one of the two.',
	},
	'script.constant': {
		text: '{file}, line {line}, column {column}: CONSTANT({name}) is unknown.',
		cause: 'GNU ld knows MAXPAGESIZE and COMMONPAGESIZE only.',
		next: 'Correct the name.',
	},
	'script.directive': {
		text: '{file}, line {line}: {found}.',
		cause: 'The lines for the C preprocessor do not fit together, or they say #error.',
		next: 'Correct them, or open the script that your build makes of this file.',
	},
	'script.assert': {
		text: '{file}, line {line}: the script says “{message}”.',
		cause: 'An ASSERT of the script is false with the values known here.',
		next: 'Change what it asks for, or the regions it checks.',
	},
	'script.undeclared': {
		text: '{file}, line {line}: no MEMORY declares the region {region}.',
		cause:
			'A name is misspelt or comes from a file that is missing. GNU ld makes up a region of 4 GiB at 0.',
		next: 'Declare the region, or correct the name.',
	},
	'script.redeclared': {
		text: '{file}, line {line}: the region {region} is declared again.',
		cause: 'GNU ld takes the last origin and length, and all attributes together.',
		next: 'Keep one declaration.',
	},
	'script.character': {
		text: '{file}, line {line}, column {column}: {found} means nothing here and is passed over.',
		cause:
			'GNU ld ignores such characters too. A byte order mark or a C operator is the usual reason.',
		next: 'Remove it.',
	},
	'script.early': {
		text: '{file}, line {line}: the {part} of {region} uses {early} before GNU ld has worked it out.',
		cause: 'GNU ld then takes origin 0 and the greatest length there is, without a word.',
		next: 'Declare the regions in the order they use each other.',
	},
	'script.unknown-value': {
		text: '{file}, line {line}: the {part} of {region} has no value: it needs {needs}.',
		cause:
			'GNU ld works out MEMORY before sections are laid out and reads symbols once, from top to bottom; it would take 0xFFFFFFFF or 0.',
		next: 'Define what is needed above its use, or as --defsym.',
	},
	'script.beyond': {
		text: '{file}, line {line}: the {part} of {region} is {value}, which does not fit 32 bits.',
		cause: 'A difference became negative, or a digit is too many.',
		next: 'Correct the expression.',
	},
	'script.preprocessed': {
		text: '{file} holds lines for the C preprocessor; they are followed as it would.',
		cause: 'GNU ld alone takes such lines for comments and reads every branch.',
		next: 'To be certain, open the script that your build makes of this file.',
	},
	'script.assumed': {
		text: '{file}, line {line}: {name} is taken as not given with -D; the script has a value of its own.',
		cause: 'The script defines {name} itself where the build does not.',
		next: 'If your build gives -D{name}=…, say so.',
	},

	'map.unknown': {
		text: '{file} is not a linker map Sectorwise knows.',
		cause:
			'None of the headings of GNU ld or LLVM lld is in it; maps in another language than English have others.',
		next: 'Open the file your linker writes with -Wl,-Map=app.map (run it with LC_ALL=C).',
	},
	'map.other-linker': {
		text: '{file} is a map of {linker}, which is not read.',
		cause: 'Sectorwise reads the maps of GNU ld and LLVM lld.',
		next: 'Open the .elf or .axf of the same build: it has the sections and symbols too.',
	},
	'map.truncated': {
		text: 'The map breaks off after line {line}: what came after is missing.',
		cause: 'The link failed, or the file was copied while it was being written.',
		next: 'Build again, or rely on the ELF for sizes.',
	},
	'map.lines': {
		text: '{count} lines of the map are not understood and left out; the first is line {line}.',
		cause: 'Other output was mixed into the file, or the linker is newer than Sectorwise.',
		next: 'Compare the sizes shown with those of the ELF.',
	},
} as const;
