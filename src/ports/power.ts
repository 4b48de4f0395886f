// What this computer runs on (Battery Status API, W3C), where the browser tells.

export interface Power {
	readonly charging: boolean;
	/** 0 to 1. */
	readonly level: number;
}

/** Undefined where the browser does not tell; a computer without a battery says that it is charging and full. */
export type ReadPower = () => Promise<Power | undefined>;

/** The part of BatteryManager that is looked at; TypeScript's library has none. */
export type GetBattery = () => Promise<Power>;

/** A refusal by policy is no answer: an update does not depend on it. */
export const readPowerBy =
	(getBattery: GetBattery | undefined): ReadPower =>
	async () => {
		try {
			const battery = await getBattery?.();
			return battery && { charging: battery.charging, level: battery.level };
		} catch {
			return undefined;
		}
	};
