// The documents that are made from the code, as text: docs/failures.md and the table of chips in the README.

/**
 * @param {Readonly<Record<string, { text: string, cause: string, next: string }>>} failures
 * @returns {string}
 */
export function failuresPage(failures) {
	/** @type {Map<string, [string, { text: string, cause: string, next: string }][]>} */
	const layers = new Map();
	for (const [code, entry] of Object.entries(failures)) {
		const layer = code.split('.')[0] ?? code;
		layers.set(layer, [...(layers.get(layer) ?? []), [code, entry]]);
	}
	const plain = (/** @type {string} */ text) => text.replace(/\{(\w+)(?::\w+)?\}/g, '‹$1›');
	const lines = [
		'# What can go wrong',
		'',
		'Every failure and every remark has a code, a sentence, a cause and a next step. This page is made from the tables',
		'in `src/core/failures/` by `npm run docs`; a test fails when it is out of date. ‹…› stands for a value.',
		'',
	];
	for (const [layer, entries] of [...layers].sort(([a], [b]) => a.localeCompare(b))) {
		lines.push(`## ${layer}`, '');
		for (const [code, { text, cause, next }] of entries.sort(([a], [b]) => a.localeCompare(b))) {
			lines.push(
				`### \`${code}\``,
				'',
				`**${plain(text)}**`,
				'',
				`${plain(cause)} ${plain(next)}`,
				'',
			);
		}
	}
	return lines.join('\n');
}

/**
 * @param {readonly { family: string, productId: number, parts: readonly string[], bootloader: { uart: boolean, dfu: boolean } }[]} devices
 * @returns {string}
 */
export function chipTable(devices) {
	/** @type {Map<string, { ids: Set<string>, parts: Set<string>, uart: boolean, dfu: boolean }>} */
	const rows = new Map();
	for (const { family, productId, parts, bootloader } of devices) {
		const row = rows.get(family) ?? { ids: new Set(), parts: new Set(), uart: false, dfu: false };
		row.ids.add('0x' + productId.toString(16).toUpperCase().padStart(3, '0'));
		for (const part of parts) row.parts.add(part);
		row.uart ||= bootloader.uart;
		row.dfu ||= bootloader.dfu;
		rows.set(family, row);
	}
	const lines = [
		'| family | parts | UART | USB DfuSe | product IDs |',
		'| --- | --- | --- | --- | --- |',
	];
	for (const [family, { ids, parts, uart, dfu }] of [...rows].sort(([a], [b]) =>
		a.localeCompare(b),
	)) {
		lines.push(
			`| ${family} | ${parts.size} | ${uart ? 'yes' : '–'} | ${dfu ? 'where the part has USB' : '–'} | ${[...ids].join(' ')} |`,
		);
	}
	return lines.join('\n');
}

export const TABLE_BEGIN = '<!-- chips: made by `npm run docs` -->';
export const TABLE_END = '<!-- /chips -->';

/**
 * The README with its table of chips replaced.
 * @param {string} readme
 * @param {string} table
 */
export function withChips(readme, table) {
	const begin = readme.indexOf(TABLE_BEGIN);
	const end = readme.indexOf(TABLE_END);
	if (begin < 0 || end < begin) throw new Error('README.md has no place for the table of chips');
	return `${readme.slice(0, begin + TABLE_BEGIN.length)}\n\n${table}\n\n${readme.slice(end)}`;
}
