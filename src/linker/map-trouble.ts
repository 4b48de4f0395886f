// What is said of a map that was read but is not whole.
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import type { Lines } from './map-lines.ts';

export function mapDiagnostics(lines: Lines, truncated: boolean): Diagnostic[] {
	const found: Diagnostic[] = [];
	if (truncated) found.push(diagnostic('warning', 'map.truncated', { line: lines.number }));
	if (lines.strange > 0) {
		const data = { count: lines.strange, line: lines.firstStrange };
		found.push(diagnostic('note', 'map.lines', data));
	}
	return found;
}
