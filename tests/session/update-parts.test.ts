// The pieces of an update on their own: what a failure is called, texts by language, power, and what fits the other bank.
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Failure, describe as sentences, type FailureCode } from '#core/failure.ts';
import { failures } from '#core/failures/index.ts';
import { readPowerBy } from '#ports/power.ts';
import { textIn } from '#session/update/offer.ts';
import { listRecords, listUpdates } from '#session/update/records.ts';
import {
	actionWhenFailed,
	actionWhenRefused,
	actionWhenUnfit,
	told,
} from '#session/update/trouble.ts';
import { keepCounter } from '#session/update/counters.ts';
import { keepMaker, readTrust } from '#session/update/trust-store.ts';
import { encodeRecord } from '#session/keep/records.ts';
import { memoryStore } from './memory-store.ts';
import { BASE, contentOf, maker, program, updateFile, updateRig } from './update-rig.ts';

const NOW = new Date('2026-01-01');

describe('whatever goes wrong', () => {
	const codes = Object.keys(failures) as FailureCode[];

	it.each(['before', 'during'] as const)(
		'is said as one of the customer’s sentences (%s)',
		(moment) => {
			for (const code of codes) {
				const failure = told(new Failure(code, {}), moment);
				expect(failure.code).toMatch(/^(update|bundle|link)\./);
				expect(sentences(failure).text.length).toBeGreaterThan(10);
			}
			expect(told(new TypeError('a bug'), moment)).toMatchObject({ code: 'update.internal' });
		},
	);

	it('offers an action that the screen knows', () => {
		const known = [
			'again',
			'whole',
			'connect',
			'continue',
			'back',
			'choose-file',
			'support',
			'none',
		];
		for (const code of codes.filter((one) => /^(update|bundle|link)\./.test(one))) {
			const failure = new Failure(code, {});
			for (const yes of [true, false]) {
				expect(known).toContain(actionWhenRefused(failure));
				expect(known).toContain(actionWhenUnfit(failure, yes));
				expect(known).toContain(actionWhenFailed(failure, yes, yes));
				if (!yes) expect(actionWhenUnfit(failure, yes)).not.toBe('support');
			}
		}
	});
});

describe('a text', () => {
	const texts = { en: 'colour', de: 'Farbe', 'en-US': 'color', 'pt-BR': 'cor' };

	it('is that of the tag, else of its language, else English', () => {
		const found = ['en', 'EN-us', 'en-GB', 'de-CH', 'pt', 'pt-PT', 'fr', ''].map((tag) =>
			textIn(texts, tag),
		);
		expect(found).toEqual(['colour', 'color', 'colour', 'Farbe', 'cor', 'cor', 'colour', 'colour']);
	});
});

describe('power', () => {
	it('is what the browser says, and unknown where it says nothing or refuses', async () => {
		const power = { charging: false, level: 0.4 };
		expect(await readPowerBy(() => Promise.resolve(power))()).toEqual(power);
		expect(await readPowerBy(undefined)()).toBeUndefined();
		expect(await readPowerBy(() => Promise.reject(new DOMException('no')))()).toBeUndefined();
	});

	it.each([
		[{ charging: false, level: 0.19 }, 'unfit'],
		[{ charging: false, level: 0.2 }, 'ready'],
		[{ charging: true, level: 0.05 }, 'ready'],
	] as const)('%j: %s', async (power, status) => {
		const old = program('1.0.0', 4000, 7);
		const keptAt = BASE + 16 * 1024 - 64;
		const options = { part: 'STM32F405RG', transport: 'dfu' as const, power };
		const one = await updateRig({ ...options, content: contentOf(old, keptAt) });
		const bytes = program('2.0.0', 4000, 8);
		await one.updater.openFile(
			await updateFile({ version: '2.0.0', bytes, boardIdAt: keptAt }),
			'',
		);
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage.status).toBe(status);
	});
});

describe('the other bank', () => {
	it.each([
		// ES0335 2.2.9: the ROM of L496 takes no stack in the alias of SRAM2.
		[0x20050000, 'continue'],
		[0x20040000, 'old-until-proven'],
		[0x20001000, 'old-until-proven'],
		[0xffffffff, 'continue'],
	] as const)(
		'is used where the boot ROM takes the stack pointer %i: %s',
		async (stack, guarantee) => {
			const keptAt = BASE + 8 * 1024;
			const options = { part: 'STM32L496ZG', transport: 'dfu' as const };
			const one = await updateRig({
				...options,
				content: contentOf(program('1.0.0', 3000, 7), keptAt),
			});
			const bytes = program('2.0.0', 3000, 8);
			new DataView(bytes.buffer).setUint32(0, stack, true);
			const about = { version: '2.0.0', bytes, productId: 0x461, boardIdAt: keptAt };
			const draft = { dualBank: 'inactive-bank' } as const;
			await one.updater.openFile(await updateFile({ ...about, draft }), '');
			await one.updater.connect('dfu', 'ask');
			expect(one.updater.stage).toMatchObject({ status: 'ready', device: { guarantee } });
		},
	);
});

describe('what is stored', () => {
	const folders = ['rollback', 'updates', 'makers'];

	it('is believed only in its own shape, whatever stands in it', async () => {
		await fc.assert(
			fc.asyncProperty(fc.jsonValue(), fc.constantFrom(...folders), async (value, folder) => {
				const store = memoryStore();
				store.files.set(`${folder}/x`, encodeRecord(value));
				store.files.set('trust/counters', encodeRecord(value));
				expect(await listRecords(store)).toEqual([]);
				expect((await listUpdates(store)).updates).toEqual([]);
				const trust = await readTrust(store, [], NOW);
				expect(trust.makers).toEqual([]);
				const counter = trust.counter('acme.lamp', ['kid']);
				expect(counter === undefined || typeof counter === 'number').toBe(true);
			}),
			{ numRuns: 200 },
		);
	});

	it('is the highest counter, and never a property of every object', async () => {
		const store = memoryStore();
		const product = { id: 'acme.lamp', name: 'Lamp' };
		for (const counter of [3, 2]) await keepCounter(store, { ids: ['kid'], product, counter });
		const trust = await readTrust(store, [], NOW);
		const found = ['acme.lamp', 'constructor'].map((id) => trust.counter(id, ['kid']));
		expect(found).toEqual([3, undefined]);
	});

	it('is the newest key list of a maker, and what the brand says about the rest', async () => {
		const store = memoryStore();
		const pinned = await maker({ products: ['acme.lamp'] });
		await keepMaker(store, { ...pinned, revoked: ['gone'], listed: 2, products: [] });
		await keepMaker(store, { ...pinned, revoked: [], listed: 1 });
		const [known, ...rest] = (await readTrust(store, [pinned], NOW)).makers;
		expect(rest).toEqual([]);
		expect(known).toMatchObject({ revoked: ['gone'], listed: 2, products: ['acme.lamp'] });
		// A brand that no longer pins the maker trusts it no longer.
		const [dropped, ...others] = (await readTrust(store, [], NOW)).makers;
		expect(others).toEqual([]);
		expect(dropped).toMatchObject({ keys: [], revoked: ['gone'] });
	});
});
