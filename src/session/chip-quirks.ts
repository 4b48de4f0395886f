// The quirks of a chip without a board: every row that could hold for one, over any of its wires and with any version
// of its ROM.
import type { Device } from '#core/device.ts';
import type { Quirk, QuirkFacts } from '#core/quirk.ts';
import { isParticular } from '#devices/quirks.ts';

/** Those that go by more than the wire, each once; `part` is the name that was asked for, where it is one part. */
export function chipQuirks(
	device: Device,
	part: string | undefined,
	quirksOf: (facts: QuirkFacts) => readonly Quirk[],
): Quirk[] {
	const { uart, dfu, versions } = device.bootloader;
	const wires = [...(dfu ? (['dfu'] as const) : []), ...(uart ? (['uart'] as const) : [])];
	const ids = [undefined, ...versions.map(({ id }) => id)];
	const found = wires.flatMap((transport) =>
		ids.flatMap((bootloaderId) =>
			quirksOf({
				transport,
				productIds: [device.productId],
				families: [device.family],
				parts: part === undefined ? device.parts : [part],
				strings: transport === 'dfu' ? device.dfuStrings.flat() : [],
				...(bootloaderId !== undefined && { bootloaderId }),
			}),
		),
	);
	return [...new Set(found)].filter(isParticular);
}
