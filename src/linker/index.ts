// Linker scripts and linker maps.
export * from './script-facts.ts';
export * from './script-read.ts';
export * from './map-read.ts';
export * from './usage.ts';
