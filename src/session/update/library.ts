// Update files kept on this machine, to be installed offline. A kept file is verified again each time it is opened:
// being here makes nothing trusted.
import type { VerifiedBundle } from '#bundle/verified.ts';
import { Failure, isFailure } from '#core/failure.ts';
import { encodeRecord, hasShape, isCount, isText, readRecords } from '#session/keep/records.ts';
import type { Store } from '#ports/store.ts';

/** What is said of a kept file without opening it: as it was when it was verified. */
export interface StoredUpdate {
	readonly format: 1;
	/** SHA-256 of the file, lower-case hex: its name here. */
	readonly sha256: string;
	/** ISO 8601. */
	readonly added: string;
	/** The file as it was called. */
	readonly fileName: string;
	/** Bytes. */
	readonly size: number;
	readonly maker: string;
	readonly product: { readonly id: string; readonly name: string };
	readonly version: string;
	readonly counter: number;
}

const FACTS = 'library';
const FILES = 'library-files';
/** Two tabs never write and clear at once. */
const LOCK = 'library';
const DIGEST = /^[0-9a-f]{64}$/;

const isStored = (value: unknown): value is StoredUpdate =>
	hasShape(value, {
		format: (format) => format === 1,
		sha256: (digest) => isText(digest) && DIGEST.test(digest),
		added: isText,
		fileName: isText,
		size: isCount,
		maker: isText,
		product: (product) => hasShape(product, { id: isText, name: isText }),
		version: isText,
		counter: isCount,
	});

/** Newest first; `damaged` names files that are not believed. @throws Failure store.refused */
export async function listStored(
	store: Store,
): Promise<{ readonly updates: readonly StoredUpdate[]; readonly damaged: readonly string[] }> {
	const { records, damaged } = await readRecords(store, FACTS, isStored);
	return { updates: [...records].sort((a, b) => (a.added < b.added ? 1 : -1)), damaged };
}

/**
 * Keeps a verified file. Where the room does not suffice the oldest other updates make way, one by one; backups and
 * journals never do. Returns those that went. @throws Failure store.full when that was not enough, store.refused
 */
export async function keepStored(
	store: Store,
	bytes: Uint8Array,
	facts: Omit<StoredUpdate, 'format' | 'size'>,
): Promise<readonly StoredUpdate[]> {
	const record: StoredUpdate = { format: 1, size: bytes.length, ...facts };
	return await store.alone(LOCK, async () => {
		const { updates } = await listStored(store);
		const others = updates.filter(({ sha256 }) => sha256 !== record.sha256);
		const gone: StoredUpdate[] = [];
		for (;;) {
			try {
				await store.write(`${FILES}/${record.sha256}`, bytes);
				await store.write(`${FACTS}/${record.sha256}`, encodeRecord(record));
				return gone;
			} catch (error) {
				const oldest = others.pop();
				if (!isFailure(error, 'store.full') || !oldest) {
					// Facts without a file would offer what is not there.
					await remove(store, record.sha256);
					throw error;
				}
				await remove(store, oldest.sha256);
				gone.push(oldest);
			}
		}
	});
}

/** What is kept of a bundle, in the reader's language. */
export const factsOf = (
	{ manifest, sha256 }: VerifiedBundle,
	product: string,
): Pick<StoredUpdate, 'sha256' | 'maker' | 'product' | 'version' | 'counter'> => ({
	sha256,
	maker: manifest.maker.name,
	product: { id: manifest.product.id, name: product },
	version: manifest.version.name,
	counter: manifest.version.counter,
});

/** The file as it was kept. @throws Failure store.missing, store.damaged or store.refused */
export async function loadStored(store: Store, digest: string): Promise<Uint8Array<ArrayBuffer>> {
	const path = `${FILES}/${digest}`;
	const bytes = await store.read(path);
	if (!bytes) throw new Failure('store.missing', { path });
	if ((await store.digest(bytes)) !== digest) throw new Failure('store.damaged', { path });
	return bytes.slice();
}

export const removeStored = (store: Store, digest: string): Promise<void> =>
	store.alone(LOCK, () => remove(store, digest));

async function remove(store: Store, digest: string): Promise<void> {
	await store.remove(`${FACTS}/${digest}`);
	await store.remove(`${FILES}/${digest}`);
}
