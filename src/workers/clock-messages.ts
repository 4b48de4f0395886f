// What the browser clock and its worker say to each other. Times in milliseconds.
export type ClockRequest =
	| { readonly kind: 'start'; readonly id: number; readonly ms: number }
	| { readonly kind: 'stop'; readonly id: number };

/** The time asked for under this id is over. */
export interface ClockReply {
	readonly id: number;
}
