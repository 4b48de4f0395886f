// `npm run bench [-- --json] [-- --only TEXT]`: times full jobs on the simulator's virtual clock.
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
	if (args.includes('--json')) console.log(JSON.stringify({ cases }, null, '\t'));
	else {
		/** @param {...(string | number)} cells */
		const row = (...cells) =>
			console.log(
				cells
					.map((cell, i) => (i === 0 ? String(cell).padEnd(52) : String(cell).padStart(10)))
					.join(' '),
			);
		row('case', 'seconds', 'floor', 'ratio', 'bytes', 'trips', 'sectors');
		for (const c of cases)
			row(
				c.name,
				(c.ms / 1000).toFixed(1),
				(c.floorMs / 1000).toFixed(1),
				c.ratio.toFixed(3),
				c.wireBytes,
				c.roundTrips,
				c.sectorsErased,
			);
	}
} finally {
	await server.close();
}
