// `npm test`: everything, going on after a failure so that one run tells all. Ends with the line "N passed, N failed";
// each check counts as one, each unit and browser test as itself.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const reports = fileURLToPath(new URL('../.cache/', import.meta.url));
const unitReport = reports + 'unit-tests.json';
const browserReport = reports + 'browser-tests.json';
const realReport = reports + 'real-tests.json';

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** @typedef {{ name: string, command: string, report?: string, count?: (json: any) => Count }} Stage */

const setup = { name: 'setup', command: 'node tools/setup.mjs' };

/**
 * What reads the sources: one core's work, beside which the strangers mostly wait for their boards.
 * @type {readonly Stage[]}
 */
const reading = [
	{ name: 'check', command: 'npm run -s check' },
	{ name: 'lint', command: 'npm run -s lint' },
];

/** @type {readonly Stage[]} */
const building = [
	{ name: 'build', command: 'npm run -s build' },
	{ name: 'size', command: 'npm run -s size' },
	{
		name: 'strangers',
		command: 'npm run -s test:real',
		report: realReport,
		count: ({ passed, failed, skipped }) => ({ passed, failed, skipped: skipped.length }),
	},
];

/**
 * What uses every core by itself.
 * @type {readonly Stage[]}
 */
const testing = [
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
 * @param {Stage} stage
 * @param {boolean} alone it may print as it goes; beside another its output comes whole, at its end
 * @returns {Promise<Count & { name: string }>}
 */
async function run({ name, command, report, count }, alone) {
	const title = `\n── ${name}: ${command}`;
	if (alone) console.log(title);
	if (report !== undefined) rmSync(report, { force: true });
	const { status, output } = await ended(command, alone);
	if (!alone) console.log(`${title}\n${output}`);
	if (report === undefined || count === undefined)
		return { name, passed: Number(status === 0), failed: Number(status !== 0), skipped: 0 };
	try {
		const counted = count(JSON.parse(readFileSync(report, 'utf8')));
		const nothingRan = counted.passed + counted.failed === 0;
		const unexplained = counted.failed === 0 && (status !== 0 || nothingRan);
		return { name, ...counted, ...(unexplained && { failed: 1 }) };
	} catch {
		return { name, passed: 0, failed: 1, skipped: 0 };
	}
}

/**
 * @param {string} command
 * @param {boolean} alone
 * @returns {Promise<{ status: number | null, output: string }>}
 */
const ended = (command, alone) =>
	new Promise((resolve) => {
		const child = spawn(command, {
			cwd: root,
			shell: true,
			stdio: alone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
			env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: browserReport },
		});
		let output = '';
		const take = (/** @type {Buffer} */ piece) => void (output += piece.toString());
		child.stdout?.on('data', take);
		child.stderr?.on('data', take);
		child.on('error', ({ message }) => {
			resolve({ status: null, output: `${output}${message}` });
		});
		child.on('close', (status) => {
			resolve({ status, output });
		});
	});

/**
 * @param {readonly Stage[]} stages
 * @param {boolean} alone
 */
async function inOrder(stages, alone) {
	const counts = [];
	for (const stage of stages) counts.push(await run(stage, alone));
	return counts;
}

mkdirSync(reports, { recursive: true });
const results = [
	await run(setup, true),
	...(await Promise.all([inOrder(reading, false), inOrder(building, false)])).flat(),
	...(await inOrder(testing, true)),
];

console.log('');
for (const { name, passed, failed } of results)
	console.log(`${failed > 0 ? '✗' : '✓'} ${name}: ${passed} passed, ${failed} failed`);
/** @param {keyof Count} key */
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
const skipped = sum('skipped');
if (skipped > 0) console.log(`\n${skipped} skipped: the reasons stand above`);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') > 0 ? 1 : 0;
