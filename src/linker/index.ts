// Linker scripts and linker maps.
export * from './script-read.ts';
