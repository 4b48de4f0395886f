// `npm test`: everything, in order, going on after a failure so that one run tells all. Ends with the line
// "N passed, N failed"; each check counts as one, each unit and browser test as itself.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = fileURLToPath(new URL('../.cache/', import.meta.url));
const unitReport = reports + 'unit-tests.json';
const browserReport = reports + 'browser-tests.json';
const realReport = reports + 'real-tests.json';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** @type {readonly { name: string, command: string, report?: string, count?: (json: any) => Count }[]} */
const stages = [
	{ name: 'setup', command: 'node tools/setup.mjs' },
	{ name: 'check', command: 'npm run -s check' },
	{ name: 'lint', command: 'npm run -s lint' },
	{
		name: 'unit tests',
		command: `npx vitest run --reporter=default --reporter=json --outputFile.json=${unitReport}`,
		report: unitReport,
		count: (json) => ({
			passed: json.numPassedTests,
			failed: Math.max(json.numFailedTests, json.numFailedTestSuites > 0 ? 1 : 0),
			skipped: json.numPendingTests + json.numTodoTests,
		}),
	},
	{ name: 'build', command: 'npm run -s build' },
	{ name: 'size', command: 'npm run -s size' },
	{
		name: 'strangers',
		command: 'npm run -s test:real',
		report: realReport,
		count: ({ passed, failed, skipped }) => ({ passed, failed, skipped: skipped.length }),
	},
	{
		name: 'browser tests',
		command: 'npx playwright test',
		report: browserReport,
		count: ({ stats }) => ({
			passed: stats.expected + stats.flaky,
			failed: stats.unexpected,
			skipped: stats.skipped,
		}),
	},
];

/**
 * What a stage came to. A runner that ends badly counts as a failure whatever its report says.
 * @param {(typeof stages)[number]} stage
 * @returns {Count}
 */
function run({ name, command, report, count }) {
	console.log(`\n── ${name}: ${command}`);
	if (report !== undefined) rmSync(report, { force: true });
	const { status } = spawnSync(command, {
		cwd: root,
		shell: true,
		stdio: 'inherit',
		env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: browserReport },
	});
	if (report === undefined || count === undefined)
		return { passed: Number(status === 0), failed: Number(status !== 0), skipped: 0 };
	try {
		const counted = count(JSON.parse(readFileSync(report, 'utf8')));
		const nothingRan = counted.passed + counted.failed === 0;
		const unexplained = counted.failed === 0 && (status !== 0 || nothingRan);
		return unexplained ? { ...counted, failed: 1 } : counted;
	} catch {
		return { passed: 0, failed: 1, skipped: 0 };
	}
}

mkdirSync(reports, { recursive: true });
const results = stages.map((stage) => ({ name: stage.name, ...run(stage) }));

console.log('');
for (const { name, passed, failed } of results)
	console.log(`${failed > 0 ? '✗' : '✓'} ${name}: ${passed} passed, ${failed} failed`);
/** @param {keyof Count} key */
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const skipped = sum('skipped');
if (skipped > 0) console.log(`\n${skipped} skipped: the reasons stand above`);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
