// Every job disturbed on boards by DfuSe; see fault-matrix-run.ts.
import { benches } from './fault-jobs.ts';
import { matrix } from './fault-matrix-run.ts';

matrix(benches.filter(({ options, large }) => options.transport === 'dfu' && !large));
