// Everything that talks to a board, in one piece that the first page does without: it is loaded when the page is
// idle, at the latest when a board is connected, and so never during a job.
import '#core/failures/index.ts';
export { connectBoard } from './connection.ts';
export { look as inspect } from './look.ts';
export { runJob } from './job.ts';
export { overLine } from './line-quality.ts';
export * as planning from './programming.ts';
export { crcOf } from './keep/journal.ts';
export { recognise } from './keep/identity.ts';
export { ProtectBook } from './protect-book.svelte.ts';
