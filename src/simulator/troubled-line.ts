// The serial line between adapter and chip, where scripted trouble strikes: every run of bytes passes here.
import type { Clock } from '#ports/clock.ts';
import { corrupted, shortened, type MischiefEntry, type Script } from './mischief.ts';
import type { Run } from './receiver.ts';
import type { LineError, SimulatedSerialPort } from './serial-port.ts';
import type { LineFormat, Talk } from './uart-talk.ts';

const lineErrors: Partial<Record<MischiefEntry['kind'], LineError>> = {
	'parity-error': 'ParityError',
	'framing-error': 'FramingError',
	break: 'BreakError',
};

export class TroubledLine {
	readonly #script: Script;
	readonly #clock: Clock;
	readonly #port: SimulatedSerialPort;
	readonly #unplug: () => void;

	constructor(script: Script, clock: Clock, port: SimulatedSerialPort, unplug: () => void) {
		this.#script = script;
		this.#clock = clock;
		this.#port = port;
		this.#unplug = unplug;
	}

	/** A chunk the host wrote, on its way to the ROM if one is listening. @throws NetworkError when unplugged. */
	fromHost(run: Run, format: LineFormat, rom: Talk | undefined): void {
		const trouble = this.#script.next();
		const arrive = (bytes: Uint8Array, late = 0): void => {
			rom?.arrive({ ...run, bytes, at: run.at + late }, format);
		};
		switch (trouble?.kind) {
			case 'drop':
				return;
			case 'corrupt':
				arrive(corrupted(run.bytes));
				return;
			case 'parity-error':
			case 'framing-error':
			case 'break':
				arrive(shortened(run.bytes));
				return;
			case 'busy':
				if (trouble.ms !== undefined) arrive(run.bytes, trouble.ms);
				return;
			case 'unplug':
				this.#unplug();
				throw new DOMException('The device has been lost.', 'NetworkError');
			case 'nack':
				if (rom) rom.trouble = 'refuse';
				break;
			case 'silence':
				if (rom) rom.trouble = 'hang';
				break;
		}
		arrive(run.bytes);
	}

	/** An answer of the ROM, and what the ROM itself makes of the trouble. */
	async toHost(run: Run, signal: AbortSignal): Promise<'sent' | 'refuse' | 'hang'> {
		const trouble = this.#script.next();
		const error = trouble && lineErrors[trouble.kind];
		if (error) {
			this.#port.fail(error, run.at);
			this.#port.receive({ ...run, bytes: shortened(run.bytes) });
			return 'sent';
		}
		switch (trouble?.kind) {
			case 'drop':
				return 'sent';
			case 'corrupt':
				this.#port.receive({ ...run, bytes: corrupted(run.bytes) });
				return 'sent';
			case 'nack':
				return 'refuse';
			case 'silence':
				return 'hang';
			case 'busy':
				if (trouble.ms === undefined) return 'hang';
				await this.#clock.sleep(trouble.ms, signal);
				this.#port.receive({ ...run, at: run.at + trouble.ms });
				return 'sent';
			case 'unplug':
				this.#unplug();
				return 'hang';
			default:
				this.#port.receive(run);
				return 'sent';
		}
	}
}
