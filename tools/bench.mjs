// `npm run bench [-- --json] [-- --only TEXT]`: times full jobs on the simulator's virtual clock, and the opening of a
// large build in real Chromium (`--only insight`).
import { createServer } from 'vite';

const args = process.argv.slice(2);
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined;
const server = await createServer({
	server: { middlewareMode: true },
	appType: 'custom',
	logLevel: 'error',
});
try {
	const { bench } = await server.ssrLoadModule('/tests/bench/bench.ts');
	const cases = await bench(only);
	const { benchInsight } = await server.ssrLoadModule('/tests/bench/insight.ts');
	const insight = only === undefined || 'insight'.includes(only) ? await benchInsight() : [];
	if (args.includes('--json')) console.log(JSON.stringify({ cases, insight }, null, '\t'));
	else {
		/** @param {...(string | number)} cells */
		const row = (...cells) =>
			console.log(
				cells
					.map((cell, i) => (i === 0 ? String(cell).padEnd(68) : String(cell).padStart(8)))
					.join(' '),
			);
		row('case', 'seconds', 'floor', 'ratio', 'of full', 'bytes', 'trips', 'sectors');
		for (const c of cases)
			row(
				c.name,
				(c.ms / 1000).toFixed(1),
				(c.floorMs / 1000).toFixed(1),
				c.ratio.toFixed(3),
				c.ofFull?.toFixed(3) ?? '',
				c.wireBytes,
				c.roundTrips,
				c.sectorsErased,
			);
		if (insight.length > 0) {
			console.log();
			row(
				'opening a large build',
				'first ms',
				'all ms',
				'block ms',
				'its CPU',
				'memory MB',
				'x file',
			);
		}
		for (const { name, firstMs, allMs, longestBlockMs, longestCpuMs, memory, fileBytes } of insight)
			row(
				name,
				firstMs,
				allMs ?? '',
				longestBlockMs === undefined ? '' : longestBlockMs || '< 50',
				longestCpuMs ?? '',
				memory === undefined ? '' : (memory / 1e6).toFixed(0),
				memory === undefined ? '' : (memory / fileBytes).toFixed(2),
			);
	}
} finally {
	await server.close();
}
