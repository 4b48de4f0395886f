// The open board, lent to a task that talks to it on its own: option bytes, protection, one-time bytes. What comes back
// is the connection as it is afterwards, which may be another one, or none.
import type { Failure } from '#core/failure.ts';
import type { Connection } from './connection.ts';
import type { Environment } from './environment.ts';
import type { Route } from './state.ts';

export interface Loan {
	/** With the board as it is shown. */
	readonly connection: Connection;
	readonly route: Route;
	readonly environment: Environment;
	/** Aborted when the user cancels; a task that is past that point goes on. */
	readonly signal: AbortSignal;
}

export interface Returned<T> {
	readonly result: T;
	/** Undefined when the board did not come back; its page guards are then let go already. */
	readonly connection: Connection | undefined;
	/** Why it did not come back. */
	readonly failure?: Failure;
	/** It was told to run its program, and is gone for that reason. */
	readonly left?: boolean;
}
