// AN5188's boards and boot configurations, for an image of the build.
import { extent, readImage, type Image } from '#core/image.ts';
import { externalBoards } from '#devices/external.ts';
import { bootChoices, planBoot } from '#insight/boot-config.ts';
import type { Asks, BootAnswer, BootBoard } from './insight-messages.ts';

export const bootBoards = (): readonly BootBoard[] =>
	externalBoards.map((board) => ({ ...board, choices: bootChoices(board) }));

/** Nothing but an empty answer for a board that is not in the list. */
export function bootAnswer(
	{ board: name, config }: Asks['boot']['question'],
	image: Image,
): BootAnswer {
	const board = externalBoards.find((one) => one.board === name);
	if (!board) return { diagnostics: [] };
	const { file, image: placed, ...plan } = planBoot(board, config, image);
	if (file && file.data.length > 0)
		return { ...plan, file: { name: file.name, bytes: blobOf(file.data) } };
	const range = placed && plan.model === 'BootROM' ? extent(placed) : undefined;
	if (!placed || !range) return plan;
	const address = range.start;
	const bytes = blobOf(readImage(placed, range, 0xff));
	return { ...plan, file: { name: 'application.bin', bytes, address } };
}

const blobOf = (bytes: Uint8Array): Blob =>
	new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' });
