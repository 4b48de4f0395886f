// Files the page may look at again: handles of the File System Access API (WICG), from the chooser or from a drop, and
// kept over reloads in IndexedDB. A browser without the API has none of it.

/** The part of FileSystemFileHandle that is used; one of the origin's private file system has it too. */
export interface FileHandleLike {
	readonly name: string;
	getFile(): Promise<File>;
	queryPermission?(how: { readonly mode: 'read' }): Promise<PermissionState>;
	requestPermission?(how: { readonly mode: 'read' }): Promise<PermissionState>;
}

/** A file the user gave, with its handle where the browser has one for it. */
export interface GivenFile {
	readonly file: File;
	readonly handle?: FileHandleLike;
}

export interface FileHandles {
	/** Shows the chooser; nothing when it is closed without a choice. Call it straight from a click. */
	pick(): Promise<readonly GivenFile[]>;
	/** What was dropped. Call it from the event itself: later the transfer is empty. */
	dropped(transfer: DataTransfer): Promise<readonly GivenFile[]>;
	/** Keeps these handles, and no others, for the next visit. Where storage is refused nothing is kept. */
	keep(handles: readonly FileHandleLike[]): Promise<void>;
	/** What an earlier visit kept. */
	recall(): Promise<readonly FileHandleLike[]>;
	/** True while somebody may be looking at the page. */
	visible(): boolean;
}

interface Offering {
	showOpenFilePicker?(options: { readonly multiple: true }): Promise<FileHandleLike[]>;
}
type DroppedItem = DataTransferItem & {
	getAsFileSystemHandle?(): Promise<({ readonly kind: string } & Partial<FileHandleLike>) | null>;
};

/** Loaded when first needed. */
const store = () => import('./handle-store.ts');

/** Undefined where the browser has no such API (Firefox, Safari, Chrome on Android before it came). */
export function browserFileHandles(): FileHandles | undefined {
	const offering = window as Offering;
	if (!offering.showOpenFilePicker) return undefined;
	return {
		pick: async () => {
			try {
				return await withFiles((await offering.showOpenFilePicker?.({ multiple: true })) ?? []);
			} catch (error) {
				// The chooser was closed.
				if (error instanceof DOMException && error.name === 'AbortError') return [];
				throw error;
			}
		},
		dropped,
		keep: async (handles) => (await store()).keepHandles(handles),
		recall: async () => (await (await store()).recallHandles()).filter(isHandle),
		visible: () => document.visibilityState === 'visible',
	};
}

async function dropped(transfer: DataTransfer): Promise<readonly GivenFile[]> {
	// Asked for all at once, before anything is waited for.
	const pairs = [...transfer.items]
		.filter(({ kind }) => kind === 'file')
		.map((item: DroppedItem) => ({
			file: item.getAsFile(),
			handle: item.getAsFileSystemHandle?.().catch(() => null) ?? Promise.resolve(null),
		}));
	const given: GivenFile[] = [];
	for (const pair of pairs) {
		const handle = await pair.handle;
		if (!pair.file) continue;
		const watched = handle?.kind === 'file' && isHandle(handle);
		given.push({ file: pair.file, ...(watched && { handle }) });
	}
	return given;
}

/** A file that went away between the choice and now is left out. */
export async function withFiles(handles: readonly FileHandleLike[]): Promise<readonly GivenFile[]> {
	const files = await Promise.allSettled(handles.map((handle) => handle.getFile()));
	return files.flatMap((one, i) =>
		one.status === 'fulfilled' ? [{ file: one.value, handle: handles[i]! }] : [],
	);
}

const isHandle = (value: unknown): value is FileHandleLike =>
	typeof value === 'object' &&
	value !== null &&
	'name' in value &&
	typeof value.name === 'string' &&
	'getFile' in value;
