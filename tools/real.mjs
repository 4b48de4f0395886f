// `npm run test:real [-- FILTER]`: programs that are not ours against simulated boards, in namespaces of their own.
// Writes .cache/real-tests.json: { passed, failed, skipped: [{ name, reason }] }. Exits 1 when a test failed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = root + '.cache/';
const report = cache + 'real-vitest.json';
const summary = cache + 'real-tests.json';
const enter = root + 'tests/real/enter.sh';

/** Why boards cannot be plugged in on this machine; undefined when they can. */
function obstacle() {
	if (process.platform !== 'linux') return `${process.platform} has no FUSE devices for it`;
	if (!existsSync('/dev/fuse')) return 'no /dev/fuse';
	const { error, status, stderr } = spawnSync('bash', [enter, 'true'], { encoding: 'utf8' });
	if (status === 0) return undefined;
	const [first] = (error?.message ?? stderr).trim().split('\n');
	return `no namespaces: ${first}`;
}

mkdirSync(cache, { recursive: true });
const vite = ['node_modules/vite/bin/vite.js', 'build', '--outDir', cache + 'real-app'];
const built = spawnSync(process.execPath, [...vite, '--emptyOutDir', '--logLevel', 'error'], {
	cwd: root,
	stdio: 'inherit',
});
if (built.status !== 0) process.exit(1);
rmSync(report, { force: true });
rmSync(summary, { force: true });
const reason = obstacle();
const vitest = [
	process.execPath,
	root + 'node_modules/vitest/vitest.mjs',
	...['run', '--config', root + 'tests/real/vitest.config.ts'],
	...['--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`],
	...process.argv.slice(2),
];
const [program = '', ...args] = reason === undefined ? ['bash', enter, ...vitest] : vitest;
const { status } = spawnSync(program, args, {
	cwd: root,
	stdio: 'inherit',
	env: { ...process.env, ...(reason === undefined ? {} : { SECTORWISE_NO_NAMESPACE: reason }) },
});

/** @typedef {{ fullName: string, status: string, meta?: { reason?: string } }} Outcome */

/** @type {{ testResults: { status: string, assertionResults: Outcome[] }[] }} */
const { testResults } = existsSync(report)
	? JSON.parse(readFileSync(report, 'utf8'))
	: { testResults: [] };
const tests = testResults.flatMap((file) => file.assertionResults);
/** @param {string} wanted */
const ended = (wanted) => tests.filter((test) => test.status === wanted);
const passed = ended('passed').length;
const broken = ended('failed').length;
const skipped = tests
	.filter((test) => !['passed', 'failed'].includes(test.status))
	.map((test) => ({ name: test.fullName, reason: test.meta?.reason ?? 'not chosen' }));
// A runner that ends badly has failed whatever its report says.
const failed = broken === 0 && (status !== 0 || tests.length === 0) ? 1 : broken;
writeFileSync(summary, JSON.stringify({ passed, failed, skipped }, null, '\t') + '\n');

for (const test of skipped.filter((each) => each.reason !== 'not chosen'))
	console.log(`skipped: ${test.name}: ${test.reason}`);
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
