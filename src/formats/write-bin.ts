// Raw binaries: from the first byte to the last, gaps filled. The address is lost.
import { Failure } from '#core/failure.ts';
import { extent, imageSize, readImage } from '#core/image.ts';
import { size } from '#core/range.ts';
import { MAX_IMAGE } from './format.ts';
import { ensureBytes, type Writer } from './writer.ts';

const ERASED = 0xff;

export const binWriter: Writer = {
	id: 'bin',
	label: 'Raw binary (.bin)',
	extension: '.bin',
	about: 'The bytes alone, gaps filled: whoever programs it must know the address.',
	write(image, { fill = ERASED }) {
		ensureBytes(image);
		const range = extent(image)!;
		// Internal flash beside external memory or RAM: objcopy would write the whole distance.
		if (size(range) > MAX_IMAGE) {
			const data = { size: size(range), used: imageSize(image), limit: MAX_IMAGE };
			throw new Failure('write.span', data);
		}
		return readImage(image, range, fill);
	},
};
