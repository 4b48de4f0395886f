// The customer's screen in English. {name} stands for a value. A brand may replace any of these by its key
// (docs/branding.md). No address, rate, file type or name of a chip belongs here.
export const en = {
	'page.title': 'Device update',
	'page.language': 'Language',
	'page.engineer': 'For engineers',
	'page.offline': 'Works without internet',
	'page.starting': 'Being stored for use without internet …',
	'page.local': 'Nothing leaves this computer.',
	'page.brand-trouble': 'The brand file of this page has a mistake. The page works without it.',

	'nothing.title': 'Update your device',
	'nothing.lead': 'Open the update file you got from the maker of your device.',
	'nothing.open': 'Choose update file',
	'nothing.drop': 'Or drop it anywhere on this page.',
	'nothing.drop-here': 'Open the update',
	'nothing.link': 'An update is offered by {host}.',
	'nothing.fetch': 'Get it from {host}',
	'nothing.blocked-title': 'This page may not use your devices',
	'nothing.blocked':
		'It is shown inside another page that does not allow it. Open it in a tab of its own.',
	'nothing.open-tab': 'Open in its own tab',
	'nothing.insecure': 'It was opened over a connection that is not secure. Open it with https.',
	'nothing.browser':
		'This browser cannot talk to devices. Open this page in Chrome or Edge, on a computer or an Android phone.',
	'earlier.unfinished': 'The update of {product} to version {version} was interrupted.',
	'earlier.title': 'Installed from this computer',
	'earlier.back': 'Go back to version {previous}',
	'earlier.before': 'before',
	'opening.title': 'Checking the update …',
	'opening.lead': 'That it is complete, unchanged, and from whom it says.',
	'opening.fetching': 'Getting the update …',

	'kept.named': '{product} {version}',
	'kept.files': 'Updates kept on this computer',
	'kept.facts': 'From {maker}, kept since {when}, {size}',
	'kept.open': 'Open',
	'kept.save': 'Save a copy',
	'kept.remove': 'Remove',
	'kept.remove-sure': 'Yes, remove it',
	'kept.room': '{used} of {quota} in use.',
	'kept.made-way': 'To make room, these were removed: {names}.',
	'kept.news': 'New versions from the maker',
	'kept.here': 'Kept on this computer',
	'kept.get': 'Get it',
	'kept.checked': 'Asked on {when}.',
	'kept.unsure':
		'What this computer remembered of earlier lists is damaged: it cannot tell whether this is an old one.',
	'kept.never': 'Not asked yet. The maker is asked only when you press this.',
	'kept.ask': 'Ask the maker for new versions',
	'kept.asking': 'Asking …',

	'refused.title': 'This update cannot be used',
	'unfit.title': 'This update is not installed on this device',
	untouched: 'Nothing on your device was changed.',
	'failed.title': 'The update did not finish',
	'failed.back-title': 'Going back did not finish',
	'failed.old': 'Your device still has the version it had before.',
	'failed.new': 'Your device has the new version.',
	'failed.neither': 'Your device cannot start at the moment. It is put right from here.',
	'action.again': 'Try again',
	'action.whole': 'Get the full update',
	'action.cancel': 'Cancel',
	'action.connect': 'Connect the device again',
	'action.continue': 'Continue the update',
	'action.back': 'Go back to the previous version',
	'action.choose-file': 'Choose another update file',
	'action.support': 'Get help from {maker}',
	'action.details': 'Save details for support',
	'action.details-why': 'A file for the maker’s support. It is sent only if you send it.',
	'action.start-over': 'Start over',

	'unknown.title': 'Do you trust {maker}?',
	'unknown.lead':
		'This update says it is from {maker}. It is the first one from them on this computer, so nobody has checked yet that it is really them.',
	'unknown.compare':
		'Compare this number with the one on the maker’s own page, in the manual or on the box:',
	'unknown.accept': 'It is the same: trust {maker}',
	'unknown.decline': 'It is not, or I do not know',
	'unknown.number': 'Number of the maker’s key',

	'offer.version': 'Version {version}',
	'offer.from': 'from {maker}',
	'offer.brand': 'Checked: this update is from {maker} and unchanged.',
	'offer.accepted': 'Checked: unchanged, and from {maker}, whom you chose to trust.',
	'offer.news': 'What is new',
	'offer.start': 'Start',
	'offer.lead': 'First connect your {product} to this computer. Nothing is changed yet.',
	'offer.other-file': 'Another update',
	'offer.no-way':
		'Your {product} cannot be reached from this browser. Open this page in Chrome or Edge on a computer.',

	'waiting.title': 'Connect your {product}',
	'waiting.live': 'Waiting for your {product} …',
	'waiting.dfu-step-1': 'Connect the {product} to this computer with its USB cable.',
	'waiting.dfu-step-2': 'Switch it to update mode, as its manual shows.',
	'waiting.uart-step-1': 'Connect the {product} to this computer with its serial cable.',
	'waiting.uart-step-2': 'Switch it to update mode, as its manual shows.',
	'waiting.choose': 'Select device',
	'waiting.choose-why':
		'The first time, your browser asks which device this page may use. It shows a list:',
	'waiting.dfu-name':
		'Choose “{name}” or “{other}” and press “Connect”. If the list is empty, do the steps above once more.',
	'waiting.uart-name':
		'Choose the cable’s entry, often named “USB Serial”, “CP210x” or “CH340”, and press “Connect”.',
	'waiting.stop': 'Not now',
	'waiting.dfu-way': 'With the USB cable',
	'waiting.uart-way': 'With the serial cable',
	'waiting.other-way': 'Another cable?',
	'waiting.step': 'Step {number}',

	'fetching.lead':
		'The full one comes from {host}. Leave your device connected; nothing on it is changed.',
	'examining.title': 'Looking at your {product} …',
	'examining.lead': 'Which version it has, and whether this update fits. Nothing is changed.',

	'ask.title': 'Is this the device you connected?',
	'ask.lead':
		'A device is connected that could be a {product}, but it does not tell its name. An update for another device would stop it from working.',
	'ask.yes': 'Yes, this is my {product}',
	'ask.no': 'No, or I am not sure',
	'device.title': 'Is this the very same device?',
	'device.begun':
		'On {when} an update was begun on a {product} on this computer and did not finish. This device does not say whether it is that one.',
	'device.kept':
		'The version from before was kept from one {product}, updated on this computer on {when}. This device does not say whether it is that one.',
	'device.unsure':
		'If you are not sure, answer No: settings that belong to one device should not be written to another.',
	'device.yes': 'Yes, it is the same one',
	'device.no': 'No, or I am not sure',

	'ready.title': '{product} is ready for the update',
	'ready.same-title': '{product} has this version already',
	'ready.now': 'Now',
	'ready.new': 'New',
	'ready.now-unknown': 'not known',
	'ready.about': 'Takes about {time}.',
	'ready.update': 'Update now',
	'ready.same': 'There is nothing to do.',
	'ready.install-again': 'Install it once more',
	'ready.old-until-proven':
		'If the power goes, your device keeps working with the version it has now.',
	'ready.continue':
		'Keep it connected until the end. If the power goes all the same, the update is continued from here.',
	'ready.kept': 'The version it has now is kept on this computer, so you can go back.',
	'ready.unsure':
		'What this computer remembered is damaged: it cannot tell whether {version} is an old version, nor whether a key of {maker} was taken back. Go on only if {maker} says that {version} is right.',
	'ready.read-protected':
		'The version it has now cannot be copied, so you cannot go back to it afterwards.',
	'ready.no-storage':
		'This browser stores nothing, so you cannot go back to the version it has now.',

	'updating.title': 'Updating {product}',
	'updating.back-title': 'Going back to the previous version',
	'updating.keep': 'Do not unplug or switch off.',
	'updating.checking': 'Looking at the device once more',
	'updating.saving': 'Keeping a copy of the version it has now',
	'updating.writing': 'Installing',
	'updating.proving': 'Reading everything back to prove it',
	'updating.restarting': 'Starting the device',
	'updating.left': 'about {time} left',
	'updating.progress': 'Progress',

	'done.title': '{product} is up to date',
	'done.back-title': '{product} has its previous version again',
	'done.version': 'Version {version}',
	'done.proved': 'Read back from the device and compared: every part is right.',
	'done.restarted': 'It has started again. You can unplug it.',
	'done.restart': 'Unplug it, and switch it off and on once to start it.',
	'done.finish': 'Done',
	'done.another': 'Update another one',
	'done.back': 'Go back to the previous version',
	'back.title': 'Go back to the previous version?',
	'back.lead':
		'The version your device had before is put back from the copy on this computer. You can update again at any time.',
	'back.yes': 'Go back',
	'back.no': 'Keep this version',
} as const satisfies Readonly<Record<string, string>>;

export type WordKey = keyof typeof en;
