// The boards of "Try a virtual board": each keeps its memory while the page lives, and is put into its bootloader
// whenever it is connected, as a person would hold BOOT0. What they run is the simulator's own application.
import type { Device } from '#core/device.ts';
import { findByPart } from '#devices/part-name.ts';
import type { Clock } from '#ports/clock.ts';
import type { VirtualBoard, VirtualBoards } from '#session/environment.ts';
import { simulate, type SimulatedBoard } from '#simulator/index.ts';
import { VirtualClock } from '#simulator/virtual-clock.ts';

/** A sign of life each second, so that a console has something to show. */
const HEARTBEAT_MS = 1000;

/** `speed` is how many times faster than real silicon the boards live; `devices` are the shipped ones. */
export function virtualBoards(
	clock: Clock,
	speed: number,
	devices: readonly Device[],
): VirtualBoards {
	const boards = new Map<string, SimulatedBoard>();
	const paced = new VirtualClock({ clock, speed });
	const boardFor = (part: string, boot0 = true): SimulatedBoard => {
		const device = findByPart(devices, part)[0];
		if (!device) throw new RangeError(`no ${part} in the catalogue`);
		const board =
			boards.get(part) ??
			simulate({
				device,
				clock: paced,
				bus: 'xhci',
				boot0,
				application: { heartbeatMs: HEARTBEAT_MS * speed },
			});
		boards.set(part, board);
		return board;
	};
	return {
		plugIn: (part) => {
			const board = boardFor(part);
			if (board.mode === 'off') board.replug();
			board.reset('bootloader');
			return Promise.resolve(offered(board));
		},
		running: (part) => Promise.resolve(offered(boardFor(part, false))),
	};
}

const offered = (board: SimulatedBoard): VirtualBoard => ({
	serial: board.serial,
	usb: board.usb,
	unplug: () => {
		board.unplug();
	},
	replug: () => {
		board.replug();
	},
	watch: (unplugged) => {
		board.serial.addEventListener('disconnect', unplugged);
	},
});
