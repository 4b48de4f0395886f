// Signed updates: everything the session and the command line use of this folder. Load it lazily in the page.
export {
	readChannel,
	writeChannel,
	type Channel,
	type ChannelUpdate,
	type SignedChannel,
} from './channel.ts';
export { createBundle } from './create.ts';
export type { Draft, DraftImage, DraftPicture, DraftStep } from './draft.ts';
export { attachSignature, signBundle, signingInput } from './sign.ts';
export { knownAs, thumbprints } from './trust.ts';
export { imageOf, rangesToRead } from './delta.ts';
export { diffBundles, type BundleDiff } from './diff.ts';
export {
	fingerprint,
	generateKeys,
	readPrivateKey,
	readPublicKey,
	thumbprint,
	type Algorithm,
	type KeyPair,
} from './keys.ts';
export { readKeyList, withMemory, writeKeyList, type KeyList } from './key-list.ts';
export { checkHardware, identityRanges, type HardwareFacts, type Unproven } from './match.ts';
export {
	inspectBundle,
	openBundle,
	type Inspection,
	type SignatureView,
	type UncheckedBundle,
} from './open.ts';
export { checkAgain, introduce, keyListIn, verifyBundle, type Introduction } from './verify.ts';
export {
	MAX_ANSWER,
	checkDates,
	checkVersions,
	compareVersions,
	versionFrom,
	type Relation,
} from './version.ts';
