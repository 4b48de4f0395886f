// Linker scripts and linker maps.
export * from './script-facts.ts';
export * from './script-read.ts';
