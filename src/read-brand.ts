// All of the brand file, read when first needed; a broken one is told to its maker, and the app stays neutral but for
// strangers: whoever keeps the file from being read must not make a page that refuses them ask instead.
import { Failure, isFailure } from '#core/failure.ts';
import { neutral, readBrand, type Brand } from '#session/brand.ts';
import { brandText } from './brand.ts';

export interface LoadedBrand {
	readonly brand: Brand;
	/** What is wrong with the file; the neutral brand stands in. */
	readonly trouble?: Failure;
}

const guarded: Brand = { ...neutral, others: 'refuse' };

/** Never rejects. */
export async function loadBrand(): Promise<LoadedBrand> {
	try {
		const text = await brandText;
		return { brand: text === undefined ? neutral : readBrand(text) };
	} catch (error) {
		if (isFailure(error)) return { brand: guarded, trouble: error };
		const reason = error instanceof Error ? error.message : String(error);
		return { brand: guarded, trouble: new Failure('brand.unreachable', { reason }, error) };
	}
}
