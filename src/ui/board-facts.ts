// What the board card says about a board, line by line.
import { flashSize } from '#core/memory.ts';
import { boardName } from '#session/choices.ts';
import type { Board } from '#session/state.ts';
import { countText, idText, sizeText } from './text.ts';

export interface BoardFact {
	readonly name: string;
	readonly value: string;
}

export function boardTitle(board: Board): { readonly name: string; readonly way: string } {
	const { identity } = board;
	const way =
		identity.transport === 'uart'
			? `UART${identity.baud ? ` at ${countText(identity.baud)} baud, 8${identity.parity === 'none' ? 'N' : 'E'}1` : ''}`
			: board.limits.addressed
				? 'USB DfuSe'
				: 'USB DFU 1.1';
	return { name: boardName(board), way };
}

export function boardFacts(board: Board): BoardFact[] {
	const { identity, memory } = board;
	const { usb } = identity;
	const flash = board.flashSize ?? flashSize(memory);
	const protection = { true: 'on', false: 'off', undefined: 'not told' } as const;
	return [
		...fact('Product ID', identity.productId, (id) => idText(id, 3)),
		...fact(
			'USB device',
			usb,
			({ vendorId, productId }) => `${idText(vendorId, 4, '')}:${idText(productId, 4, '')}`,
		),
		...fact('Bootloader', identity.bootloaderVersion, (version) => version),
		...fact('ROM version', board.bootloaderId, (id) => romText(board, id)),
		...fact('Flash', flash > 0 ? flash : undefined, sizeText),
		{ name: 'Readout protection', value: protection[`${board.readoutProtected}`] },
		...fact('Unique ID', board.uniqueId, (id) => id.replace(/(.{8})(?=.)/g, '$1 ')),
	];
}

function fact<T>(name: string, value: T | undefined, text: (value: T) => string): BoardFact[] {
	return value === undefined ? [] : [{ name, value: text(value) }];
}

function romText({ device }: Board, id: number): string {
	const known = device?.bootloader.versions.find((version) => version.id === id);
	return known?.version ?? idText(id, 2);
}
