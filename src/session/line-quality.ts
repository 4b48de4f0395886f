// A job whose serial line was disturbed again and again: its result says so, and the next connection begins slower. After
// jobs that were not disturbed once it may begin faster again.
import type { SerialPortLike } from '#ports/serial-port.ts';
import type { Store } from '#ports/store.ts';
import type { Programmer } from '#protocols/programmer.ts';
import type { UsbDeviceLike } from '#ports/usb-device.ts';
import type { EndedJob } from './job.ts';
import { judgeRate } from './serial-way.ts';
import type { Route } from './state.ts';

/** After so many disturbances in one job its rate counts as unstable. */
const UNSTABLE = 3;

export interface Line {
	readonly route: Route;
	readonly port: SerialPortLike | UsbDeviceLike;
	readonly programmer: Programmer;
	readonly openStore: () => Promise<Store>;
}

/** Runs a job and judges the line it ran over. As `job`, it does not reject. */
export async function overLine(line: Line, job: () => Promise<EndedJob>): Promise<EndedJob> {
	const { programmer, route, port, openStore } = line;
	const before = programmer.disturbances ?? 0;
	const ended = await job();
	const disturbances = (programmer.disturbances ?? 0) - before;
	const climbs = route.kind === 'uart' && route.baud === 'auto' && route.lines !== undefined;
	const verdict =
		disturbances >= UNSTABLE
			? 'unstable'
			: disturbances === 0 && ended.status === 'finished'
				? 'clean'
				: undefined;
	if (climbs && verdict && 'readable' in port)
		void judgeRate({ serial: port, openStore }, programmer.identity, verdict);
	if (disturbances < UNSTABLE) return ended;
	return { ...ended, report: { ...ended.report, disturbances } };
}
