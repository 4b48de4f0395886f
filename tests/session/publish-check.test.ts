// An update looked at for a certain customer: what only that machine knows decides, and is said as it is said there.
import { beforeEach, describe, expect, it } from 'vitest';
import { generateKeys } from '#bundle/index.ts';
import { Checking } from '#session/publish-checking.svelte.ts';
import { ecKey, edKey, make } from '../bundle/made.ts';

const day = new Date('2026-11-21T12:00:00Z');
const file = await make();

let checking: Checking;
beforeEach(async () => {
	checking = new Checking(
		() => edKey,
		() => day,
	);
	await checking.check('lamp.swupdate', file);
});

const brand = (change: object = {}, key = edKey): File => {
	const { d: _private, ...publicKey } = key.privateKey;
	const makers = [{ name: 'Acme', keys: [publicKey] }];
	return new File([JSON.stringify({ schema: 1, makers, ...change })], 'brand.json');
};
const found = () => checking.checked?.failure?.code ?? 'accepted';
const typed = async (change: Partial<Pick<Checking, 'installed' | 'counter'>>) => {
	Object.assign(checking, change);
	await checking.again();
	return found();
};

describe('an update, looked at', () => {
	it('for anybody: believed, whoever signed it', async () => {
		expect(found()).toBe('accepted');
		expect(checking.checked?.relation).toBeUndefined();
		await checking.check('other', await make({}, [await generateKeys('EdDSA')]));
		expect(found()).toBe('accepted');
	});

	it('for a page that pins its key, or another, or asks', async () => {
		await checking.useBrand(brand());
		expect(checking.checked).toMatchObject({ asked: false });
		await checking.useBrand(brand({}, ecKey));
		expect(found()).toBe('bundle.unknown-maker');
		await checking.useBrand(brand({ others: 'ask' }, ecKey));
		expect(checking.checked).toMatchObject({ asked: true });
		expect(found()).toBe('accepted');
		await checking.useBrand(brand({ products: ['acme.lamp-2'], others: 'ask' }, ecKey));
		expect(found()).toBe('bundle.wrong-product');
		await checking.useBrand(brand({ products: ['acme.radio'] }));
		expect(found()).toBe('bundle.wrong-product');
		await checking.useBrand(brand({ products: ['acme.radio'], makers: [] }));
		expect(found()).toBe('bundle.wrong-product');
		await checking.forgetBrand();
		expect(found()).toBe('accepted');
	});

	it('for a page that demands two signatures', async () => {
		const keys = [edKey, ecKey].map(({ publicKey }) => publicKey);
		await checking.useBrand(brand({ makers: [{ name: 'Acme', keys, needs: 2 }] }));
		expect(found()).toBe('bundle.too-few-signatures');
	});

	it('for a device with a version, and a machine that has seen a counter', async () => {
		expect(await typed({ installed: '1.9' })).toBe('bundle.previous-too-old');
		expect(await typed({ installed: '2.3.9' })).toBe('bundle.previous-forbidden');
		for (const [installed, relation] of [
			['2.3', 'newer'],
			['2.4.1', 'same'],
			['2.10', 'older'],
		] as const) {
			expect(await typed({ installed })).toBe('accepted');
			expect(checking.checked).toMatchObject({ relation });
		}
		expect(await typed({ installed: '', counter: '4' })).toBe('bundle.rolled-back');
		expect(await typed({ counter: ' 3 ' })).toBe('accepted');
	});

	it('says of what is typed wrong that it is, and goes on without it', async () => {
		expect(await typed({ installed: 'new', counter: '99999999999' })).toBe('accepted');
		expect([checking.wrongInstalled, checking.wrongCounter]).toEqual([true, true]);
		await checking.useBrand(new File(['{'], 'brand.json'));
		expect(checking.failure?.code).toBe('brand.not-json');
		expect(checking.brand).toBeUndefined();
	});

	it('tells what was asked last, however long an earlier look takes', async () => {
		checking.counter = '4';
		const first = checking.again();
		checking.counter = '';
		await Promise.all([checking.again(), first]);
		expect(found()).toBe('accepted');
	});
});
