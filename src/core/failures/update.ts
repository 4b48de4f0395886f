// What stands in the way of an update on one device, or broke it off. Said for a customer; the cause is for support.
const untouched = 'Nothing was changed on the device.';

export const updateFailures = {
	'update.no-route': {
		text: 'This browser cannot reach the device in any of the ways the update knows.',
		cause:
			'The update can be installed by {ways}, and this browser offers none of them on this page.',
		next: `${untouched} Open the update in Chrome or Edge on a computer.`,
	},
	'update.in-frame': {
		text: 'Inside another website, this page takes only updates of makers it was made for.',
		cause:
			'None of the keys that signed the update is pinned by the brand file. In a frame of another origin the browser hides from the app which makers were accepted, which keys were revoked and which versions were installed.',
		next: `${untouched} Open the update page by itself, in a tab of its own, then open the update there.`,
	},
	'update.no-device': {
		text: 'The device does not answer.',
		cause: 'It is not in its bootloader, or the cable or its driver is at fault: {reason}',
		next: `${untouched} Follow the steps again, then connect it once more.`,
	},
	'update.unknown-chip': {
		text: 'It cannot be told what kind of device is connected.',
		cause: 'The catalogue does not know the chip, or it may be one of several that differ.',
		next: `${untouched} Ask the maker which update fits.`,
	},
	'update.locked': {
		text: 'The device is locked, so this update cannot be installed from here.',
		cause:
			'Its readout protection is on: the bootloader neither reads nor writes, and removing the protection erases everything.',
		next: `${untouched} Ask the maker how your device is updated.`,
	},
	'update.unreadable': {
		text: 'The device did not let itself be read.',
		cause: 'What the update has to know before it changes anything could not be read: {reason}',
		next: `${untouched} Check the cable and try again.`,
	},
	'update.version-unknown': {
		text: 'It cannot be told which version the device has.',
		cause:
			'The maker allows this update only from certain versions, and none of the ways to read the version gave an answer.',
		next: `${untouched} Start the device normally, connect it to this page, then begin again; else ask the maker.`,
	},
	'update.wrong-version-inside': {
		text: 'The update says that it is version {expected}, but contains version {found}.',
		cause: 'The bytes at the place the maker names for the version tell another one.',
		next: `${untouched} Ask the maker for a corrected update.`,
	},
	'update.whole-elsewhere': {
		text: 'The update only goes from version {version}, and the device has something else.',
		cause: 'It carries only what changed. The list of updates at {host} may name the whole one.',
		next: `${untouched} Fetch the whole update, or open it from a file.`,
	},
	'update.no-whole': {
		text: 'The maker’s list names no whole update to version {version}.',
		cause: 'The device holds none of the contents that the changes start from.',
		next: `${untouched} Ask the maker for the whole update.`,
	},
	'update.keeps': {
		text: 'The update would overwrite something that has to stay on the device: {name}.',
		cause: 'An image of the update meets {start:hex}–{end:last}, which is to be kept.',
		next: `${untouched} Ask the maker for a corrected update.`,
	},
	'update.write-protected': {
		text: 'Parts of the device are protected against changes.',
		cause: 'The plan needs sectors that the option bytes protect: {reason}',
		next: `${untouched} Ask the maker how your device is updated.`,
	},
	'update.does-not-fit': {
		text: 'The update does not fit on this device.',
		cause: 'The plan for this device was refused: {reason}',
		next: `${untouched} Choose the update for your product.`,
	},
	'update.not-possible-here': {
		text: 'This device cannot be updated with this way of connecting.',
		cause: 'Its bootloader takes whole files only, by no address, and shows nothing.',
		next: `${untouched} Ask the maker how your device is updated.`,
	},
	'update.power': {
		text: 'The battery of this computer is low ({percent} %).',
		cause: 'An update should not end because the computer does.',
		next: `${untouched} Connect the computer to power, then try again.`,
	},
	'update.unfinished-other': {
		text: 'Another update of this device was interrupted: {version}.',
		cause: 'What it has to put back is kept on this computer only.',
		next: 'Finish that one first. Then install this one.',
	},
	'update.other-device': {
		text: 'This is another device than the one the update was begun on.',
		cause: 'Its serial number or chip differs from what was noted: {name}.',
		next: `${untouched} Connect the right device.`,
	},
	'update.nothing-kept': {
		text: 'The previous version is no longer kept on this computer.',
		cause: 'It was never stored, was removed, or is damaged: {reason}',
		next: `${untouched} Ask the maker for the update file of the previous version.`,
	},
	'update.no-way-back': {
		text: 'The maker does not allow going back from version {version}.',
		cause:
			'Its anti-rollback counter is {counter}; that of the version before was {previous}, and the new version is complete on the device.',
		next: 'Keep the new version. If it does not work, ask the maker.',
	},
	'update.storage': {
		text: 'There is not enough room on this computer to keep the present version.',
		cause: 'The browser refused to store it: {reason}',
		next: `${untouched} Make room on the disk, or use an ordinary window, then try again.`,
	},
	'update.disconnected': {
		text: 'The connection to the device was lost.',
		cause: 'The cable, the device’s power or its bootloader went in the middle: {reason}',
		next: 'Connect it again, then continue.',
	},
	'update.stopped': {
		text: 'You stopped the update.',
		cause: 'It was cancelled between two steps.',
		next: 'Continue it, or begin again.',
	},
	'update.not-taken': {
		text: 'The device did not keep what was written.',
		cause: 'Erasing, writing or reading back failed: {reason}',
		next: 'Continue. If it fails again, ask the maker.',
	},
	'update.not-switched': {
		text: 'The new version is complete on the device, but the device could not be told to use it.',
		cause: 'Writing the option bytes failed: {reason}',
		next: 'The device works with the version it had. Try again.',
	},
	'update.switch-not-seen': {
		text: 'The device restarted and has to be looked at once more.',
		cause: 'It was told to use the new version and did not come back in its bootloader: {reason}',
		next: 'Connect it again as before. Nothing more will be written unless it is needed.',
	},
	'update.locked-by-cut': {
		text: 'The power went at a bad moment: the device works, and has locked itself.',
		cause:
			'The option bytes were cut off while they were written. The chip then runs its program and lets nobody read or change it.',
		next: 'Use the device as it is. Before the next update, ask the maker.',
	},
	'update.version-after': {
		text: 'The device tells version {found} after the update, not {expected}.',
		cause: 'Every byte was read back and is right; the place of the version tells another one.',
		next: 'Ask the maker.',
	},
	'update.internal': {
		text: 'This app itself failed.',
		cause: '{reason}',
		next: 'Save the details for support, and try again.',
	},
} as const;
