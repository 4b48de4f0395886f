// What a DfuSe command does to the memory behind it (AN3156 chapter 5), and what the ROM makes of it for GETSTATUS.
import { includes, type Range } from '#core/range.ts';
import { across, struckBy } from './bank2-fault.ts';
import type { Board } from './board.ts';
import type { Status } from './dfu-states.ts';
import type { Quirks } from './options.ts';
import { erasePollMs, writePollMs } from './poll-timeouts.ts';

export interface Operation {
	readonly pollMs: number;
	/** How it ended; 'reset' when the chip resets itself afterwards. */
	readonly run: () => Promise<Status | 'reset'>;
}

export interface Workplace {
	readonly board: Board;
	readonly quirks: Quirks;
	readonly signal: AbortSignal;
	/** The ROM will stay busy for good although the work is done. */
	stick(): void;
}

/** Something the ROM will not do; it says so only when asked for the status again. */
export const refusal = (status: Status): Operation => ({
	pollMs: 0,
	run: () => Promise.resolve(status),
});

/** Readout protection: refused (AN3156 5), or acknowledged and not done. */
function locked({ board, quirks }: Workplace): Operation | undefined {
	if (board.readoutProtection === 0) return undefined;
	return refusal(quirks.protection === 'drops' ? 'OK' : 'errVENDOR');
}

export function erasing(at: Workplace, address: number): Operation {
	const { board, quirks } = at;
	const index = board.sectors.findIndex(({ range }) => includes(range, address));
	const struck = struckBy(board.sectors, index, quirks.usbBank2);
	const cross = quirks.erasesSwapped && typeof struck === 'object';
	const sector = cross ? across(board.sectors, struck) : struck;
	if (!sector) return locked(at) ?? refusal('errTARGET');
	return (
		locked(at) ?? {
			pollMs: erasePollMs(board.device),
			run: async () => {
				if (sector === 'nothing') return 'OK';
				const done = await board.erase(sector, at.signal);
				if (quirks.stuckAfterBank === sector.bank && sector.bank > 0) at.stick();
				return done || !quirks.reportsFlashErrors ? 'OK' : 'errERASE';
			},
		}
	);
}

export function massErasing(at: Workplace): Operation {
	const { board, quirks } = at;
	const closed = locked(at);
	if (closed) return closed;
	if (!board.device.bootloader.massErase) return refusal('errERASE');
	return {
		pollMs: erasePollMs(board.device),
		run: async () =>
			(await board.massErase(0, at.signal)) || !quirks.reportsFlashErrors ? 'OK' : 'errERASE',
	};
}

/** AN3156 5.3: everything is erased and the chip resets. */
export function unprotecting({ board, signal }: Workplace): Operation {
	return {
		pollMs: erasePollMs(board.device),
		run: async () => {
			board.writeProtected.clear();
			await board.massErase(0, signal);
			board.readoutProtection = 0;
			return 'reset';
		},
	};
}

export function writing(at: Workplace, address: number, data: Uint8Array): Operation {
	const { board, quirks } = at;
	const range: Range = { start: address, end: address + data.length };
	const closed = locked(at);
	if (closed) return closed;
	if (!board.writable(range)) return refusal('errADDRESS');
	const kind = board.kindAt(address);
	return {
		pollMs: writePollMs(board.device, data.length),
		run: async () => {
			const done = await board.write(address, data, at.signal);
			if (kind !== 'option-bytes') return done || !quirks.reportsFlashErrors ? 'OK' : 'errWRITE';
			await board.loadOptionBytes(at.signal);
			return 'reset';
		},
	};
}
