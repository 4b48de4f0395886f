// Opening a very large build in the page, in real Chromium, beside what binutils take for the same file in the same
// run: time until the first regions and until everything is there, the longest the page could not answer, and memory.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { build, preview } from 'vite';
import { CHROMIUM_ARGUMENTS, findChromium } from '../../tools/find-chromium.mjs';
import { bigBuild } from './big-build.ts';

export interface InsightRow {
	readonly name: string;
	/** Milliseconds from the choice of the files, or of the whole run of a program. */
	readonly firstMs: number;
	readonly allMs?: number;
	/** Of the page's main thread; 0 when no task took 50 ms (W3C Long Tasks). */
	readonly longestBlockMs?: number;
	/** The same by the processor's time, which a busy computer does not stretch. */
	readonly longestCpuMs?: number;
	/** What the renderer's process grew by at its peak, bytes; undefined where /proc is not. */
	readonly memory?: number;
	readonly fileBytes: number;
}

const MB = 1e6;
const RUNS = 3;
const PORT = 4177;
const ALL_MS = 60_000;

/** One row for the page, the median of three runs each in a fresh browser, and one for each program there is. */
export async function benchInsight(): Promise<InsightRow[]> {
	const folder = mkdtempSync(join(tmpdir(), 'sectorwise-bench-'));
	const elf = join(folder, 'big.elf');
	const map = join(folder, 'big.map');
	const big = bigBuild({ elfBytes: 50 * MB, mapBytes: 10 * MB });
	writeFileSync(elf, big.elf);
	writeFileSync(map, big.map);
	const outDir = join(folder, 'app');
	// As users have it: the server that loaded this file has set it to development.
	process.env['NODE_ENV'] = 'production';
	await build({ logLevel: 'error', build: { outDir, emptyOutDir: true } });
	const server = await preview({
		build: { outDir },
		preview: { host: '127.0.0.1', port: PORT, strictPort: true },
		logLevel: 'error',
	});
	try {
		const runs: InsightRow[] = [];
		const fileBytes = big.elf.length + big.map.length;
		for (let i = 0; i < RUNS; i++) runs.push({ ...(await openOnce([elf, map])), fileBytes });
		const middle = runs.sort((a, b) => a.firstMs - b.firstMs)[Math.floor(RUNS / 2)];
		const programs = [['readelf', '-S'], ['nm'], ['size']] as const;
		return [
			...(middle ? [middle] : []),
			...programs.flatMap(([program, ...options]) =>
				timed(program, [...options, elf], big.elf.length),
			),
		];
	} finally {
		await server.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** The cross tools where there are any: they are what a firmware build has. */
function timed(program: string, args: readonly string[], fileBytes: number): InsightRow[] {
	for (const command of [`arm-none-eabi-${program}`, program]) {
		const start = performance.now();
		const { error, status } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
		const firstMs = Math.round(performance.now() - start);
		if (!error && status === 0)
			return [{ name: [command, ...args.slice(0, -1)].join(' '), firstMs, fileBytes }];
	}
	return [];
}

async function openOnce(files: readonly string[]): Promise<Omit<InsightRow, 'fileBytes'>> {
	const executablePath = findChromium();
	if (executablePath === undefined)
		throw new Error('No Chromium found: run `npm run setup` first.');
	const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
	try {
		const context = await browser.newContext({ serviceWorkers: 'block' });
		const page = await context.newPage();
		await page.goto(`http://127.0.0.1:${PORT}/#insight`);
		await page.getByRole('button', { name: 'Try the sample' }).waitFor();
		// What the page loads while nothing happens is there before the files come.
		await page.waitForLoadState('networkidle');
		await watch(page);
		const before = await memoryOf(browser);
		await browser.startTracing(page, { categories: ['toplevel'] });
		await page.getByLabel('Firmware files').setInputFiles([...files]);
		await page.waitForFunction(() => 'allMs' in window, undefined, { timeout: ALL_MS });
		const { firstMs, allMs, longestBlockMs } = await page.evaluate(() => {
			const seen = window as unknown as Seen;
			return { firstMs: seen.firstMs, allMs: seen.allMs, longestBlockMs: seen.longestBlockMs };
		});
		const after = await memoryOf(browser);
		const longestCpuMs = longestTask(await browser.stopTracing());
		return {
			name: 'page: open a 50 MB debug ELF and its 10 MB map',
			firstMs: Math.round(firstMs),
			allMs: Math.round(allMs),
			longestBlockMs: Math.round(longestBlockMs),
			...(longestCpuMs !== undefined && { longestCpuMs: Math.round(longestCpuMs) }),
			...(before !== undefined && after !== undefined && { memory: after - before }),
		};
	} finally {
		await browser.close();
	}
}

interface Seen {
	firstMs: number;
	allMs: number;
	longestBlockMs: number;
}

/** Notes, in the page, when regions appear and when the symbols are counted, and every task above 50 ms. */
const watch = (page: Page): Promise<void> =>
	page.evaluate(() => {
		const seen = window as unknown as Partial<Seen>;
		seen.longestBlockMs = 0;
		let start = 0;
		document.addEventListener('change', () => (start = performance.now()), {
			capture: true,
			once: true,
		});
		new PerformanceObserver((list) => {
			for (const { startTime, duration } of list.getEntries())
				if (start > 0 && startTime + duration > start)
					seen.longestBlockMs = Math.max(seen.longestBlockMs ?? 0, duration);
		}).observe({ type: 'longtask' });
		new MutationObserver(() => {
			const now = performance.now() - start;
			if (document.querySelector('.bars li')) seen.firstMs ??= now;
			const whole = document.querySelector('[data-insight=whole]');
			if (whole && seen.firstMs !== undefined) seen.allMs ??= now;
		}).observe(document.body, { attributes: true, childList: true, subtree: true });
	});

interface TraceEvent {
	readonly name: string;
	readonly pid: number;
	readonly tid: number;
	/** Microseconds of the thread's own time. */
	readonly tdur?: number;
	readonly args?: { readonly name?: string };
}

/** Milliseconds of the longest task of any page's main thread (Trace Event Format); undefined without a trace. */
function longestTask(trace: Buffer): number | undefined {
	const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] };
	const mains = traceEvents
		.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
		.map(({ pid, tid }) => `${pid} ${tid}`);
	const times = traceEvents
		.filter(({ name, pid, tid }) => /RunTask/.test(name) && mains.includes(`${pid} ${tid}`))
		.flatMap(({ tdur }) => tdur ?? []);
	return times.length > 0 ? Math.max(...times) / 1000 : undefined;
}

/** Peak memory of the largest renderer process, bytes: page and worker share it. */
async function memoryOf(browser: Browser): Promise<number | undefined> {
	const session = await browser.newBrowserCDPSession();
	const { processInfo } = await session.send('SystemInfo.getProcessInfo');
	await session.detach();
	const sizes = processInfo
		.filter(({ type }) => type === 'renderer')
		.map(({ id }) => {
			try {
				const status = readFileSync(`/proc/${id}/status`, 'utf8');
				return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024;
			} catch {
				return NaN;
			}
		})
		.filter((bytes) => !Number.isNaN(bytes));
	return sizes.length > 0 ? Math.max(...sizes) : undefined;
}
