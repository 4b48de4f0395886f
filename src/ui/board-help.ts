// Which help belongs to which failure of a connection.
import type { FailureCode } from '#core/failure.ts';
import type { Route } from '#session/state.ts';

export type Help = 'driver' | 'entry' | 'wiring';

const byCode: Partial<Readonly<Record<FailureCode, readonly Help[]>>> = {
	'wire.permission': ['driver'],
	'wire.open': ['driver'],
	'wire.busy': [],
	'wire.lost': ['entry'],
	'wire.deadline': ['entry', 'wiring'],
	'wire.stream': ['wiring'],
	'uart.no-bootloader': ['entry', 'wiring'],
	'uart.echo': ['wiring'],
	'uart.garbage': ['entry', 'wiring'],
	'uart.unexpected': ['wiring'],
	'uart.bad-reply': ['entry', 'wiring'],
	'dfu.no-interface': ['entry', 'driver'],
	'dfu.stall': ['entry'],
	'dfu.transfer': ['entry', 'driver'],
};

/** Wires are of no concern on USB, and nothing is on a virtual board. */
export function helpFor(code: FailureCode, route: Route): readonly Help[] {
	if (route.kind === 'virtual') return [];
	return (byCode[code] ?? ['entry']).filter((help) => help !== 'wiring' || route.kind === 'uart');
}
