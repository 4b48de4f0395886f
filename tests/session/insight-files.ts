// The sample's files as the insight worker gets them, and its answers without a worker around it.
import { readFileSync } from 'node:fs';
import { findByPart } from '#devices/index.ts';
import { effectiveMemory } from '#devices/memory-map.ts';
import type {
	Asks,
	AskName,
	DeskFile,
	DeskRequest,
	OpenQuestion,
} from '#workers/insight-messages.ts';
import type { InsightWork } from '#workers/insight-work.ts';

export const bytes = (name: string): Uint8Array<ArrayBuffer> =>
	new Uint8Array(readFileSync(new URL(`../../static/samples/${name}`, import.meta.url)));
let nextId = 1;
export const given = (name: string, content: BlobPart = bytes(name)): DeskFile => ({
	id: nextId++,
	name,
	file: new Blob([content]),
});
export const none: OpenQuestion = { files: [], before: [], settings: { symbols: [], defines: [] } };
const [device] = findByPart('STM32F405RG');
export const target = {
	name: 'STM32F405RG',
	memory: effectiveMemory(device, undefined, {}).memory,
	device: device!,
	live: false,
};

export async function ask<K extends AskName>(
	work: InsightWork,
	name: K,
	question: Asks[K]['question'],
): Promise<Asks[K]['answer']> {
	return await work.answer({ id: 0, ask: name, question } as DeskRequest);
}

export const sample = (): DeskFile[] =>
	['elf', 'map', 'ld'].map((kind) => given(`beacon-f405rg.${kind}`));
