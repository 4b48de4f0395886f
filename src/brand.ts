// The brand file next to the page, fetched once, at the start. Which page to begin with is seen at a glance; all of it
// is read when the customer's page is put together.

/** A server that does not answer must not keep the page from coming up. */
const PATIENCE_MS = 1500;

/** The text of brand.json; undefined where there is none. Rejects where it cannot be fetched. */
export const brandText: Promise<string | undefined> = fetch('./brand.json').then((answer) => {
	if (answer.ok) return answer.text();
	if (answer.status === 404) return undefined;
	throw new Error(`brand.json answered ${answer.status}`);
});

/** Whether the file says so, or cannot be read at all, which that page tells its maker. Not where it is late or away. */
export const startsWithUpdate: Promise<boolean> = Promise.race([
	brandText.then((text = '{}') => {
		try {
			return (JSON.parse(text) as { start?: unknown }).start === 'update';
		} catch {
			return true;
		}
	}),
	new Promise<false>((late) => setTimeout(late, PATIENCE_MS, false)),
]).catch(() => false);
