// The keys of the page. One letter each, and none while something is being typed or a dialog is open.
import { views } from './views.ts';

const verbs = [
	{ key: 'o', shown: 'O', action: 'open', does: 'Open firmware files' },
	{ key: 'c', shown: 'C', action: 'connect', does: 'Connect the board used last, or choose one' },
	{ key: 'p', shown: 'P', action: 'program', does: 'Program: run exactly the plan shown' },
	{ key: 'b', shown: 'B', action: 'build', does: 'Program the new build, connecting if need be' },
	{ key: 'escape', shown: 'Esc', action: 'cancel', does: 'Cancel the job or the connection' },
	{ key: '?', shown: '?', action: 'keys', does: 'Show these keys' },
] as const;

export type Verb = (typeof verbs)[number]['action'];
/** A verb of the page, or the hash of a view. */
export type Action = Verb | `#${string}`;

export const keys: readonly {
	readonly key: string;
	readonly shown: string;
	readonly action: Action;
	readonly does: string;
}[] = [
	...verbs,
	...views.map(({ id, label }, index) => ({
		key: String(index + 1),
		shown: String(index + 1),
		action: `#${id}` as const,
		does: `Show ${label}`,
	})),
];

export const isView = (action: Action): action is `#${string}` => action.startsWith('#');

/** The action of a key press; undefined for any other, with a modifier, or while typing. */
export function actionOf(press: {
	readonly key: string;
	readonly ctrlKey: boolean;
	readonly metaKey: boolean;
	readonly altKey: boolean;
	readonly typing: boolean;
}): Action | undefined {
	if (press.ctrlKey || press.metaKey || press.altKey || press.typing) return undefined;
	return keys.find(({ key }) => key === press.key.toLowerCase())?.action;
}

/** True while a key belongs to what has the focus, or to an open dialog or popover. */
export function isTyping(target: EventTarget | null, page: Document): boolean {
	if (page.querySelector('dialog[open], [popover]:popover-open')) return true;
	if (!(target instanceof HTMLElement)) return false;
	return (
		target.isContentEditable ||
		target.matches('input:not([type=checkbox], [type=radio]), select, textarea')
	);
}
