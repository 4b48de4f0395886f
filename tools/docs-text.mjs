// The documents that are made from the code, as text: docs/failures.md, docs/supported-devices.md and the table of
// chips in the README.

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

/**
 * @typedef {{ family: string, productId: number, alternateIds: readonly number[], parts: readonly string[],
 *   cores: readonly string[], flashSize: number, confidence: string, layouts: readonly unknown[],
 *   bootloader: { uart: boolean, dfu: boolean } }} DocumentedDevice
 */

/**
 * docs/supported-devices.md.
 * @param {readonly DocumentedDevice[]} devices
 * @returns {string}
 */
export function devicesPage(devices) {
	const count = new Set(devices.flatMap(({ parts }) => parts)).size;
	const ids = new Set(devices.map(({ productId }) => productId)).size;
	const lines = [
		'# Supported devices',
		'',
		`${count} parts with ${ids} product IDs, one file each in [\`devices/\`](../devices/README.md). This page is made from them by`,
		'`npm run docs`; a test fails when it is out of date. `npm run -s cli -- devices NAME` and the Devices view of the app tell',
		'everything about one of them. A small x stands for any character where no part list is published.',
		'',
		'**UART** and **USB** say what the ROM bootloader listens to. **Confidence** is how well the facts are confirmed by public',
		'sources: high, at least two that are independent; medium, one, or several that disagreed; low, not confirmed. None of',
		'it means that a board was tried.',
	];
	for (const [family, ofFamily] of grouped(devices, (device) => device.family)) {
		lines.push(
			'',
			`## ${family}`,
			'',
			'| product ID | parts | core | flash | sectors chosen by option bits | UART | USB | confidence |',
			'| --- | --- | --- | --- | --- | --- | --- | --- |',
		);
		for (const [, same] of grouped(ofFamily, ({ productId }) => idText(productId)))
			lines.push(`| ${deviceCells(same).join(' | ')} |`);
	}
	return lines.join('\n') + '\n';
}

/** @param {readonly DocumentedDevice[]} same one product ID */
function deviceCells(same) {
	const [first] = same;
	const unique = (/** @type {readonly string[]} */ texts) => [...new Set(texts)].join(', ');
	const sizes = same.map(({ flashSize }) => flashSize);
	const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
	const usb = new Set(same.map(({ bootloader }) => bootloader.dfu));
	return [
		[first?.productId ?? 0, ...(first?.alternateIds ?? [])].map(idText).join(' '),
		partsText(same.flatMap(({ parts }) => parts)),
		unique(same.flatMap(({ cores }) => cores)),
		most === 0 ? 'none' : least === most ? kibText(least) : `${kibText(least)} to ${kibText(most)}`,
		same.some(({ layouts }) => layouts.length > 1) ? 'yes' : '–',
		same.some(({ bootloader }) => bootloader.uart) ? 'yes' : '–',
		usb.size > 1 ? 'some parts' : usb.has(true) ? 'yes' : '–',
		unique(same.map(({ confidence }) => confidence)),
	];
}

/**
 * "STM32F405 OE OG RG, STM32F407 IE": parts by series, which are nine letters, ten on WBA.
 * @param {readonly string[]} parts
 */
function partsText(parts) {
	const series = (/** @type {string} */ part) =>
		part.slice(0, part.startsWith('STM32WBA') ? 10 : 9);
	return grouped([...new Set(parts)], series)
		.map(
			([name, all]) =>
				`${name} ${all
					.map((part) => part.slice(name.length))
					.sort()
					.join(' ')}`,
		)
		.join(', ');
}

/**
 * In order of the keys.
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => string} key
 * @returns {[string, T[]][]}
 */
function grouped(items, key) {
	/** @type {Map<string, T[]>} */
	const groups = new Map();
	for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
	return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

const idText = (/** @type {number} */ id) => '0x' + id.toString(16).toUpperCase().padStart(3, '0');

const kibText = (/** @type {number} */ bytes) =>
	bytes >= 1024 ** 2 ? `${bytes / 1024 ** 2} MiB` : `${bytes / 1024} KiB`;

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
