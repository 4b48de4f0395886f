// Every job disturbed on small boards by UART; see fault-matrix-run.ts.
import { benches } from './fault-jobs.ts';
import { matrix } from './fault-matrix-run.ts';

matrix(benches.filter(({ options }) => options.transport === 'uart'));
