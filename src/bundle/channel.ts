// A maker's channel: the newest versions, signed, on any static host.
import type { Texts } from './manifest.ts';
import type { Trust } from './verified.ts';

export interface Channel {
	/** Rises with every publication; an older one is a replay. */
	readonly number: number;
	/** ISO 8601 day (UTC) after which the list counts as stale, if the maker gives one. */
	readonly until?: string;
	readonly updates: readonly ChannelUpdate[];
}

export interface ChannelUpdate {
	readonly product: string;
	readonly name: Texts;
	readonly version: string;
	readonly counter: number;
	/** Absolute https, or relative to the channel file. */
	readonly url: string;
	/** Bytes, and SHA-256 of the bundle. */
	readonly size: number;
	readonly sha256: string;
}

/** A channel file as fetched. @throws Failure bundle.* for what no trusted key signed; bundle.channel-old below `seen`, the highest number known. */
export function readChannel(_bytes: Uint8Array, _trust: Trust, _seen?: number): Promise<Channel> {
	return Promise.reject(new Error('not written yet'));
}

/** A signed channel file; `signers` are private keys. */
export function writeChannel(
	_channel: Channel,
	_signers: readonly JsonWebKey[],
): Promise<Uint8Array<ArrayBuffer>> {
	return Promise.reject(new Error('not written yet'));
}
