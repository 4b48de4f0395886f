// What a signed update, its keys or a maker's channel can be refused for. Said for a customer; the cause is for the maker.
const untouched = 'Nothing was changed on the device.';
const again = `${untouched} Download the update again from the maker; if that does not help, tell the maker.`;
const tellMaker = `${untouched} Ask the maker for a corrected update.`;

export const bundleFailures = {
	'bundle.not-a-bundle': {
		text: 'This file is not an update.',
		cause: 'It is not a zip container with a manifest.jws in it.',
		next: `${untouched} Choose the file that ends in .swupdate.`,
	},
	'bundle.too-large': {
		text: 'This file is too large for an update: {found:bytes}, at most {limit:bytes}.',
		cause: 'Bundles are bounded so that a hostile one cannot fill the memory.',
		next: again,
	},
	'bundle.damaged': {
		text: 'The update file is damaged.',
		cause: 'Its container is not what the format allows: {reason}.',
		next: again,
	},
	'bundle.unpacked-size': {
		text: 'The update unpacks to more than it may, and is not opened.',
		cause:
			'{path} says or gives more than {limit:bytes}: a damaged file, or one made to fill the memory.',
		next: again,
	},
	'bundle.path': {
		text: 'The update contains a file with a name that is not allowed.',
		cause: 'The name {path} could lead out of the container or be read in two ways.',
		next: again,
	},
	'bundle.duplicate-file': {
		text: 'The update contains two files with the same name.',
		cause: '{path} is there twice, or differs from another name only in capital letters.',
		next: again,
	},
	'bundle.unlisted-file': {
		text: 'The update contains a file that its maker did not sign.',
		cause: 'The manifest does not name {path}.',
		next: again,
	},
	'bundle.missing-file': {
		text: 'A part of the update is missing.',
		cause: '{path} is not in the container.',
		next: again,
	},
	'bundle.file-changed': {
		text: 'A part of the update was changed after its maker signed it.',
		cause: '{path} does not have the size and SHA-256 that the manifest gives.',
		next: again,
	},
	'bundle.no-crypto': {
		text: 'This browser cannot check who made this update.',
		cause:
			'It lacks what signatures are checked with: {reason}. Chrome and Edge have Ed25519 since version 137, and only on https pages and pages of this computer.',
		next: `${untouched} Update the browser, and open this page by https.`,
	},
	'bundle.unsigned': {
		text: 'The update is not signed, so nobody can tell who made it.',
		cause: 'It has no signature, or none is left.',
		next: again,
	},
	'bundle.signature-form': {
		text: 'The signature of the update is damaged.',
		cause: 'It is not the form of RFC 7515 section 7.2.1 that the format asks for: {reason}.',
		next: again,
	},
	'bundle.algorithm': {
		text: 'The update is signed in a way that is not accepted.',
		cause:
			'The algorithm {algorithm} is not one of EdDSA (Ed25519) and ES256, or does not belong to the key.',
		next: again,
	},
	'bundle.wrong-type': {
		text: 'The update is signed as something else.',
		cause: 'The signature is for {found}, where one for {expected} is needed.',
		next: again,
	},
	'bundle.key-mismatch': {
		text: 'The signature of the update names one key and brings another.',
		cause: 'The embedded key does not have the thumbprint {kid}.',
		next: again,
	},
	'bundle.signature-wrong': {
		text: 'The update was changed after its maker signed it, or somebody else signed it.',
		cause: 'The signature by the key {kid} does not hold.',
		next: again,
	},
	'bundle.signature-repeated': {
		text: 'The update is signed twice by the same key.',
		cause: 'The key {kid} has more than one signature.',
		next: again,
	},
	'bundle.too-few-signatures': {
		text: 'A signature that this maker’s updates need is missing.',
		cause: '{needed} different trusted keys must sign; {found} did.',
		next: again,
	},
	'bundle.unknown-maker': {
		text: 'This update is from a maker that this app does not know.',
		cause: 'None of the keys that signed it is trusted here. The first is {kid}.',
		next: `${untouched} Compare the fingerprint with the maker’s page before you accept it.`,
	},
	'bundle.key-revoked': {
		text: 'The key that signed this update is no longer valid.',
		cause: 'The maker revoked the key {kid}, or replaced it.',
		next: `${untouched} Get a newer update from the maker.`,
	},
	'bundle.keys-old': {
		text: 'The list of the maker’s keys is older than one already known.',
		cause: 'It has the number {found}; number {known} was seen before.',
		next: 'Get the newest list from the maker.',
	},
	'bundle.key-list': {
		text: 'The list of the maker’s keys is not well formed.',
		cause: '{field}: {reason}.',
		next: tellMaker,
	},
	'bundle.key-unreadable': {
		text: 'This is not a key that can be used: {reason}.',
		cause:
			'Keys are Ed25519 or P-256, as a JSON Web Key, or as PEM (PKCS #8 for private, SPKI for public keys).',
		next: 'Choose another file, or make a new key.',
	},
	'bundle.newer-format': {
		text: 'This update needs a newer version of this app.',
		cause: 'Its format is number {found}; this version reads number {known}.',
		next: `${untouched} Update this app, then open the update again.`,
	},
	'bundle.manifest': {
		text: 'The update’s description is not well formed.',
		cause: '{field}: {reason}.',
		next: tellMaker,
	},
	'bundle.unknown-field': {
		text: 'The update’s description says something this app does not understand.',
		cause: 'The field {field} is not part of the format.',
		next: `${untouched} Update this app; if that does not help, tell the maker.`,
	},
	'bundle.overlap': {
		text: 'The update would write where it says that nothing may change.',
		cause: '{first} and {second} overlap at {address:hex}.',
		next: tellMaker,
	},
	'bundle.picture': {
		text: 'A picture in the update cannot be used.',
		cause: '{path} is not a PNG, JPEG or WebP of at most 2 MiB, as its name says.',
		next: tellMaker,
	},
	'bundle.pattern': {
		text: 'The update’s description has a rule for reading the version that is not allowed.',
		cause: '{field}: {reason}.',
		next: tellMaker,
	},
	'bundle.not-yet-valid': {
		text: 'This update may not be installed before {from}.',
		cause: 'The maker set this date, or this computer’s date is wrong.',
		next: `${untouched} Check the date of this computer.`,
	},
	'bundle.expired': {
		text: 'This update could be installed until {until}.',
		cause: 'The maker set this date, or this computer’s date is wrong.',
		next: `${untouched} Get a newer update from the maker, or check the date of this computer.`,
	},
	'bundle.rolled-back': {
		text: 'Version {version} is older than the maker allows.',
		cause:
			'Its anti-rollback counter is {found}; {known} was seen on this machine for this product.',
		next: `${untouched} Get the newest update from the maker.`,
	},
	'bundle.wrong-product': {
		text: 'This update is for another product: {product}.',
		cause: 'The keys of {maker} may not sign for it here.',
		next: `${untouched} Choose the update for your product.`,
	},
	'bundle.wrong-chip': {
		text: 'This update is for another device.',
		cause: 'The connected chip has the product ID {found:hex}, which the update does not name.',
		next: `${untouched} Choose the update for your product.`,
	},
	'bundle.wrong-flash-size': {
		text: 'This update is for another variant of the device.',
		cause:
			'The chip has {found:bytes} of flash; the update is for {minimum:bytes} to {maximum:bytes}.',
		next: `${untouched} Choose the update for your product.`,
	},
	'bundle.wrong-board': {
		text: 'This update is for another board.',
		cause: 'The bytes at {address:hex} are not those of the boards it is for.',
		next: `${untouched} Choose the update for your product.`,
	},
	'bundle.wrong-serial': {
		text: 'This update is not for the device with the serial number {serial}.',
		cause: 'It is for {first} to {last}.',
		next: `${untouched} Ask the maker which update fits.`,
	},
	'bundle.previous-too-old': {
		text: 'The device has version {installed}. Install version {minimum} first.',
		cause: 'The maker says that this update needs at least {minimum} on the device.',
		next: `${untouched} Get version {minimum} from the maker, then this one.`,
	},
	'bundle.previous-forbidden': {
		text: 'This update cannot replace version {installed}.',
		cause: 'The maker excluded it.',
		next: `${untouched} Ask the maker which update fits.`,
	},
	'bundle.no-base': {
		text: 'This update goes only from version {version}, and the device holds something else.',
		cause:
			'It carries the changes alone, and the bytes at {address:hex} are not those it starts from, or cannot be read.',
		next: `${untouched} Get the full update from the maker.`,
	},
	'bundle.delta-broken': {
		text: 'The changes in this update do not lead to the new version.',
		cause:
			'{path} cannot be applied, or its result does not have the SHA-256 that the manifest gives.',
		next: tellMaker,
	},
	'bundle.channel': {
		text: 'The maker’s list of updates is not well formed.',
		cause: '{field}: {reason}.',
		next: 'Try again later, or open an update file.',
	},
	'bundle.channel-old': {
		text: 'The maker’s list of updates is older than one already known.',
		cause: 'It has the number {found}; number {known} was seen before.',
		next: 'Try again later. The newer list stays in use.',
	},
	'bundle.channel-stale': {
		text: 'The maker’s list of updates counted until {until}.',
		cause:
			'The maker has not renewed it, somebody holds the newer one back, or this computer’s date is wrong.',
		next: 'Try again later, or open an update file.',
	},
} as const;
