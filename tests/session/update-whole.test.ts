// A device that holds something else than the changes start from: the whole update is fetched from where the maker's signed
// list says, after one click, and believed no more than a file would be.
import { describe, expect, it } from 'vitest';
import { generateKeys, writeChannel, type KeyPair } from '#bundle/index.ts';
import type { ChannelUpdate } from '#bundle/channel.ts';
import { listStored } from '#session/update/library.ts';
import { memoryStore } from './memory-store.ts';
import {
	contentOf,
	holds,
	KEPT_AT,
	maker,
	makerKeys,
	program,
	updateFile,
	updateRig,
	type UpdateOf,
	type UpdateRigOptions,
} from './update-rig.ts';

const LIST = 'https://updates.example/lamp/channel.jws';
const never = new AbortController().signal;
const old = program('1.0.0', 12_000, 7);
const next = old.slice();
next.set(program('2.0.0', 2000, 8).subarray(8), 8);
/** Neither the old one nor anything a change starts from. */
const other = old.slice();
other[5000]! ^= 1;
const fitting: UpdateOf = { version: '2.0.0', bytes: next, boardIdAt: KEPT_AT };

/** The maker's server: what lies at an address, and what was asked for. */
class Server {
	readonly asked: string[] = [];
	readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
	readonly sources: string[] = [];
	/** Stands in for the answers. */
	answer: ((address: string, signal: AbortSignal) => Promise<Response>) | undefined;
	readonly url = LIST;

	readonly fetch = async (address: string, signal: AbortSignal): Promise<Response> => {
		this.asked.push(address);
		if (this.answer) return await this.answer(address, signal);
		const bytes = this.files.get(address);
		return bytes ? new Response(bytes) : new Response('', { status: 404 });
	};

	/** Puts up a list that names this file, changed as said. */
	async offer(
		file: Uint8Array<ArrayBuffer>,
		change: Partial<ChannelUpdate> = {},
		by?: KeyPair,
	): Promise<void> {
		const digest = await crypto.subtle.digest('SHA-256', file);
		const update: ChannelUpdate = {
			product: 'acme.lamp',
			name: { en: 'Lamp' },
			version: '2.0.0',
			counter: 1,
			url: 'lamp-2.swupdate',
			size: file.length,
			sha256: Buffer.from(digest).toString('hex'),
			...change,
		};
		const key = (by ?? (await makerKeys())).privateKey;
		this.files.set(LIST, await writeChannel({ number: 1, updates: [update] }, [key]));
		this.files.set(new URL(update.url, LIST).href, file);
	}
}

/** The changes are open, and the device was looked at. */
async function refused(server: Server | undefined, options: Partial<UpdateRigOptions> = {}) {
	const one = await updateRig({
		part: 'STM32F405RG',
		transport: 'dfu',
		content: contentOf(other, KEPT_AT),
		...(server && { list: server }),
		...options,
	});
	await one.updater.openFile(await updateFile({ ...fitting, from: old }), 'lamp.swupdate');
	await one.updater.connect('dfu', 'ask');
	return one;
}

const unfit = (code: string, action: string) => ({ status: 'unfit', failure: { code }, action });

describe('the whole update from the maker’s server', () => {
	it('is asked for by nobody but the customer, then fetched, installed, and kept', async () => {
		const server = new Server();
		await server.offer(await updateFile(fitting));
		const one = await refused(server);
		expect(one.updater.stage).toMatchObject(unfit('update.whole-elsewhere', 'whole'));
		expect(one.updater.stage).toMatchObject({
			failure: { data: { version: '1.0.0', host: 'updates.example' } },
		});
		expect(server.asked).toEqual([]);
		await one.updater.fetchWhole();
		expect(server.asked).toEqual([LIST, 'https://updates.example/lamp/lamp-2.swupdate']);
		expect(one.updater.stage).toMatchObject({ status: 'ready', device: { versionNow: '1.0.0' } });
		await one.updater.update();
		expect(one.updater.stage).toMatchObject({ status: 'done', version: '2.0.0', canGoBack: true });
		expect(holds(one, next)).toBe(true);
		const [kept] = (await listStored(one.store)).updates;
		expect(kept).toMatchObject({ version: '2.0.0', fileName: 'lamp-2.swupdate' });
		// The next device of the kind needs no server.
		const later = await refused(server, { store: one.store });
		expect(later.updater.stage).toMatchObject({ status: 'ready' });
		expect(server.asked).toHaveLength(2);
	});

	it.each([
		['there is room for the list alone', { room: 3 }],
		['the browser stores nothing', { refused: true }],
	])('goes on where %s', async (_, state) => {
		const server = new Server();
		await server.offer(await updateFile(fitting));
		const store = Object.assign(memoryStore(), state);
		const one = await refused(server, { store });
		await one.updater.fetchWhole();
		expect(one.updater.stage).toMatchObject({ status: 'ready' });
		expect((await listStored(store)).updates).toEqual([]);
	});

	it('is fetched at the second try when there was no internet at the first', async () => {
		const server = new Server();
		await server.offer(await updateFile(fitting));
		const one = await refused(server);
		server.answer = () => Promise.reject(new TypeError('Failed to fetch'));
		await one.updater.fetchWhole();
		expect(one.updater.stage).toMatchObject(unfit('link.unreachable', 'whole'));
		expect(holds(one, other)).toBe(true);
		server.answer = undefined;
		await one.updater.fetchWhole();
		expect(one.updater.stage).toMatchObject({ status: 'ready' });
	});

	it('is not waited for any more when the customer stops', async () => {
		const server = new Server();
		const one = await refused(server);
		let stopped = false;
		server.answer = (_, signal) =>
			new Promise((_resolve, reject) => {
				signal.addEventListener('abort', () => {
					stopped = true;
					reject(new DOMException('Aborted', 'AbortError'));
				});
			});
		const fetching = one.updater.fetchWhole();
		for (let tick = 0; tick < 100 && server.asked.length === 0; tick++)
			await one.clock.sleep(1, never);
		expect(one.updater.stage).toMatchObject({ status: 'fetching', host: 'updates.example' });
		one.updater.cancel();
		await fetching;
		expect([stopped, one.updater.stage.status]).toEqual([true, 'offered']);
		await one.updater.connect('dfu', 'ask');
		expect(one.updater.stage).toMatchObject(unfit('update.whole-elsewhere', 'whole'));
	});

	it('is not looked for where the page has no list', async () => {
		const one = await refused(undefined);
		expect(one.updater.stage).toMatchObject(unfit('bundle.no-base', 'choose-file'));
		await one.updater.fetchWhole();
		expect(one.updater.stage.status).toBe('unfit');
	});

	const whole = (): Promise<Uint8Array<ArrayBuffer>> => updateFile(fitting);
	const notIt: Readonly<
		Record<string, readonly [code: string, (server: Server) => Promise<unknown>]>
	> = {
		'another version': [
			'update.no-whole',
			async (server) => server.offer(await whole(), { version: '2.0.1' }),
		],
		'changes alone': [
			'update.no-whole',
			async (server) => server.offer(await whole(), { from: '1.1.0' }),
		],
		'another product': [
			'update.no-whole',
			async (server) => server.offer(await whole(), { product: 'acme.fan' }),
		],
		'an update to other bytes': [
			'update.no-whole',
			async (server) => server.offer(await updateFile({ ...fitting, bytes: old })),
		],
		'another file than the list names': [
			'link.other-file',
			async (server) => server.offer(await whole(), { sha256: 'a'.repeat(64) }),
		],
		'more bytes than the list says': [
			'link.too-large',
			async (server) => server.offer(await whole(), { size: 1000 }),
		],
		'a file of another host': [
			'link.not-allowed',
			async (server) => server.offer(await whole(), { url: 'https://evil.example/l.swupdate' }),
		],
		'a list that a stranger signed': [
			'bundle.unknown-maker',
			async (server) => server.offer(await whole(), {}, await generateKeys('EdDSA')),
		],
		'an update that is not signed': [
			'bundle.not-a-bundle',
			(server) => server.offer(new Uint8Array(64)),
		],
		'a list that is no list': [
			'bundle.signature-form',
			async (server) => {
				await server.offer(await whole());
				server.files.set(LIST, new Uint8Array(64));
			},
		],
		'a server without the file': [
			'link.unreachable',
			async (server) => {
				await server.offer(await whole());
				server.files.delete('https://updates.example/lamp/lamp-2.swupdate');
			},
		],
	};

	it.each(Object.keys(notIt))('is not %s', async (name) => {
		const [code, offer] = notIt[name]!;
		const server = new Server();
		await offer(server);
		const one = await refused(server);
		await one.updater.fetchWhole();
		expect(one.updater.stage).toMatchObject({ status: 'unfit', failure: { code } });
		expect(holds(one, other)).toBe(true);
		expect((await listStored(one.store)).updates).toEqual([]);
	});

	it('is not that of another maker', async () => {
		const by = await generateKeys('EdDSA');
		const friend = await maker({ name: 'Friend', keys: [by.publicKey] });
		const server = new Server();
		await server.offer(await updateFile({ ...fitting, by }));
		const one = await refused(server, { makers: [await maker(), friend] });
		await one.updater.fetchWhole();
		expect(one.updater.stage).toMatchObject({ failure: { code: 'update.no-whole' } });
	});
});
