// Columns of text, as wide as their widest cell; numbers stand to the right.

export interface Column {
	readonly title: string;
	readonly right?: boolean;
}

/** A row may be shorter than the columns. Ends without a newline. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
	const lines = [columns.map(({ title }) => title), ...rows];
	const widths = columns.map((_, i) => Math.max(...lines.map((line) => (line[i] ?? '').length)));
	return lines
		.map((line) =>
			columns
				.map(({ right }, i) =>
					right ? (line[i] ?? '').padStart(widths[i]!) : (line[i] ?? '').padEnd(widths[i]!),
				)
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
