// What the machine's own storage can refuse: backups, journals, kept files.
export const storeFailures = {
	'store.full': {
		text: 'There is no room left to save {path}.',
		cause: 'The browser’s quota for this site, or the disk, is full.',
		next: 'Remove old backups in History, or free space on the disk, then try again. Nothing was erased for it.',
	},
	'store.refused': {
		text: 'The browser does not let this page store anything: {reason}.',
		cause: 'A private window, or storage blocked for this site.',
		next: 'Use an ordinary window, or allow this site to store data. Without it nothing can be backed up or continued.',
	},
	'store.silent': {
		text: 'The browser has not answered for half a minute while {path} was to be read or stored.',
		cause: 'A disk that hangs, or another tab of this app that holds its store and does not go on.',
		next: 'Close other tabs of this app, check the disk, then try again.',
	},
	'store.backup-lacks': {
		text: 'This backup does not hold {start:hex}–{end:last} ({size:bytes}): the board did not let it be read.',
		cause:
			'Its bootloader, or its own description of its memory, keeps this place from being read.',
		next: 'What is there now stays as it is when the backup is put back. It is no complete way back.',
	},
	'store.damaged': {
		text: 'The stored file {path} is damaged and is not used.',
		cause: 'Its checksum does not fit: it was written only in part, or changed since.',
		next: 'Remove it in History. What the board holds is not affected.',
	},
	'store.missing': {
		text: 'The stored file {path} is no longer stored on this machine.',
		cause: 'It was removed, or the browser cleared this site’s data.',
		next: 'Open the firmware file again.',
	},
} as const;
