// The brand file next to the page: fetched once, at the start. Which page to begin with is seen at once; all of it is
// read when the customer's page needs it.
import type { Failure } from '#core/failure.ts';
import type { Brand } from '#session/brand.ts';

export interface LoadedBrand {
	readonly brand: Brand;
	/** What is wrong with the file, for its maker; the neutral brand stands in. */
	readonly trouble?: Failure;
}

/** A server that does not answer must not keep the page from coming up. */
const PATIENCE_MS = 1500;

/** The text of brand.json; undefined where there is none. Rejects where it cannot be fetched. */
const text: Promise<string | undefined> = fetch('./brand.json').then(async (answer) => {
	if (answer.ok) return answer.text();
	if (answer.status === 404) return undefined;
	throw new Error(`brand.json answered ${answer.status}`);
});
text.catch(() => undefined);

/** What the file says on top, without a look at the rest; nothing where it is broken or late. */
const glance: Promise<Readonly<Record<string, unknown>>> = Promise.race([
	text.then((json) => JSON.parse(json ?? '{}') as Record<string, unknown>),
	new Promise<Record<string, never>>((late) => setTimeout(late, PATIENCE_MS, {})),
]).catch(() => ({}));

export const startsWithUpdate = async (): Promise<boolean> => (await glance)['start'] === 'update';

/** Never rejects. */
export async function loadBrand(): Promise<LoadedBrand> {
	const { neutral, readBrand } = await import('#session/brand.ts');
	const { Failure, isFailure } = await import('#core/failure.ts');
	try {
		const json = await text;
		return { brand: json === undefined ? neutral : readBrand(json) };
	} catch (error) {
		if (isFailure(error)) return { brand: neutral, trouble: error };
		const reason = error instanceof Error ? error.message : String(error);
		return { brand: neutral, trouble: new Failure('brand.unreachable', { reason }, error) };
	}
}
