// Every job disturbed on boards with large sectors; see fault-matrix-run.ts.
import { benches } from './fault-jobs.ts';
import { matrix } from './fault-matrix-run.ts';

matrix(benches.filter(({ large }) => large));
