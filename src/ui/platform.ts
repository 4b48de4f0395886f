// What the screen needs from the browser around it; main.ts provides it, components find it in the context.
import { getContext, setContext } from 'svelte';

export type System = 'windows' | 'macos' | 'linux' | 'chromeos' | 'android' | 'other';

export interface VirtualPart {
	readonly part: string;
	readonly label: string;
	readonly dfu: boolean;
}

export interface Platform {
	readonly system: System;
	readonly hasSerial: boolean;
	readonly hasUsb: boolean;
	readonly version: string;
	readonly virtualParts: readonly VirtualPart[];
	/** The sample firmware for a virtual part. */
	loadSample(part: string): Promise<File | undefined>;
	/** False when the browser does not allow it. */
	copy(text: string): Promise<boolean>;
	save(fileName: string, text: string): void;
	remember(key: string, value: string): void;
	recall(key: string): string | undefined;
}

const key = Symbol('platform');

export const providePlatform = (platform: Platform): Platform => setContext(key, platform);
export const usePlatform = (): Platform => getContext<Platform>(key);
