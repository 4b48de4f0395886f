// The trust boundary: only verify() makes a VerifiedBundle, and only that becomes firmware.
import type { Jws } from './jws.ts';
import type { KeyList } from './key-list.ts';
import type { Manifest } from './manifest.ts';

declare const verified: unique symbol;

export interface VerifiedBundle {
	readonly [verified]: true;
	readonly manifest: Manifest;
	/** Every file the manifest names, unpacked and equal to its SHA-256, by path. */
	readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
	/** RFC 7638 thumbprints of the trusted keys that signed it. */
	readonly signedBy: readonly string[];
	/** Who signed it, with the keys of the list that came along, if it was newer. */
	readonly maker: Maker;
	/** Thumbprints its counter is remembered under: the keys its maker was first trusted by, and those that signed. */
	readonly ids: readonly string[];
	/** What was remembered of earlier versions is damaged: nobody can tell that this is not an old one. */
	readonly unsure: boolean;
	/** As the file has it, for a second look before anything is erased. */
	readonly signed: Signatures;
	/** SHA-256 of the whole file, lower-case hex. */
	readonly sha256: string;
}

/** The signed texts of a bundle. */
export interface Signatures {
	readonly manifest: Jws;
	readonly keys?: Jws;
}

/** A key list that was taken in. */
export interface SeenList extends KeyList {
	/** Thumbprints of the trusted keys that signed it. */
	readonly by: readonly string[];
	/** Which of them signed is not known: it holds while all of them are trusted. */
	readonly all?: true;
}

/** A maker's public keys on this machine. */
export interface Maker {
	readonly name: string;
	/** RFC 7517 public keys that count now: OKP Ed25519 or EC P-256. None for a maker of whom only revocations are known. */
	readonly keys: readonly JsonWebKey[];
	/** The keys it is trusted by without any list, once a list has replaced them: what tells it from other makers. */
	readonly roots?: readonly JsonWebKey[];
	/** How many of the roots must sign, whatever a list says. */
	readonly least?: number;
	/** The signed lists seen of it, in the order of their numbers. */
	readonly lists?: readonly SeenList[];
	/** Thumbprints of keys that were its roots once. */
	readonly past?: readonly string[];
	/** Thumbprints that no longer count, from the maker's signed lists. */
	readonly revoked: readonly string[];
	/** Number of the newest signed key list in force; an older one is refused. */
	readonly listed: number;
	/** How many different keys must sign; 1 where it says nothing. */
	readonly needs?: number;
	/** Product IDs its keys may sign for (brand file); undefined means any. */
	readonly products?: readonly string[];
	readonly from: 'brand' | 'accepted';
}

/** What verification needs to know. */
export interface Trust {
	readonly makers: readonly Maker[];
	/** The day it is. */
	readonly now: Date;
	/**
	 * Highest anti-rollback counter seen on this machine for a product of the maker known by any of these thumbprints;
	 * undefined when none was.
	 */
	counter(productId: string, maker: readonly string[]): number | undefined;
	/** What was remembered of this product may be lost; never where it is left out. */
	unsure?(productId: string, maker: readonly string[]): boolean;
}
