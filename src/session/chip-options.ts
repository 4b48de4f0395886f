// What is known of a chip's option bytes without a board. The layouts are loaded when somebody wants to see one.
import type { Device } from '#core/device.ts';
import type { OptionLayout } from '#core/options.ts';

/** Undefined where the layout is not known with certainty. Rejects when the layouts cannot be loaded. */
export const loadOptionLayout = async (device: Device): Promise<OptionLayout | undefined> =>
	(await import('#devices/options.ts')).optionsOf(device);
