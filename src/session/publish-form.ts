// What a maker types on the Publish page, as typed, and the description it stands for. Nothing is checked here: the
// description's reader and createBundle() do, and name the field.
import { picturesOf, type Description } from '#bundle/description.ts';
import {
	WIRINGS,
	type ExpectedBytes,
	type HardwareMatch,
	type Storage,
	type VersionSource,
} from '#bundle/manifest.ts';
import { wirings } from './choices.ts';
import type { Way } from './update/stage.ts';

/** Wirings a manifest can name: those that reach both pins. */
export const lineChoices = wirings.filter(({ id }) => WIRINGS.some((one) => one === id));

/** Text by language tag. */
export type TextForm = Record<string, string>;

export interface PictureForm {
	/** Name of a picture among the files; '' for none. */
	file: string;
	alt: TextForm;
}

export interface StepForm {
	/** Tells steps apart while they move. */
	readonly key: number;
	text: TextForm;
	picture: PictureForm;
}

export interface KeptForm {
	name: string;
	origin: string;
	length: string;
}

/** Bytes that stand on this board and on no other. */
export interface BoardForm {
	address: string;
	bytes: string;
	mask: string;
}

/** A way to read the installed version; only the fields of its kind count. */
export interface InstalledForm {
	kind: VersionSource['kind'];
	address: string;
	length: string;
	as: 'text' | 'number';
	field: 'product' | 'serial' | 'release';
	baud: string;
	/** A line's end is written \\r\\n: a field of one line holds none. */
	ask: string;
	pattern: string;
}

export interface Form {
	languages: string[];
	maker: { name: string; support: string };
	product: { id: string; name: TextForm; picture: PictureForm };
	version: { name: string; counter: string };
	notes: TextForm;
	routes: Record<Way, boolean>;
	steps: Record<Way, StepForm[]>;
	/** Separated by commas or spaces. */
	productIds: string;
	flash: { minimum: string; maximum: string };
	boards: BoardForm[];
	serials: { first: string; last: string };
	/** '' where the product has no adapter of its own, or its lines reach no pin. */
	lines: '' | NonNullable<HardwareMatch['lines']>;
	keep: KeptForm[];
	previous: { minimum: string; forbidden: string };
	valid: { from: string; until: string };
	installed: InstalledForm[];
	start: string;
	dualBank: '' | 'inactive-bank' | 'in-place';
}

export interface FirmwareForm {
	readonly file: string;
	/** '' for a file that says its address itself. */
	readonly address: string;
	readonly storage: Storage;
}

let keys = 0;

export const emptyPicture = (): PictureForm => ({ file: '', alt: {} });
export const emptyStep = (): StepForm => ({ key: ++keys, text: {}, picture: emptyPicture() });

export const emptyInstalled = (): InstalledForm => ({
	kind: 'memory',
	address: '',
	length: '16',
	as: 'text',
	field: 'product',
	baud: '115200',
	ask: '',
	pattern: '',
});

export const emptyForm = (): Form => ({
	languages: ['en'],
	maker: { name: '', support: '' },
	product: { id: '', name: {}, picture: emptyPicture() },
	version: { name: '1.0.0', counter: '1' },
	notes: {},
	routes: { dfu: true, uart: false },
	steps: { dfu: [emptyStep()], uart: [] },
	productIds: '',
	flash: { minimum: '', maximum: '' },
	boards: [],
	serials: { first: '', last: '' },
	lines: '',
	keep: [],
	previous: { minimum: '', forbidden: '' },
	valid: { from: '', until: '' },
	installed: [],
	start: '',
	dualBank: '',
});

/** A description as JSON has it. Fields that were left empty are left out. */
export function formValue(form: Form, firmware: readonly FirmwareForm[]): object {
	const said = texts(form.languages, (text) => text.replace(/\s*\n\s*/g, ' '));
	const lines = texts(form.languages, (text) => text);
	const { flash, serials, previous, valid } = form;
	const ways = (['dfu', 'uart'] as const).filter((way) => form.routes[way]);
	const boardIds = form.boards.map(({ address, bytes, mask }) => ({
		address: address.trim(),
		bytes: hexOf(bytes),
		...(mask.trim() !== '' && { mask: hexOf(mask) }),
	}));
	const sources = form.installed.map(installedValue);
	const forbidden = listOf(previous.forbidden);
	const picture = (one: PictureForm): object =>
		one.file === '' ? {} : { picture: { file: one.file, alt: said(one.alt) } };
	return {
		maker: trimmed(form.maker),
		product: {
			id: form.product.id.trim(),
			name: said(form.product.name),
			...picture(form.product.picture),
		},
		version: trimmed(form.version),
		notes: lines(form.notes),
		entry: Object.fromEntries(
			ways.map((way) => [
				way,
				form.steps[way].map((step) => ({ text: said(step.text), ...picture(step.picture) })),
			]),
		),
		hardware: {
			productIds: listOf(form.productIds),
			...(flash.minimum !== '' && { flashSize: trimmed(flash) }),
			...(boardIds.length > 0 && { boardId: boardIds }),
			...(serials.first !== '' && { serials: trimmed(serials) }),
			routes: ways,
			...(form.lines !== '' && form.routes.uart && { lines: form.lines }),
		},
		firmware: firmware.map(({ file, address, storage }) => ({
			file,
			...(address.trim() !== '' && { address: address.trim() }),
			...(storage !== 'internal' && { storage }),
		})),
		...(form.keep.length > 0 && { keep: form.keep.map(trimmed) }),
		...((previous.minimum !== '' || forbidden.length > 0) && {
			previous: {
				...(previous.minimum !== '' && { minimum: previous.minimum.trim() }),
				...(forbidden.length > 0 && { forbidden }),
			},
		}),
		...((valid.from !== '' || valid.until !== '') && { valid: trimmed(valid) }),
		...(sources.length > 0 && { installed: sources }),
		...(form.start.trim() !== '' && { start: form.start.trim() }),
		...(form.dualBank !== '' && { dualBank: form.dualBank }),
	};
}

function installedValue(way: InstalledForm): object {
	const { kind, address, length, as, field, baud, ask, pattern } = way;
	switch (kind) {
		case 'memory':
			return { kind, ...trimmed({ address, length }), as };
		case 'usb':
			return { kind, field, pattern };
		case 'serial':
			return { kind, baud: baud.trim(), ...(ask !== '' && { ask: meant(ask) }), pattern };
	}
}

/** The form of a description. Files are named without their folders: the page has them beside each other. */
export function formOf(description: Description): Form {
	const { maker, product, version, notes, entry, hardware, keep, previous, valid } = description;
	const { installed = [], start, dualBank } = description;
	const picture = (one: typeof product.picture): PictureForm =>
		one ? { file: baseName(one.file), alt: { ...one.alt } } : emptyPicture();
	const steps = (way: Way): StepForm[] =>
		(entry[way] ?? []).map((step) => ({
			...emptyStep(),
			text: { ...step.text },
			picture: picture(step.picture),
		}));
	const languages = new Set(
		[product.name, notes, ...Object.values(entry).flatMap((all) => all.map(({ text }) => text))]
			.flatMap((text) => Object.keys(text))
			.filter((language) => language !== 'en'),
	);
	return {
		languages: ['en', ...languages],
		maker: { name: maker.name, support: maker.support ?? '' },
		product: { id: product.id, name: { ...product.name }, picture: picture(product.picture) },
		version: { name: version.name, counter: String(version.counter) },
		notes: { ...notes },
		routes: { dfu: hardware.routes.includes('dfu'), uart: hardware.routes.includes('uart') },
		steps: { dfu: steps('dfu'), uart: steps('uart') },
		productIds: hardware.productIds.map((id) => hexText(id, 3)).join(', '),
		flash: {
			minimum: sizeOf(hardware.flashSize?.minimum),
			maximum: sizeOf(hardware.flashSize?.maximum),
		},
		boards: (hardware.boardId ?? []).map(boardForm),
		serials: { first: hardware.serials?.first ?? '', last: hardware.serials?.last ?? '' },
		lines: hardware.lines ?? '',
		keep: (keep ?? []).map(({ name, origin, length }) => ({
			name,
			origin: hexText(origin),
			length: sizeOf(length),
		})),
		previous: {
			minimum: previous?.minimum ?? '',
			forbidden: (previous?.forbidden ?? []).join(', '),
		},
		valid: { from: valid?.from ?? '', until: valid?.until ?? '' },
		installed: installed.map(installedForm),
		start: start === undefined ? '' : hexText(start),
		dualBank: dualBank ?? '',
	};
}

/** Names of pictures and firmware that a description is made of. */
export const filesOf = (description: Description): string[] => [
	...description.firmware.map(({ file }) => baseName(file)),
	...picturesOf(description).map(baseName),
];

function installedForm(source: VersionSource): InstalledForm {
	const empty = emptyInstalled();
	switch (source.kind) {
		case 'memory':
			return {
				...empty,
				...source,
				address: hexText(source.address),
				length: String(source.length),
			};
		case 'usb':
			return { ...empty, ...source };
		case 'serial':
			return { ...empty, ...source, baud: String(source.baud), ask: shown(source.ask ?? '') };
	}
}

const boardForm = ({ address, bytes, mask = '' }: ExpectedBytes): BoardForm => ({
	address: hexText(address),
	bytes,
	mask,
});

export const baseName = (path: string): string => path.slice(path.search(/[^/\\]*$/));

/** "0x08004000"; a product ID has three digits. */
export const hexText = (value: number, digits = 8): string =>
	`0x${value.toString(16).toUpperCase().padStart(digits, '0')}`;

/** "128K", "1M", "300" */
export function sizeOf(bytes: number | undefined): string {
	if (bytes === undefined) return '';
	if (bytes > 0 && bytes % 1024 ** 2 === 0) return `${bytes / 1024 ** 2}M`;
	return bytes > 0 && bytes % 1024 === 0 ? `${bytes / 1024}K` : String(bytes);
}

/** Only the languages of the form, and only what was written. */
const texts =
	(languages: readonly string[], written: (text: string) => string) =>
	(text: TextForm): TextForm =>
		Object.fromEntries(
			languages.flatMap((language) => {
				const said = written((text[language] ?? '').trim());
				return said === '' ? [] : [[language, said]];
			}),
		);

const CONTROLS = { '\r': 'r', '\n': 'n', '\t': 't', '\\': '\\' } as const;
const shown = (text: string): string =>
	text.replace(/[\r\n\t\\]/g, (each) => `\\${CONTROLS[each as keyof typeof CONTROLS]}`);
const meant = (text: string): string =>
	text.replace(/\\([rnt\\])/g, (_, letter: string) =>
		letter === 'r' ? '\r' : letter === 'n' ? '\n' : letter === 't' ? '\t' : '\\',
	);

const trimmed = <T extends object>(fields: T): Partial<T> =>
	Object.fromEntries(
		Object.entries(fields).flatMap(([name, text]) => {
			const said = String(text).trim();
			return said === '' ? [] : [[name, said]];
		}),
	) as Partial<T>;

const listOf = (text: string): string[] => text.split(/[\s,;]+/).filter((word) => word !== '');
const hexOf = (text: string): string => text.replace(/[\s:]|0x/gi, '').toLowerCase();
