// From what is printed on a chip to the parts of the catalogue: "STM32F405RGT6" → STM32F405RG. The last letters of an
// order code (package, temperature, packing) do not change the memory, except on L1 where A and X name a later die.
import type { Device } from '#core/device.ts';

/** Letters and digits that name a part; STM32WBA has one more. */
const partLength = (text: string): number => (text.startsWith('STM32WBA') ? 12 : 11);

/**
 * Devices whose parts fit `text`: a part (STM32F405RG), an order code (STM32F405RGT6TR), a generic name with a small x
 * for any character (STM32F407xG), or the beginning of one (STM32F405). Empty when nothing fits.
 */
export function findByPart(devices: readonly Device[], text: string): Device[] {
	const name = /^\s*([a-z0-9]{7,40})(-[ax])?/i.exec(text);
	if (!name || !/^stm32/i.test(name[1]!)) return [];
	const body = name[1]!;
	const upper = body.toUpperCase();
	const part = upper.slice(0, partLength(upper));
	const fitting = (pattern: string, die: string): Device[] =>
		devices.filter(({ parts }) => parts.some((known) => fits(known, pattern, die)));
	for (const die of diesOf(upper, name[2])) {
		// An upper-case X is a real package letter (STM32H743XI): only a small one among capitals means "any".
		const exact = /x/.test(body) && /[A-Z]/.test(body) ? [] : fitting(part, die);
		if (exact.length > 0) return exact;
		const generic = /x/.test(body) ? fitting(part.replaceAll('X', '?'), die) : [];
		if (generic.length > 0) return generic;
	}
	return [];
}

/** Which dies to look for, in order: the one the name asks for, then the ordinary one. */
function diesOf(upper: string, suffix: string | undefined): string[] {
	if (suffix) return [suffix.toUpperCase()];
	const option = /^STM32L1.{4}[A-Z][0-9X]([AX])/.exec(upper)?.[1];
	return option ? [`-${option}`, ''] : [''];
}

/** `known` may hold x for any character where no part list is published. */
function fits(known: string, pattern: string, die: string): boolean {
	const dash = known.indexOf('-');
	const [body, knownDie] = dash < 0 ? [known, ''] : [known.slice(0, dash), known.slice(dash)];
	// The beginning of a name leaves the die open; a whole name does not.
	if (knownDie !== die && (pattern.length >= body.length || die !== '')) return false;
	if (pattern.length > body.length) return false;
	return Array.from(pattern).every(
		(char, i) => char === '?' || body[i] === 'x' || body[i] === char,
	);
}
