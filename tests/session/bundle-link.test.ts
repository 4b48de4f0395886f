// Where an update may be fetched from, and what a server may do.
import { describe, expect, it } from 'vitest';
import { isFailure } from '#core/failure.ts';
import { MAX_BUNDLE } from '#core/update-file.ts';
import { fetchUpdate, linkFrom } from '#session/bundle-link.ts';

const page = 'https://maker.example/app/index.html?x';
const sources = ['https://updates.example'];

describe('an address that leads to an update', () => {
	it('lies on the page’s own origin, or at a source of the brand', () => {
		expect(linkFrom('up/lamp-2.swupdate', page, [])).toEqual({
			address: 'https://maker.example/app/up/lamp-2.swupdate',
			host: 'maker.example',
			name: 'lamp-2.swupdate',
			own: true,
		});
		const other = linkFrom('https://updates.example/lamp.swupdate#x', page, sources);
		expect(other).toMatchObject({ address: 'https://updates.example/lamp.swupdate', own: false });
	});

	it.each([
		['another origin', 'https://evil.example/lamp.swupdate'],
		['a source over http', 'http://updates.example/lamp.swupdate'],
		['another port', 'https://updates.example:444/lamp.swupdate'],
		['a name that only begins like a source', 'https://updates.example.evil.example/'],
		['credentials', 'https://a:b@updates.example/lamp.swupdate'],
		['data', 'data:application/zip,x'],
		['script', 'javascript:alert(1)'],
		['a blob', 'blob:https://maker.example/1'],
		['nothing readable', 'https://'],
	])('is refused with %s', (_, text) => {
		expect(() => linkFrom(text, page, sources)).toThrow(
			expect.objectContaining({ code: 'link.not-allowed' }),
		);
	});
});

describe('fetching an update', () => {
	const link = linkFrom('a.swupdate', page, []);
	const stream = (chunks: Iterator<Uint8Array<ArrayBuffer>>, ended?: () => void) =>
		new ReadableStream<Uint8Array<ArrayBuffer>>({
			pull: (controller) => {
				const { done, value } = chunks.next();
				if (done === true) controller.close();
				else controller.enqueue(value);
			},
			cancel: () => ended?.(),
		});

	it('gives the bytes in order', async () => {
		const body = stream([Uint8Array.of(1, 2), Uint8Array.of(3)].values());
		expect(await fetchUpdate(link, () => Promise.resolve(new Response(body)))).toEqual(
			Uint8Array.of(1, 2, 3),
		);
	});

	it('stops at what is too large, and asks for no more', async () => {
		let given = 0;
		let ended = false;
		const chunk = new Uint8Array(8 * 1024 * 1024);
		const endless = {
			next: () => {
				given += chunk.length;
				return { done: false as const, value: chunk };
			},
		};
		const body = stream(endless, () => (ended = true));
		const fetched = fetchUpdate(link, () => Promise.resolve(new Response(body)));
		await expect(fetched).rejects.toMatchObject({ code: 'link.too-large' });
		expect(ended).toBe(true);
		expect(given).toBeLessThan(MAX_BUNDLE + 4 * chunk.length);
	});

	it.each<[string, () => Promise<Response>]>([
		['no network', () => Promise.reject(new TypeError('Failed to fetch'))],
		['nothing there', () => Promise.resolve(new Response('', { status: 404 }))],
		['a line that breaks', () => Promise.resolve(new Response(broken()))],
	])('says so with %s', async (_, answer) => {
		const failure: unknown = await fetchUpdate(link, answer).catch((error: unknown) => error);
		expect(isFailure(failure, 'link.unreachable')).toBe(true);
	});

	const broken = (): ReadableStream =>
		new ReadableStream({
			start: (controller) => {
				controller.error(new TypeError('network error'));
			},
		});
});
