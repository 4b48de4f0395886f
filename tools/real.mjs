// `npm run test:real [-- FILTER]`: programs that are not ours against simulated boards, in namespaces of their own.
// Writes .cache/real-tests.json: { passed, failed, skipped: [{ name, reason }] }. Exits 1 when a test failed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = root + '.cache/';
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
const reason = obstacle();

/** dfu-util spends its time waiting by its own rules, so it runs beside the others: in namespaces and on a bus of its own. */
const waits = 'tests/real/dfu-util.real.ts';
const chosen = process.argv.slice(2);
const groups = chosen.length > 0 ? [chosen] : [['--exclude', waits], [waits]];

/**
 * Runs some of the tests. What the first group says is shown as it comes, what the others say when they have ended.
 * @param {readonly string[]} which
 * @param {number} nth
 * @returns {Promise<{ status: number | null, report: string }>}
 */
async function run(which, nth) {
	const report = `${cache}real-vitest-${nth}.json`;
	rmSync(report, { force: true });
	const vitest = [
		process.execPath,
		root + 'node_modules/vitest/vitest.mjs',
		...['run', '--config', root + 'tests/real/vitest.config.ts'],
		...['--reporter=verbose', '--reporter=json', `--outputFile.json=${report}`],
		...which,
	];
	const [program = '', ...args] = reason === undefined ? ['bash', enter, ...vitest] : vitest;
	const child = spawn(program, args, {
		cwd: root,
		stdio: nth === 0 ? 'inherit' : ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, ...(reason === undefined ? {} : { SECTORWISE_NO_NAMESPACE: reason }) },
	});
	/** @type {Buffer[]} */
	const said = [];
	for (const stream of [child.stdout, child.stderr])
		stream?.on('data', (/** @type {Buffer} */ chunk) => said.push(chunk));
	/** @type {number | null} */
	const status = await new Promise((resolve) => {
		child.on('error', (error) => {
			console.error(error);
			resolve(1);
		});
		child.on('close', resolve);
	});
	process.stdout.write(Buffer.concat(said));
	return { status, report };
}

rmSync(summary, { force: true });
const runs = await Promise.all(groups.map(run));

/** @typedef {{ fullName: string, status: string, meta?: { reason?: string } }} Outcome */

const tests = runs.flatMap(({ report }) => {
	if (!existsSync(report)) return [];
	/** @type {{ testResults: { assertionResults: Outcome[] }[] }} */
	const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
	return testResults.flatMap((file) => file.assertionResults);
});
/** @param {string} wanted */
const ended = (wanted) => tests.filter((test) => test.status === wanted);
const passed = ended('passed').length;
const broken = ended('failed').length;
const skipped = tests
	.filter((test) => !['passed', 'failed'].includes(test.status))
	.map((test) => ({ name: test.fullName, reason: test.meta?.reason ?? 'not chosen' }));
// A runner that ends badly has failed whatever its report says.
const bad = tests.length === 0 || runs.some(({ status }) => status !== 0);
const failed = broken === 0 && bad ? 1 : broken;
writeFileSync(summary, JSON.stringify({ passed, failed, skipped }, null, '\t') + '\n');

for (const test of skipped.filter((each) => each.reason !== 'not chosen'))
	console.log(`skipped: ${test.name}: ${test.reason}`);
console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
process.exitCode = failed > 0 ? 1 : 0;
