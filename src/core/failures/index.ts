// All failure tables, in one piece that the first page does without. Whatever can fail imports this file.
import { tellFailures } from '#core/failure.ts';
import { brandFailures } from './brand.ts';
import { bundleFailures } from './bundle.ts';
import { catalogueFailures } from './catalogue.ts';
import { deviceFailures } from './devices.ts';
import { fileFailures } from './files.ts';
import { insightFailures } from './insight.ts';
import { jobFailures } from './job.ts';
import { linkerFailures } from './linker.ts';
import { memoryFailures } from './memory.ts';
import { optionFailures } from './options.ts';
import { planFailures } from './plan.ts';
import { projectFailures } from './project.ts';
import { publishFailures } from './publish.ts';
import { storeFailures } from './store.ts';
import { updateFailures } from './update.ts';
import { wireFailures } from './wire.ts';

export const failures = {
	...fileFailures,
	...deviceFailures,
	...catalogueFailures,
	...planFailures,
	...projectFailures,
	...optionFailures,
	...wireFailures,
	...storeFailures,
	...updateFailures,
	...jobFailures,
	...memoryFailures,
	...linkerFailures,
	...insightFailures,
	...publishFailures,
	...bundleFailures,
	...brandFailures,
};

tellFailures(failures);
