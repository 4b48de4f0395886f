import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { failures } from '#core/failures/index.ts';
import { devices } from '#devices/index.ts';
import { chipTable, devicesPage, failuresPage, withChips } from '../../tools/docs-text.mjs';

describe('documents made from the code are current (npm run docs)', () => {
	it('docs/failures.md', () => {
		expect(readFileSync('docs/failures.md', 'utf8')).toBe(failuresPage(failures));
	});

	it('docs/supported-devices.md', () => {
		expect(readFileSync('docs/supported-devices.md', 'utf8')).toBe(devicesPage(devices));
	});

	it('the table of chips in README.md', () => {
		const readme = readFileSync('README.md', 'utf8');
		expect(readme).toBe(withChips(readme, chipTable(devices)));
	});
});
