// JWS JSON General Serialization (RFC 7515 section 7.2.1), read strictly. The mathematics is jose's and the platform's.

export const TYPES = {
	manifest: 'application/vnd.sectorwise.manifest+jws',
	keys: 'application/vnd.sectorwise.keys+jws',
	channel: 'application/vnd.sectorwise.channel+jws',
} as const;

export type Algorithm = 'EdDSA' | 'ES256';

/** A signature as the file has it; base64url where RFC 7515 says so. */
export interface JwsSignature {
	readonly protected: string;
	readonly signature: string;
	readonly alg: Algorithm;
	/** RFC 7638 SHA-256 thumbprint. */
	readonly kid: string;
	/** The public key, to introduce a maker; never trusted by itself. */
	readonly jwk?: JsonWebKey;
}

export interface Jws {
	readonly payload: string;
	readonly signatures: readonly JwsSignature[];
}
