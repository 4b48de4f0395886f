// Debian's stm32flash against the simulated UART ROM (AN3155).
import { describe, expect } from 'vitest';
import { bus } from './bus.ts';
import { run } from './clients/run.ts';
import { real } from './needs.ts';

describe('stm32flash', () => {
	const { plugIn } = bus();

	real(['boards', 'stm32flash'], 'identifies an F405', async () => {
		const { tty } = plugIn({ part: 'STM32F405RG', cable: 'serial' });
		const { code, text } = await run('stm32flash', [tty]);
		console.log(text);
		expect(code).toBe(0);
	});
	real(['boards', 'dfu-util'], 'lists', async () => {
		plugIn({ part: 'STM32F405RG', cable: 'usb' });
		const { code, text } = await run('dfu-util', ['-l']);
		console.log(text);
		expect(code).toBe(0);
	});
});
