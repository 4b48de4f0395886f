// Failures of project files, which name the memory no job may change, and of what is remembered of them.
export const projectFailures = {
	'project.not-json': {
		text: 'The project file is not valid JSON: {reason}.',
		cause: 'It was cut off, or edited by hand and not finished.',
		next: 'Correct it, or save it again from the app.',
	},
	'project.field': {
		text: 'The project file is wrong at {path}: expected {expected}.',
		cause: 'A field is missing, misspelt or of the wrong kind.',
		next: 'Correct the file; docs/project-file.md lists the fields.',
	},
	'project.version': {
		text: 'The project file is of version {version}; this app reads version 1.',
		cause: 'A newer Sectorwise wrote it.',
		next: 'Reload the page to get the current app, or save the file again.',
	},
	'project.twice': {
		text: 'The project file names “{name}” twice.',
		cause: 'A range is given up by its name, so that each needs a name of its own.',
		next: 'Give one of them another name.',
	},
	'project.other-device': {
		text: 'The project “{name}” is for {device}; this board is an {board}.',
		cause: 'Another board is connected than the project names, or another project is open.',
		next: 'Its ranges are kept all the same. Close the project if it is not of this board.',
	},
	'project.record': {
		text: 'What is remembered as “{name}” cannot be believed, so what it protects is not known.',
		cause: 'Another version of the app, or something else, has written it.',
		next: 'Open the project file again or protect the ranges anew, then forget the record.',
	},
	'project.destroys': {
		text: 'Opening the chip would destroy {names}.',
		cause: 'Removing readout protection erases all of the flash, and named ranges stand in it.',
		next: 'Give each of them up by name first.',
	},
} as const;
