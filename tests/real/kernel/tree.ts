// Names and inode numbers of the FUSE mount: directories one or two deep, with device files in them.
import type { DeviceFile } from './device-file.ts';

export interface Entry {
	readonly inode: number;
	readonly file?: DeviceFile;
	readonly children?: Map<string, Entry>;
}

const ROOT = 1;

export class Tree {
	readonly #root: Entry = { inode: ROOT, children: new Map<string, Entry>() };
	/** Entries stay for ever: a client may hold a file that is no longer listed. */
	readonly #entries = new Map<number, Entry>([[ROOT, this.#root]]);

	/** Puts a file at a path such as 'ttyACM0' or '001/002', in place of what was there. */
	add(path: string, file: DeviceFile): void {
		const names = path.split('/');
		const last = names.pop()!;
		let folder = this.#root;
		for (const name of names) {
			folder = folder.children!.get(name) ?? this.#enter(folder, name, { children: new Map() });
		}
		this.#enter(folder, last, { file });
	}

	at(inode: number): Entry | undefined {
		return this.#entries.get(inode);
	}

	find(folder: number, name: string): Entry | undefined {
		const found = this.#entries.get(folder)?.children?.get(name);
		return found?.file?.gone ? undefined : found;
	}

	list(folder: number): [string, Entry][] {
		const all = this.#entries.get(folder)?.children ?? new Map<string, Entry>();
		return [...all].filter(([, entry]) => !entry.file?.gone);
	}

	#enter(folder: Entry, name: string, content: Omit<Entry, 'inode'>): Entry {
		const entry = { inode: this.#entries.size + 1, ...content };
		this.#entries.set(entry.inode, entry);
		folder.children!.set(name, entry);
		return entry;
	}
}
