// The page's one Trusted Types policy: which scripts may be started as workers. The Content Security Policy names it
// (tools/vite/content-policy.ts) and allows no other.

const policy = window.trustedTypes?.createPolicy('sectorwise-script-url', {
	createScriptURL: ownScript,
});

/** The URL, if it lies below the app's own root. @throws TypeError for a script from anywhere else. */
function ownScript(url: string): string {
	const script = new URL(url, document.baseURI);
	const root = new URL('./', document.baseURI);
	if (!script.href.startsWith(root.href)) throw new TypeError(`${script.href} is not our script`);
	return script.href;
}

/** A worker's URL as `new Worker` and `register` take it. @throws TypeError for a script that is not the app's own. */
export function trustedScriptUrl(url: string): string {
	// Both take a TrustedScriptURL, but the DOM types say string.
	return policy ? (policy.createScriptURL(url) as unknown as string) : ownScript(url);
}
