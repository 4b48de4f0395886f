// Puts the page's Content Security Policy into the built index.html. Not in dev, where Vite's own inline styles
// and its reload socket would be refused.
import type { Plugin } from 'vite';

/** The one Trusted Types policy of the house; src/ports/trusted-urls.ts creates it. */
const TRUSTED_TYPES_POLICY = 'sectorwise-script-url';

const policyFor = (...origins: readonly string[]): string =>
	[
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self' blob: data:",
		"font-src 'self'",
		["connect-src 'self'", ...origins].join(' '),
		"worker-src 'self'",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"require-trusted-types-for 'script'",
		`trusted-types ${TRUSTED_TYPES_POLICY}`,
	].join('; ');

/** Of a build without a brand: the page asks nobody but its own origin. */
export const contentPolicy = policyFor();

/** `origins`: what else the page may ask, for updates by a maker's brand. */
export function contentPolicyPlugin(origins: readonly string[] = []): Plugin {
	return {
		name: 'sectorwise:content-policy',
		apply: 'build',
		transformIndexHtml: () => [
			{
				tag: 'meta',
				attrs: { 'http-equiv': 'Content-Security-Policy', content: policyFor(...origins) },
				injectTo: 'head-prepend',
			},
		],
	};
}
