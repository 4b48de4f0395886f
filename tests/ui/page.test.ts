// The page's own doings, on a session without ports and a host that answers when told to.
import { expect, test } from 'vitest';
import { Page } from '#ui/page.svelte.ts';
import type { Host } from '#ui/host.ts';
import type { Bench } from '#ui/console/bench.svelte.ts';
import { Updates } from '#ui/updates.svelte.ts';
import { rig } from '../session/rig.ts';

const hex = (name: string): File => new File([':0400000001020304F2\n:00000001FF\n'], name);

function pageWith(loadSample: Host['loadSample']): Page {
	const host = {
		virtualParts: [{ part: 'STM32F405RG', dfu: true, sample: true }],
		loadSample,
		usb: true,
		serial: true,
		recall: () => undefined,
		remember: () => undefined,
		usbIds: () => Promise.resolve([]),
	} as unknown as Host;
	const { session } = rig({ part: 'STM32F405RG', transport: 'dfu' });
	return new Page(session, host, new Updates(), {} as Bench);
}
const names = (page: Page): string[] => page.session.state.files.map(({ name }) => name);
const settled = () => new Promise((done) => setTimeout(done, 20));

test('a file opened while the sample is still on its way stays, alone', async () => {
	let arrive: (file: File) => void = () => undefined;
	const page = pageWith(() => new Promise((done) => (arrive = done)));
	const trying = page.tryVirtual('STM32F405RG', 'dfu');
	page.open([hex('mine.hex')]);
	arrive(hex('sample.hex'));
	await trying;
	await settled();
	expect(names(page)).toEqual(['mine.hex']);
	expect(page.sample).toBeUndefined();
});

test('the sample makes way for a file of the user’s', async () => {
	const page = pageWith(() => Promise.resolve(hex('sample.hex')));
	await page.tryVirtual('STM32F405RG', 'dfu');
	expect(names(page)).toEqual(['sample.hex']);
	page.open([hex('mine.hex')]);
	expect(names(page)).toEqual(['mine.hex']);
});

test('maps and scripts move to the Insight view, by their content', async () => {
	const page = pageWith(() => Promise.reject(new Error('no sample')));
	const map = new File(
		['\nMemory Configuration\n\nName Origin Length Attributes\n'],
		'whatever.txt',
	);
	page.open([hex('app.hex'), map]);
	await settled();
	expect(names(page)).toEqual(['app.hex']);
	expect(page.links.map(({ file }) => file.name)).toEqual(['whatever.txt']);
	expect(page.givenFile('app.hex')).toBeDefined();
	page.addLinks([{ file: map, script: true }]);
	expect(page.links).toHaveLength(1);
});

test('a project opens beside the sample, which stays', async () => {
	const page = pageWith(() => Promise.resolve(hex('sample.hex')));
	await page.tryVirtual('STM32F405RG', 'dfu');
	const ranges = [{ name: 'Boot', origin: '0x08000000', length: '16K' }];
	const text = JSON.stringify({ sectorwise: 1, name: 'Beacon', ranges });
	page.open([new File([text], 'sectorwise.json')]);
	await settled();
	expect(names(page)).toEqual(['sample.hex']);
	expect(page.session.protect.book?.project?.name).toBe('Beacon');
});
