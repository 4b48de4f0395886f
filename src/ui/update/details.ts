// "Send details to support": everything the maker's engineer needs, as a file. What could tell one unit or person from
// another is left out, as in every report.
import type { Failure } from '#core/failure.ts';
import { redact, type Report } from '#session/report.ts';
import type { Stage } from '#session/update/stage.ts';

export interface Details {
	readonly facts: {
		readonly version: string;
		readonly system: string;
		readonly when: string;
		readonly language: string;
	};
	readonly stage: Stage;
	readonly failure: Failure;
	/** The failure's sentences: for engineers, and the one that was shown. */
	readonly said: Readonly<Record<string, string>>;
	readonly report: Report | undefined;
}

/** JSON, in this version's form "sectorwise-update-details/1". */
export function detailsText({ facts, stage, failure, said, report }: Details): string {
	const offer = 'offer' in stage ? stage.offer : undefined;
	const details = {
		format: 'sectorwise-update-details/1',
		...facts,
		stage: stage.status,
		...(offer && { maker: offer.maker, product: offer.product, update: offer.version }),
		...(stage.status === 'failed' && { deviceHolds: stage.holds }),
		failure: { code: failure.code, ...said, data: failure.data },
		...(report && { report: redact(report) }),
	};
	return JSON.stringify(details, null, '\t');
}
