// Where sections keep their bytes: RAM that forgets them, backup memory that cannot be programmed, views of the flash
// that cannot be written, zeros that need not be stored.
import { firstOtherThan } from '#core/bytes.ts';
import { diagnostic, type Diagnostic } from '#core/failure.ts';
import { sliceImage } from '#core/image.ts';
import { includes, size } from '#core/range.ts';
import { roleAt } from '#insight/roles.ts';
import type { BuiltSection } from '#insight/sections.ts';
import type { Case, Expert } from './findings.ts';

/** Below this many bytes of zeros nobody minds. */
const MANY_ZEROS = 256;

export const loadAddresses: Expert = (about) =>
	about.sections.flatMap((section) => {
		const { loadAddress } = section;
		return loadAddress === undefined || !isProven(section, about)
			? []
			: storedAt({ section, loadAddress }, about);
	});

/** A map only suggests what is stored; an ELF or the image's own bytes prove it. */
function isProven({ loadAddress = 0 }: BuiltSection, { build }: Case): boolean {
	if (build.elf) return true;
	const range = { start: loadAddress, end: loadAddress + 1 };
	return sliceImage(build.firmware?.image ?? [], range).length > 0;
}

function storedAt(
	stored: { readonly section: BuiltSection; readonly loadAddress: number },
	{ chip, build }: Case,
): Diagnostic[] {
	const { section, loadAddress: address } = stored;
	const range = { start: address, end: address + section.size };
	const name = section.name;
	const alias = chip.aliasAt(address);
	if (alias && !alias.writable) {
		const flash = alias.of;
		const data = { section: name, address, alias: alias.name, flash };
		return [diagnostic('error', 'insight.alias-load', data, range)];
	}
	switch (roleAt(address, name, chip)) {
		case 'ram': {
			const memory = chip.regions.find((each) => includes(each.range, chip.addressOf(address)));
			const data = { section: name, size: section.size, address, region: memory?.name ?? 'RAM' };
			return [diagnostic('error', 'insight.load-in-ram', data, range)];
		}
		case 'backup': {
			const data = { section: name, size: section.size, address };
			return [diagnostic('error', 'insight.load-in-backup', data, range)];
		}
		default: {
			const runs = roleAt(section.address, name, chip);
			if (runs !== 'ram' || section.size < MANY_ZEROS || name === '.data') return [];
			const bytes = sliceImage(build.firmware?.image ?? [], range);
			const whole = bytes.length === 1 && bytes[0]!.data.length === size(range);
			if (!whole || firstOtherThan(bytes[0]!.data, 0) >= 0) return [];
			const data = { section: name, size: section.size };
			return [diagnostic('note', 'insight.zeros-stored', data, range)];
		}
	}
}
