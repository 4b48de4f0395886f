// What can go wrong, said to the device's owner in one sentence: by the failure's code, else by its kind, else "other".
// What to do is the button under it. Causes and numbers go into the file for support.
const changed = 'This update was changed after its maker signed it.';
const damaged = 'This update file is damaged. Download it again from the maker.';
const makersFault = 'The maker has made a mistake in this update. Ask for a corrected one.';
const otherProduct = 'This update is for another product.';

export const enFailures = {
	'bundle.not-a-bundle': 'This file is not an update.',
	'bundle.too-large': 'This file is too large to be an update.',
	'bundle.damaged': damaged,
	'bundle.unpacked-size': damaged,
	'bundle.path': damaged,
	'bundle.duplicate-file': damaged,
	'bundle.unlisted-file': changed,
	'bundle.missing-file': damaged,
	'bundle.file-changed': changed,
	'bundle.no-crypto': 'This browser is too old to check who made this update. Update the browser.',
	'bundle.unsigned': 'This update is not signed, so nobody can tell who made it.',
	'bundle.signature-form': damaged,
	'bundle.algorithm': 'This update is signed in a way that is not safe enough.',
	'bundle.wrong-type': 'What is signed in this file is not an update.',
	'bundle.key-mismatch': changed,
	'bundle.signature-wrong': changed,
	'bundle.signature-repeated': changed,
	'bundle.too-few-signatures': 'This update is not signed by everybody who has to sign it.',
	'bundle.unknown-maker': 'This update is from a maker that this page does not know.',
	'bundle.key-revoked':
		'This update was signed with a key that its maker has withdrawn. Get a newer update.',
	'bundle.keys-old': 'The maker’s list of keys is older than the one already known.',
	'bundle.key-list': makersFault,
	'bundle.key-unreadable': 'This key cannot be used.',
	'bundle.newer-format':
		'This page is too old for this update. Reload it, then open the update again.',
	'bundle.manifest': makersFault,
	'bundle.unknown-field':
		'This page is too old for this update. Reload it, then open the update again.',
	'bundle.overlap': makersFault,
	'bundle.picture': makersFault,
	'bundle.pattern': makersFault,
	'bundle.not-yet-valid':
		'This update may not be installed before {from}. Check the date of this computer.',
	'bundle.expired': 'This update could be installed until {until}. Get a newer one from the maker.',
	'bundle.rolled-back': 'Version {version} is older than the maker allows.',
	'bundle.wrong-product': otherProduct,
	'bundle.wrong-chip': 'This update is for another device than the one that is connected.',
	'bundle.wrong-flash-size': 'This update is for another variant of this device.',
	'bundle.wrong-board': 'This update is for another device than the one that is connected.',
	'bundle.wrong-serial': 'This update is not for the device with the serial number {serial}.',
	'bundle.previous-too-old':
		'Your device has version {installed}. Install version {minimum} first, then this one.',
	'bundle.previous-forbidden': 'This update cannot replace version {installed}.',
	'bundle.no-base':
		'This update only goes from version {version}, and your device has something else. Get the full update.',
	'bundle.delta-broken': makersFault,
	'bundle.channel': 'The maker’s list of updates cannot be read.',
	'bundle.channel-old': 'The maker’s list of updates is older than the one already known.',
	'bundle.channel-stale': 'The maker’s list of updates counted until {until}.',
	'update.no-route':
		'Your device cannot be reached from this browser. Use Chrome or Edge on a computer.',
	'update.in-frame':
		'Inside another website, this page takes only updates of makers it was made for. Open it in a tab of its own.',
	'update.no-device':
		'Your device does not answer. Check the cable and switch it to update mode once more.',
	'update.unknown-chip': 'It cannot be told what kind of device is connected.',
	'update.locked': 'Your device is locked and does not take updates from here.',
	'update.unreadable': 'Your device could not be read. Check the cable.',
	'update.version-unknown': 'It cannot be told which version your device has.',
	'update.whole-elsewhere':
		'This update only goes from version {version}, and your device has something else. The full one may be at {host}.',
	'update.no-whole': 'The maker offers no full update to version {version} there.',
	'update.wrong-version-inside': makersFault,
	'update.keeps': makersFault,
	'update.write-protected': 'Your device is locked against changes.',
	'update.does-not-fit': 'This update does not fit on your device.',
	'update.not-possible-here': 'Your device cannot be updated with this cable from here.',
	'update.power':
		'The battery of this computer is low ({percent} %). Connect it to power, then try again.',
	'update.unfinished-other':
		'An update of this device to version {version} was interrupted. Finish that one first.',
	'update.other-device': 'This is another device than the one the update was begun on.',
	'update.nothing-kept': 'The previous version is not kept on this computer any more.',
	'update.no-way-back': 'The maker does not allow going back from version {version}.',
	'update.storage':
		'There is no room on this computer to keep the version your device has. Free some space, then try again.',
	'update.disconnected': 'The connection to your device was lost. Connect it again, then continue.',
	'update.stopped': 'You stopped the update.',
	'update.not-taken': 'Your device did not take the new version.',
	'update.not-switched': 'The new version is on your device, but the device does not use it yet.',
	'update.switch-not-seen': 'Your device has restarted and has to be looked at once more.',
	'update.locked-by-cut':
		'The power went at a bad moment: your device works, and takes no more updates from here.',
	'update.version-after': 'Your device names version {found} after the update, not {expected}.',
	'update.internal': 'This page itself made a mistake.',
	'link.not-allowed':
		'The update is offered by {host}, from where this page gets no updates. Download it there and open it here.',
	'link.unreachable': 'The update could not be fetched from {host}. Check the internet connection.',
	'link.other-file': 'What {host} offers is not the update that the maker announced.',
	'link.too-large': 'What {host} offers is too large to be an update.',
	wire: 'The connection to your device failed. Check the cable and try again.',
	'wire.lost': 'Your device was unplugged. Connect it again.',
	'wire.busy': 'Another program or tab is using your device. Close it, then try again.',
	'wire.permission':
		'This computer does not let the browser use your device. The maker’s support knows what to set.',
	uart: 'Your device does not answer. Switch it to update mode once more, then try again.',
	dfu: 'Your device does not answer as it should. Switch it to update mode once more.',
	'job.file-gone': 'The file could not be read. Open it again.',
	job: 'Your device did not take the new version.',
	plan: 'This update does not fit on your device.',
	store: 'This browser could not store what is needed. Free some space, then try again.',
	storage: 'This browser could not store what is needed. Free some space, then try again.',
	option: 'Your device did not take a setting.',
	other: 'Something went wrong that this page has no words for.',
} as const satisfies Readonly<Record<string, string>>;

export type FailureKey = keyof typeof enFailures;
