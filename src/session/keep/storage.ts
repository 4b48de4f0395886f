// What reads and writes records and blobs, in one piece that the first page does without.
export * from './backups.ts';
export * from './blobs.ts';
export * from './journal.ts';
