// What a test needs of the machine. A test whose needs are not met is skipped, and the report says what is missing.
import { existsSync } from 'node:fs';
import { it } from 'vitest';
import { findChromium, onPath } from '../../tools/find-chromium.mjs';

/** Set by tools/real.mjs where enter.sh cannot go: why. */
const noNamespace = process.env['SECTORWISE_NO_NAMESPACE'];

export type Need =
	| 'boards'
	| 'chromium'
	| 'stm32flash'
	| 'dfu-util'
	| 'dfu-suffix'
	| 'dfuse-pack'
	| 'srec_cat'
	| 'arm-none-eabi-gcc'
	| 'arm-none-eabi-as'
	| 'arm-none-eabi-g++'
	| 'arm-none-eabi-ld'
	| 'arm-none-eabi-readelf'
	| 'arm-none-eabi-nm'
	| 'ld.lld'
	| 'arm-none-eabi-objcopy';

/** Why the test cannot run here; undefined when it can. */
function missing(need: Need): string | undefined {
	if (need === 'boards') return noNamespace;
	if (need === 'chromium') {
		if (findChromium() === undefined) return 'no Chromium';
		return existsSync('/etc/chromium/policies') ? undefined : 'no /etc/chromium for its policies';
	}
	return onPath([need]) === undefined ? `no ${need}` : undefined;
}

declare module 'vitest' {
	interface TaskMeta {
		/** Why the test was skipped. */
		reason?: string;
	}
}

/** A test that is skipped, with the reason, where one of its needs is not met. */
export function real(
	needs: readonly Need[],
	sentence: string,
	test: () => Promise<void>,
	timeoutMs = 60_000,
): void {
	it(sentence, { timeout: timeoutMs }, async ({ task, skip }) => {
		const reason = needs.map(missing).find((each) => each !== undefined);
		if (reason !== undefined) {
			task.meta.reason = reason;
			skip(reason);
		}
		await test();
	});
}
