// The quirks of a board that has answered: which rows hold, and what of them is settled before anything is planned.
import { parseMemoryString } from '#core/memory-string.ts';
import type { Device } from '#core/device.ts';
import type { Effect, QuirkFacts } from '#core/quirk.ts';
import type { Identity } from '#protocols/programmer.ts';

/** What is known of a board that may be any of the candidates. */
export function quirkFacts(
	identity: Identity,
	candidates: readonly Device[],
	bootloaderId: number | undefined,
): QuirkFacts {
	const { transport, usb, productId, bootloaderVersion } = identity;
	const hex = (id: number): string => id.toString(16).toUpperCase().padStart(4, '0');
	return {
		transport,
		...(usb && { usb: `${hex(usb.vendorId)}:${hex(usb.productId)}` }),
		productIds: productId !== undefined ? [productId] : candidates.map((one) => one.productId),
		families: candidates.map(({ family }) => family),
		parts: candidates.flatMap(({ parts }) => parts),
		...(bootloaderId !== undefined && { bootloaderId }),
		...(transport === 'uart' && bootloaderVersion !== undefined && { protocol: bootloaderVersion }),
		strings: [...(identity.strings ?? []), usb?.product],
	};
}

export const effectOf = (effects: readonly Effect[], kind: Effect['kind']): Effect | undefined =>
	effects.find((effect) => effect.kind === kind);

/** What the board says about its memory, put right where its serial number knows better. */
export function corrected(identity: Identity, effects: readonly Effect[]): Identity {
	const rule = effectOf(effects, 'size-by-serial');
	const size = rule && sizeBySerial(identity.usb?.serial ?? '', rule);
	const first = identity.alternates?.[0];
	if (!rule || size === undefined || !first) return identity;
	const { groups, name } = first.memory;
	const pages = (size * 1024) / (rule.sectorSize ?? 1024);
	const start = '0x' + groups[0]!.address.toString(16).padStart(8, '0');
	const text = `@${name}/${start}/${pages}*${rule.sectorSize ?? 1024}Bg`;
	const memory = parseMemoryString(text);
	if (!memory) return identity;
	const strings = identity.strings?.map((old, setting) => (setting === first.setting ? text : old));
	const alternates = identity.alternates?.map((old) => (old === first ? { ...old, memory } : old));
	return { ...identity, ...(strings && { strings }), ...(alternates && { alternates }) };
}

/** KiB; the serial number may be bytes taken for UTF-16. */
function sizeBySerial(serial: string, { pattern = '', kib }: Effect): number | undefined {
	const bytes = [...serial]
		.flatMap((letter) => {
			const code = letter.charCodeAt(0);
			return code > 0xff ? [code & 0xff, code >> 8] : [code];
		})
		.map((code) => String.fromCharCode(code))
		.join('');
	const key = new RegExp(pattern, 'u').exec(bytes)?.[1];
	return key !== undefined && kib && Object.hasOwn(kib, key) ? kib[key] : undefined;
}
