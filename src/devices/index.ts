// The catalogue in one go, for what has no page to keep waiting: command line, tools, tests.
import type { Device } from '#core/device.ts';
import * as choose from './choose.ts';
import { readFiles } from './shipped.ts';
import * as geometry from './geometry.ts';
import * as partName from './part-name.ts';

/** By product ID, then flash size as the file lists it. */
export const devices: readonly Device[] = [...readFiles()].flatMap((file) => file.devices);

export const findByProductId = (id: number): Device[] => choose.findByProductId(devices, id);

export const findByPart = (text: string): Device[] => partName.findByPart(devices, text);

export const findByMemoryString = (strings: readonly (string | undefined)[]): Device[] =>
	geometry.findByMemoryString(devices, strings);

export const chooseDevice = (evidence: choose.Evidence): choose.Choice =>
	choose.chooseDevice(devices, evidence);

export { flashSizeOf, type Choice, type Evidence } from './choose.ts';
