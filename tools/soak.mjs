// `npm run soak [-- --cycles N] [-- --seed N]`: random chips, images and faults, a thousand cycles unless said
// otherwise. Prints its seed, and for each finding the seed that repeats it. Exits 1 when something was found.
import { createServer } from 'vite';

/**
 * @param {string} name
 * @param {number} otherwise
 */
function option(name, otherwise) {
	const at = process.argv.indexOf(`--${name}`);
	return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

const cycles = option('cycles', 1000);
const seed = option('seed', Date.now() % 1_000_000_000);
const server = await createServer({
	server: { middlewareMode: true },
	appType: 'custom',
	logLevel: 'error',
});
try {
	const { soak } = await server.ssrLoadModule('/tests/real/soak.ts');
	console.log(`${cycles} cycles from seed ${seed}`);
	const begun = Date.now();
	const { endings, faults, findings } = await soak({ cycles, seed, progress: console.log });
	for (const [ending, count] of [...endings].sort((a, b) => b[1] - a[1]))
		console.log(`${String(count).padStart(7)} ${ending}`);
	const seconds = ((Date.now() - begun) / 1000).toFixed(0);
	console.log(`${cycles} cycles, ${faults} faults scripted, ${seconds} s, seed ${seed}`);
	console.log(`${findings.length} findings`);
	for (const finding of findings) console.log(finding);
	process.exitCode = findings.length > 0 ? 1 : 0;
} finally {
	await server.close();
}
