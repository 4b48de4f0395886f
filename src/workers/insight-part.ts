// The parts of an image inside and outside the chip, as files.
import { toFailure } from '#core/failure.ts';
import type { Build, Target } from '#core/insight.ts';
import { regionAt } from '#core/memory.ts';
import { includes } from '#core/range.ts';
import { segmentRange } from '#core/image.ts';
import type { WriteFacts } from '#formats/writer.ts';
import { writers } from '#formats/writers.ts';
import { splitImage } from '#insight/external.ts';
import type { PartAnswer, PartQuestion } from './insight-messages.ts';

/** Never throws: what the format cannot hold is in the answer. An unknown format is the first one. */
export function partAnswer(
	{ part, format }: PartQuestion,
	{ name, firmware }: Build,
	target?: Target,
): PartAnswer {
	const image = splitImage(firmware?.image ?? [])[part];
	const start = image[0]?.address ?? 0;
	const writer = writers.find(({ id }) => id === format) ?? writers[0]!;
	const entryPoint = firmware?.entryPoint;
	const enters =
		entryPoint !== undefined && image.some((one) => includes(segmentRange(one), entryPoint));
	const { memory = [], device } = target ?? {};
	const fill = regionAt(memory, start)?.eraseValue;
	const facts: WriteFacts = {
		name,
		memory,
		...(device && { family: device.family }),
		...(fill !== undefined && { fill }),
		...(enters && { entryPoint }),
	};
	try {
		const bytes = writer.write(image, facts) as Uint8Array<ArrayBuffer>;
		const stem = name.replace(/\.[a-z0-9]{1,5}$/i, '');
		const at = start.toString(16).padStart(8, '0');
		return { name: `${stem}-${part}-${at}${writer.extension}`, bytes: new Blob([bytes]) };
	} catch (error) {
		const { code, data } = toFailure(error);
		return { failure: { code, data } };
	}
}
