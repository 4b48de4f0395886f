// Minutes by which this place's time lies behind UTC at a moment (milliseconds since 1970).
export const offsetAt = (at: number): number => new Date(at).getTimezoneOffset();
