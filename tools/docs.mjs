// `npm run docs`: writes the documents that are made from the code.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'vite';
import { chipTable, devicesPage, failuresPage, withChips } from './docs-text.mjs';

const server = await createServer({
	server: { middlewareMode: true },
	appType: 'custom',
	logLevel: 'error',
});
try {
	const { failures } = await server.ssrLoadModule('/src/core/failures/index.ts');
	const { devices } = await server.ssrLoadModule('/src/devices/index.ts');
	writeFileSync('docs/failures.md', failuresPage(failures));
	writeFileSync('docs/supported-devices.md', devicesPage(devices));
	const readme = readFileSync('README.md', 'utf8');
	writeFileSync('README.md', withChips(readme, chipTable(devices)));
} finally {
	await server.close();
}
