// Failures of what dresses the customer's page and of what leads to an update: the brand file, and addresses of updates.
const neutral = 'The app works without the brand file, in its own name and colours.';

export const brandFailures = {
	'brand.unreachable': {
		text: 'The brand file could not be read: {reason}.',
		cause: 'The server did not give brand.json, and no earlier one is stored.',
		next: `${neutral} Load the page again when the network is there.`,
	},
	'brand.too-large': {
		text: 'The brand file is too large: {found} characters, at most {limit}.',
		cause: 'A logo is most of it.',
		next: `${neutral} Put the logo into a file below brand/, or make it smaller.`,
	},
	'brand.not-json': {
		text: 'The brand file is not JSON: {reason}.',
		cause: 'A comma too many or too few, or another file under this name.',
		next: `${neutral} Correct brand.json next to index.html.`,
	},
	'brand.field': {
		text: 'The brand file is wrong at {path}: {expected} is expected.',
		cause: 'The value is missing, of another kind, or the field is not part of the format.',
		next: `${neutral} Correct brand.json; docs/branding.md lists every field.`,
	},
	'brand.private-key': {
		text: 'The brand file contains a private key at {path}.',
		cause: 'Everybody who opens this page can read the file, and could sign updates in your name.',
		next: 'Take it off the server, revoke the key, and put only the public key there.',
	},
	'brand.unknown-text': {
		text: 'The brand file replaces a text that is not on the page: {key}.',
		cause: 'The key is misspelled, or of another version of the app.',
		next: 'Correct the key; docs/branding.md says where all are listed.',
	},
	'link.not-allowed': {
		text: 'The update lies at {host}, from where this page does not fetch updates.',
		cause: 'Only the page’s own origin and the sources of its brand file are asked.',
		next: 'Download the update file yourself and open it here.',
	},
	'link.unreachable': {
		text: 'The update could not be fetched from {host}: {reason}.',
		cause: 'There is no network, or the file is not there any more.',
		next: 'Check the network and try again, or open an update file.',
	},
	'link.other-file': {
		text: 'What lies at {host} is not the update that the maker’s list names.',
		cause: 'Its SHA-256 differs from the one in the signed list.',
		next: 'Ask for the list again, or open an update file from the maker.',
	},
	'link.too-large': {
		text: 'What lies at {host} is too large for an update.',
		cause: 'More than {limit:bytes} came; fetching was stopped.',
		next: 'Ask the maker for the right address.',
	},
} as const;
