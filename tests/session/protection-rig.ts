// A connected board with the protection verbs, as the tests of protection use it.
import { fieldValue } from '#core/options.ts';
import { Protection } from '#session/protection.svelte.ts';
import { rig, type Rig, type RigOptions } from './rig.ts';

export interface Made extends Rig {
	readonly protection: Protection;
}

export async function connected(options: RigOptions): Promise<Made> {
	const made = rig(options);
	await made.connect();
	return { ...made, protection: new Protection(made.session) };
}

export const value = ({ protection }: Made, name: string): number | undefined => {
	const { layout, blocks } = protection.facts!;
	return fieldValue(layout!, blocks, name);
};
