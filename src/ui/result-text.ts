// The result of a job as text to paste and as a file to keep; and a failure as a report that names nobody.
import { describe, type Failure } from '#core/failure.ts';
import type { Phase } from '#core/progress.ts';
import { redact, type Report } from '#session/report.ts';
import type { Route } from '#session/state.ts';
import { crcText, durationText, idText, plainAddress, sizeText } from './text.ts';

export const phaseNames: Readonly<Record<Phase, string>> = {
	look: 'look',
	erase: 'erase',
	'blank-check': 'blank check',
	write: 'write',
	verify: 'verify',
	start: 'start',
};

const verdicts: Readonly<Record<Report['result'], string>> = {
	verified: 'Programmed and verified',
	'sent-unverified': 'Sent, not verified',
	cancelled: 'Cancelled',
	failed: 'Failed',
};

/** A finished job in lines, for a log or a ticket. Addresses in plain hex. */
export function resultText(report: Report): string {
	const { board } = report;
	return [
		`${verdicts[report.result]}: ${sizeText(report.bytesWritten)} in ${durationText(report.elapsedMs)}`,
		`${report.finishedAt}, Sectorwise ${report.app}`,
		...report.files.map(({ name, format, size }) => `File: ${name} (${format}, ${sizeText(size)})`),
		`Board: ${board.name}${board.virtual ? ' (virtual)' : ''}${board.uniqueId ? `, unique ID ${board.uniqueId}` : ''}`,
		...(board.productId === undefined ? [] : [`Product ID: ${idText(board.productId, 3)}`]),
		...report.image.map(
			({ start, end, crc32 }) =>
				`Written: ${plainAddress(start)}-${plainAddress(end - 1)}, CRC-32 ${crcText(crc32)}`,
		),
		...report.sectors.map(
			({ number, start, bytes, crc32 }) =>
				`Sector ${number} at ${plainAddress(start)}: ${bytes} bytes, CRC-32 ${crcText(crc32)}`,
		),
		...(report.backupLacks ?? []).map(
			({ start, end }) =>
				`Not in the backup, for it could not be read: ${plainAddress(start)}-${plainAddress(end - 1)}`,
		),
		report.phases.map(({ phase, ms }) => `${phaseNames[phase]} ${durationText(ms)}`).join(', '),
	].join('\n');
}

/** Name and content of the file a result is saved as. */
export function resultFile(report: Report): [name: string, content: string] {
	const stamp = report.finishedAt.replace(/[:.]/g, '-');
	return [`sectorwise-${stamp}.json`, `${JSON.stringify(report, null, '\t')}\n`];
}

/** What is pasted into a public place. */
export const redactedText = (report: Report, system: string): string =>
	JSON.stringify({ ...redact(report), system }, null, '\t');

/** A connection that failed: there is no job to report, only the failure. */
export function failureText(
	failure: Failure,
	facts: { readonly app: string; readonly system: string; readonly route: Route },
): string {
	const { code, data } = failure;
	const report = {
		format: 'sectorwise-failure/1',
		...facts,
		code,
		text: describe(failure).text,
		data,
	};
	return JSON.stringify(report, null, '\t');
}
