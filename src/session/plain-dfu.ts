// A plain DFU 1.1 bootloader takes one file as it is: its plan has no sectors, its steps go in order, and nothing
// can be proved afterwards.
import { plan, type Plan } from '#core/plan.ts';
import type { Step } from '#core/steps.ts';
import type { JobInput } from './job.ts';
import { labelOf } from './keep/identity.ts';
import type { OpenedFile } from './state.ts';

/** The one opened file laid at offset 0; undefined unless it is a single file without addresses. */
export function plainPlan(files: readonly OpenedFile[]): Plan | undefined {
	const [file, ...others] = files;
	if (file?.content.status !== 'needs-address' || others.length > 0) return undefined;
	const { data } = file.content.artifact;
	const range = { start: 0, end: data.length };
	const access = { read: true, erase: false, write: true };
	const payload = {
		name: 'file',
		kind: 'eeprom',
		range,
		eraseValue: 0xff,
		writeSize: 1,
		sectors: [],
		access,
	} as const;
	return plan([{ address: 0, data }], [payload], { start: false });
}

export function plainSteps(shown: Plan, transferSize: number): Step[] {
	const steps: Step[] = [];
	for (const { address, data } of shown.write) {
		for (let offset = 0; offset < data.length; offset += transferSize) {
			const part = data.subarray(offset, offset + transferSize);
			steps.push({ kind: 'write', address: address + offset, data: part });
		}
	}
	return [...steps, { kind: 'start', address: 0 }];
}

/** Such a bootloader reads nothing back: nothing can be looked at, kept or continued. */
export const plainJob = (
	what: Pick<JobInput, 'plan' | 'steps' | 'pace' | 'board' | 'files'>,
): JobInput => ({
	...what,
	image: what.plan.write,
	look: [],
	replan: () => ({ plan: what.plan, steps: what.steps }),
	keeping: {
		store: undefined,
		backup: false,
		backupWhole: false,
		withoutJournal: true,
		label: labelOf(what.board),
		start: false,
		keep: false,
		id: '',
	},
});
