// The command line in Node.js: built and started by tools/cli.mjs.
import '#core/failures/index.ts';
import { nodeIo } from './node-io.ts';
import { run } from './run.ts';

// Whoever reads the answer may stop early (`| head`): that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await run(process.argv.slice(2), nodeIo);
