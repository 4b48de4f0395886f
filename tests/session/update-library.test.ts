// Kept update files, the list of what was done, and the maker's list: stored, believed only when right, exported.
import { beforeEach, describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import { keepStored, listStored, loadStored, removeStored } from '#session/update/library.ts';
import { logCsv, logJson } from '#session/update/log-export.ts';
import { listUpdates, recordUpdate, type UpdateEntry } from '#session/update/records.ts';
import { forgetMaker, keepMaker, listAccepted, readTrust } from '#session/update/trust-store.ts';
import { memoryStore, type MemoryStore } from './memory-store.ts';

let store: MemoryStore;
beforeEach(() => {
	store = memoryStore();
});

async function keep(version: number, added = `2026-01-0${version}T00:00:00Z`) {
	const bytes = new Uint8Array(100).fill(version);
	const facts = {
		sha256: await store.digest(bytes),
		added,
		fileName: `lamp-${version}.swupdate`,
		maker: 'Acme',
		product: { id: 'acme.lamp', name: 'Lamp' },
		version: `${version}.0`,
		counter: 0,
	};
	return { facts, bytes, gone: await keepStored(store, bytes, facts) };
}
const versions = async () => (await listStored(store)).updates.map(({ version }) => version);

describe('the kept files', () => {
	it('are listed newest first, once each, and come back byte for byte', async () => {
		await keep(1);
		const { facts, bytes } = await keep(2);
		await keep(2);
		expect(await versions()).toEqual(['2.0', '1.0']);
		expect(await loadStored(store, facts.sha256)).toEqual(bytes);
	});

	it('are not believed when a byte of them differs', async () => {
		const { facts } = await keep(1);
		store.files.get(`library-files/${facts.sha256}`)![7]! ^= 1;
		await expect(loadStored(store, facts.sha256)).rejects.toSatisfy((error) =>
			isFailure(error, 'store.damaged'),
		);
	});

	it('tell of a record with any byte changed, and list the others', async () => {
		await keep(1);
		const { facts } = await keep(2);
		const path = `library/${facts.sha256}`;
		const right = store.files.get(path)!.slice();
		for (let i = 0; i < right.length; i++) {
			const wrong = right.slice();
			wrong[i]! ^= 0x20;
			store.files.set(path, wrong);
			const listed = await listStored(store);
			expect(listed.damaged, `byte ${i}`).toEqual([path]);
			expect(listed.updates.map(({ version }) => version)).toEqual(['1.0']);
		}
	});

	it('let the oldest make way where there is no room, and never more than needed', async () => {
		await keep(1);
		await keep(2);
		let refusals = 1;
		const write = store.write.bind(store);
		store.write = (path, bytes) => {
			if (refusals-- > 0) store.room = 0;
			else store.room = 9;
			return write(path, bytes);
		};
		const { gone } = await keep(3);
		expect(gone.map(({ version }) => version)).toEqual(['1.0']);
		expect(await versions()).toEqual(['3.0', '2.0']);
		expect(
			[...store.files.keys()].filter((path) => path.startsWith('library-files/')),
		).toHaveLength(2);
	});

	it('leave nothing of a file for which there is no room at all', async () => {
		store.room = 1;
		await expect(keep(1)).rejects.toSatisfy((error) => isFailure(error, 'store.full'));
		expect([...store.files.keys()]).toEqual([]);
	});

	it('are gone when removed', async () => {
		const { facts } = await keep(1);
		await removeStored(store, facts.sha256);
		expect([...store.files.keys()]).toEqual([]);
		await expect(loadStored(store, facts.sha256)).rejects.toSatisfy((error) =>
			isFailure(error, 'store.missing'),
		);
	});
});

describe('the list of what was done', () => {
	const entry: Omit<UpdateEntry, 'format'> = {
		id: 'a1',
		when: '2026-03-01T10:00:00.000Z',
		product: '=HYPERLINK("http://evil")',
		version: '2,0',
		previous: '1.0',
		board: 'STM32F405/407/415/417, 1 MiB',
		serial: '0011',
		result: 'failed',
		failure: { code: 'wire.lost', text: 'Lost.', cause: 'Cable.' },
	};

	it('is exported whole as JSON, and as CSV that no spreadsheet runs', async () => {
		await recordUpdate(store, entry);
		const { updates } = await listUpdates(store);
		expect(JSON.parse(logJson(updates))).toEqual({
			format: 'sectorwise-updates/1',
			updates: [{ format: 1, ...entry }],
		});
		const [head, line] = logCsv(updates).split('\r\n');
		expect(head).toBe(
			'when,result,product,version,previous,board,serial,failure,verified_bytes,seconds',
		);
		expect(line).toBe(
			'2026-03-01T10:00:00.000Z,failed,"\'=HYPERLINK(""http://evil"")","2,0",1.0,"STM32F405/407/415/417, 1 MiB",0011,wire.lost,,',
		);
	});
});

describe('accepted makers', () => {
	const key = { kty: 'OKP', crv: 'Ed25519', x: 'abc' };
	const maker = { name: 'Acme', keys: [key], revoked: [], listed: 0, from: 'accepted' } as const;

	it('are listed, and strangers again when forgotten', async () => {
		await keepMaker(store, maker);
		const [one] = await listAccepted(store);
		expect(one).toMatchObject({ name: 'Acme', keys: [key] });
		await forgetMaker(store, one!.id);
		expect(await listAccepted(store)).toEqual([]);
		expect((await readTrust(store, [], new Date())).makers).toEqual([]);
	});

	it('do not list those of the brand, whose newer key lists are kept beside them', async () => {
		await keepMaker(store, { ...maker, listed: 3, from: 'brand' });
		expect(await listAccepted(store)).toEqual([]);
	});
});
