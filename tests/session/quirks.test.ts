// Every row of devices/quirks/quirks.json that has an effect: a simulated board that shows it, and a whole job on it,
// with the row and, where the client acts on it, without.
import { describe, expect, it } from 'vitest';
import { buildImage } from '#core/image.ts';
import { effects, type QuirkFacts } from '#core/quirk.ts';
import { quirks } from '#devices/known-quirks.ts';
import { quirksOf } from '#devices/quirks.ts';
import { behaviours } from '#simulator/behaviours.ts';
import { believing, scenes, type Scene } from './quirk-scenes.ts';
import { firmware, hexFile, rig, theCatalogue, type Rig } from './rig.ts';

const BASE = 0x08000000;
const acting = quirks.filter(({ effect }) => effect.kind !== 'note');
const never = new AbortController().signal;

async function played(
	{ board, image = [[BASE, 3000]], prepare }: Scene,
	behaviour: string,
	catalogue = theCatalogue,
): Promise<Rig> {
	const setup = behaviours[behaviour]!;
	const made = rig({
		...setup,
		book: { catalogue },
		...board,
		quirks: { ...setup.quirks, ...board.quirks },
	});
	await prepare?.(made);
	const parts = image.map(([address, length], i) => ({
		address,
		data: firmware(address, length, i + 1),
	}));
	await made.programOnce(hexFile(buildImage(parts)));
	await made.clock.sleep(200, never);
	return made;
}

function endOf({ session }: Rig): string {
	const { job, board } = session.state;
	if (job.status === 'failed') return job.failure.code;
	if (board.status === 'failed' && job.status === 'idle') return board.failure.code;
	if (job.status !== 'idle') return job.status;
	const { readiness } = session;
	return readiness.ready ? 'ready' : (readiness.because?.code ?? readiness.why);
}

/** A finished job whose memory is not as planned would be worse than any failure. */
function expectWritten({ session, simulated }: Rig): void {
	const { job } = session.state;
	if (job.status !== 'finished') return;
	for (const { address, data } of job.plan.write)
		expect(simulated.board.peek({ start: address, end: address + data.length })).toEqual(data);
}

describe('the table of quirks', () => {
	it('has a scene for every row with an effect, and none without a row', () => {
		expect(Object.keys(scenes).sort()).toEqual(acting.map(({ id }) => id).sort());
	});

	it('names behaviours of the simulator, and every kind of effect is used', () => {
		for (const { simulator } of acting) expect(Object.keys(behaviours)).toContain(simulator);
		const used = new Set<string>(quirks.map(({ effect }) => effect.kind));
		expect(Object.keys(effects).filter((kind) => !used.has(kind))).toEqual([]);
	});

	for (const { id, simulator = '', effect } of acting) {
		const scene = scenes[id];
		if (!scene) continue;
		it(`${id}: the job ends as it should`, async () => {
			const made = await played(scene, simulator);
			expect(endOf(made)).toBe(scene.ends ?? 'finished');
			expectWritten(made);
			if (scene.met) expect(made.simulated.oddities.times(scene.met)).toBeGreaterThan(0);
			if (scene.avoided) expect(made.simulated.oddities.times(scene.avoided)).toBe(0);
			if (scene.and) expect(scene.and(made)).toBe(true);
		});
		const { without } = scene;
		if (without === undefined) continue;
		it(`${id}: it would not without ${effect.kind} in the table`, async () => {
			const others = quirks.filter((row) => row.effect.kind !== effect.kind);
			const catalogue = {
				...theCatalogue,
				quirksOf: (facts: QuirkFacts) => quirksOf(others, facts),
			};
			const made = await played(scene, simulator, catalogue);
			expect(endOf(made)).toBe(without);
			if (without === 'finished') expect(scene.and?.(made)).toBe(false);
		});
	}

	it('is believed over hope: a mass erase that is refused ends with a code', async () => {
		const made = await played(
			scenes['no-mass-erase']!,
			'refuses-mass-erase',
			believing().catalogue,
		);
		expect(endOf(made)).toBe('uart.nack');
	});

	it('a stray byte without a way to reset the board is told, and a reset helps', async () => {
		const made = rig({ part: 'STM32WLE5CC', transport: 'uart', quirks: { strayByte: true } });
		await made.clock.sleep(10, never);
		await made.connect();
		expect(endOf(made)).toBe('uart.no-bootloader');
	});
});
