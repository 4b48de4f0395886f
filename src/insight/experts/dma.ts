// Buffers for DMA in memory that no DMA of the chip reaches. A buffer is told by its name, so this speaks up only for
// names that leave little doubt: HAL's own descriptors, and "dma" together with a word for memory.
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import { includes, type Range } from '#core/range.ts';
import type { DmaRule } from '#devices/facts.ts';
import { chipRole } from '#insight/roles.ts';
import type { Case, Expert } from './findings.ts';

/** `hdma_usart1_rx` is HAL's handle, which only the CPU reads. */
const HANDLE = /^_?hdma|handle|config|state|status|count|flag|index|semaphore|mutex|queue|task/i;
const BUFFER = /buf|desc|dscr|pool|sample|ring|fifo|frame|mem|data|array/i;
const SECTION = /dma|^\.(?:Rx|Tx)(?:Decrip|Descrip|Array)Section$|eth_?desc/i;

interface Named {
	readonly name: string;
	readonly address: number;
	readonly range: Range;
}

export const dmaBuffers: Expert = (about) => {
	if (about.facts.dma.length === 0) return [];
	const sections = about.sections.filter(({ name }) => SECTION.test(name));
	const buffers: Named[] = [
		...sections.map(named),
		...symbolsOf(
			about,
			sections.map(({ name }) => name),
		),
	];
	return buffers.flatMap((buffer) => judge(buffer, about));
};

const named = (each: { name: string; address: number; size: number }): Named => ({
	name: each.name,
	address: each.address,
	range: { start: each.address, end: each.address + each.size },
});

/** Objects that look like buffers; those of a section that was named already are not told again. */
const symbolsOf = (about: Case, told: readonly string[]): Named[] =>
	about
		.symbols()
		.filter(
			({ kind, name, section, size }) =>
				kind === 'object' &&
				size >= 4 &&
				/dma/i.test(name) &&
				BUFFER.test(name) &&
				!HANDLE.test(name) &&
				!(section !== undefined && told.includes(section)),
		)
		.map(named);

function judge({ name, address, range }: Named, { facts, chip }: Case): Diagnostic[] {
	const place = chip.addressOf(address);
	const memory = chip.regions.find((region) => includes(region.range, place));
	const rule = memory && facts.dma.find((each) => applies(each, name, memory.name));
	if (!memory || !rule) return [];
	const out = new Set(
		facts.dma.filter((each) => applies(each, name)).flatMap((each) => each.memories),
	);
	const rams = chip.regions.filter((region) => chipRole(region) === 'ram');
	const reachable = rams.filter((region) => !out.has(region.name)).map((region) => region.name);
	const data = {
		name,
		address,
		memory: memory.name,
		masters: rule.masters,
		reachable: reachable.join(', ') || 'other memory',
	};
	return [diagnostic('warning', 'insight.dma-unreachable', data, range)];
}

function applies(rule: DmaRule, name: string, memory?: string): boolean {
	const lower = name.toLowerCase();
	if (rule.allowed !== undefined && lower.includes(rule.allowed)) return false;
	if (rule.only !== undefined && !lower.includes(rule.only)) return false;
	return memory === undefined || rule.memories.includes(memory);
}
