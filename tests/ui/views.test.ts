// The views of the page: found by the hash, and each with a key of its own.
import { describe, expect, it } from 'vitest';
import { actionOf, keys } from '#ui/keys.ts';
import { viewOf, views } from '#ui/views.ts';

describe('views', () => {
	it('are found by hash, with the place in them', () => {
		expect(viewOf('#devices')).toMatchObject({ view: { id: 'devices' }, path: '' });
		expect(viewOf('#devices/STM32F405RG')).toMatchObject({ path: 'STM32F405RG' });
		expect(viewOf('#devices/a%2Fb/c')).toMatchObject({ path: 'a/b/c' });
		expect(viewOf('#devices/%E0%A4%A')).toMatchObject({ path: '%E0%A4%A' });
	});

	it('fall back to the first for anything else', () => {
		for (const hash of ['', '#', '#program', '#nonsense/x', '#__proto__', 'devices'])
			expect(viewOf(hash)).toEqual({ view: views[0], path: '' });
	});

	it('have different names and keys, and no key has two meanings', () => {
		expect(new Set(views.map(({ id }) => id)).size).toBe(views.length);
		expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
		const press = { ctrlKey: false, metaKey: false, altKey: false, typing: false };
		for (const [index, { id }] of views.entries())
			expect(actionOf({ ...press, key: String(index + 1) })).toBe(`#${id}`);
	});
});
