// What SECURITY.md and the format's description say of refusals is what there is.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundleFailures } from '#core/failures/bundle.ts';

const codes = Object.keys(bundleFailures);
const tests = import.meta.glob<string>(['/tests/bundle/*.test.ts', '!**/documents.test.ts'], {
	eager: true,
	query: '?raw',
	import: 'default',
});

test('every code in SECURITY.md exists', () => {
	const named = new Set(readFileSync('SECURITY.md', 'utf8').match(/bundle\.[a-z-]+(?=`)/g));
	expect(named.size).toBeGreaterThan(30);
	for (const code of named) expect(codes).toContain(code);
});

test('every refusal of an update is named by a test', () => {
	const all = Object.values(tests).join('\n');
	for (const code of codes) expect(all, code).toContain(`'${code}'`);
});

test('the order of refusals names codes that exist', () => {
	const [, section = ''] = readFileSync('docs/bundle-format.md', 'utf8').split('## Refusals');
	const named = section.match(/`[a-z.-]+`/g) ?? [];
	expect(named.length).toBeGreaterThan(25);
	for (const name of named.filter((one) => one !== '`schema`' && one !== '`typ`'))
		expect(codes).toContain(`bundle.${name.slice(1, -1).replace('bundle.', '')}`);
});
