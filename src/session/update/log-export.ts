// The service desk's list as files: everything as JSON, one line an update as CSV (RFC 4180).
import type { UpdateEntry } from './records.ts';

export const logJson = (updates: readonly UpdateEntry[]): string =>
	JSON.stringify({ format: 'sectorwise-updates/1', updates }, undefined, '\t');

const COLUMNS: readonly (readonly [string, (entry: UpdateEntry) => string | undefined])[] = [
	['when', ({ when }) => when],
	['result', ({ result }) => result],
	['product', ({ product }) => product],
	['version', ({ version }) => version],
	['previous', ({ previous }) => previous],
	['board', ({ board }) => board],
	['serial', ({ serial }) => serial],
	['failure', ({ failure }) => failure?.code],
	['verified_bytes', ({ proof }) => proof && String(proof.bytesVerified)],
	['seconds', ({ proof }) => proof && (proof.elapsedMs / 1000).toFixed(1)],
];

/** Text that a spreadsheet would take for a formula is led by an apostrophe: names and versions come from makers. */
function cell(text: string): string {
	const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

export const logCsv = (updates: readonly UpdateEntry[]): string =>
	[
		COLUMNS.map(([name]) => name),
		...updates.map((entry) => COLUMNS.map(([, value]) => cell(value(entry) ?? ''))),
	]
		.map((row) => row.join(',') + '\r\n')
		.join('');
