// The trust boundary: only verify() makes a VerifiedBundle, and only that becomes firmware.
import type { Manifest } from './manifest.ts';

declare const verified: unique symbol;

export interface VerifiedBundle {
	readonly [verified]: true;
	readonly manifest: Manifest;
	/** Every file the manifest names, unpacked and equal to its SHA-256, by path. */
	readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
	/** RFC 7638 thumbprints of the trusted keys that signed it. */
	readonly signedBy: readonly string[];
	/** Who signed it, with the keys of the list that came along, if it was newer: to be kept. */
	readonly maker: Maker;
	/** SHA-256 of the whole file, lower-case hex. */
	readonly sha256: string;
}

/** A maker's public keys on this machine. */
export interface Maker {
	readonly name: string;
	/** RFC 7517 public keys: OKP Ed25519 or EC P-256. */
	readonly keys: readonly JsonWebKey[];
	/** The keys it was first trusted by, once a list has replaced them: what tells it from other makers. */
	readonly roots?: readonly JsonWebKey[];
	/** Thumbprints that no longer count, from the maker's signed list. */
	readonly revoked: readonly string[];
	/** Number of the newest signed key list seen; an older one is refused. */
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
	/** Highest anti-rollback counter seen for a product on this machine; undefined when none was. */
	counter(productId: string): number | undefined;
}
