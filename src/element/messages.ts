// What the embedded element and the page in its frame say to each other by postMessage. Nothing in it is trusted: an
// update carries its maker's signature, and everything else is a wish.

/** First member of every message; another version is not understood. */
export const PROTOCOL = 'sectorwise-update/1';

/** From the element to the page in its frame. */
export type ToFrame =
	| {
			readonly protocol: typeof PROTOCOL;
			readonly type: 'bundle';
			readonly name: string;
			readonly bytes: ArrayBuffer;
			/** BCP 47; undefined for the reader's own. */
			readonly language?: string;
	  }
	/** The element could not fetch it. */
	| {
			readonly protocol: typeof PROTOCOL;
			readonly type: 'unreachable';
			readonly host: string;
			readonly reason: string;
	  };

/** From the page in the frame to the element. */
export type FromFrame =
	| { readonly protocol: typeof PROTOCOL; readonly type: 'ready' }
	| {
			readonly protocol: typeof PROTOCOL;
			readonly type: 'stage';
			/** A status of session/update/stage.ts. */
			readonly status: string;
			/** As read back, at "done". */
			readonly version?: string;
			/** The failure's code, at "refused", "unfit" and "failed". */
			readonly code?: string;
	  };

const speaks = (data: unknown): data is { readonly type: unknown } =>
	typeof data === 'object' && data !== null && 'protocol' in data && data.protocol === PROTOCOL;

const isText = (value: unknown, longest: number): value is string =>
	typeof value === 'string' && value.length <= longest;

const isOptionalText = (value: unknown): boolean => value === undefined || isText(value, 200);

export function isToFrame(data: unknown): data is ToFrame {
	if (!speaks(data)) return false;
	const message = data as Readonly<Record<string, unknown>>;
	if (message['type'] === 'unreachable')
		return isText(message['host'], 300) && isText(message['reason'], 1000);
	return (
		message['type'] === 'bundle' &&
		isText(message['name'], 300) &&
		message['bytes'] instanceof ArrayBuffer &&
		isOptionalText(message['language'])
	);
}

export function isFromFrame(data: unknown): data is FromFrame {
	if (!speaks(data)) return false;
	const message = data as Readonly<Record<string, unknown>>;
	if (message['type'] === 'ready') return true;
	return (
		message['type'] === 'stage' &&
		isText(message['status'], 40) &&
		isOptionalText(message['version']) &&
		isOptionalText(message['code'])
	);
}
