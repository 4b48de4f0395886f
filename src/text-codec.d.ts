// The one platform object the pure folders use; they compile without the DOM library on purpose.
declare class TextDecoder {
	constructor(label?: string, options?: { fatal?: boolean });
	decode(input: Uint8Array): string;
}
