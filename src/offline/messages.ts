// What the page and its service worker say to each other, and the lock both know.

/** "Take over now, if no board is open." Answered on the message's own port. */
export interface UpdateRequest {
	readonly type: 'APPLY';
}

export type UpdateAnswer = 'applied' | 'refused';

/** Name of the Web Lock that every tab with an open board holds, shared. `scope` is the app's root URL. */
export const boardSessionLock = (scope: string): string =>
	`sectorwise-board-session:${new URL(scope).pathname}`;
