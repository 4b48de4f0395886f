// Punycode (RFC 3492 section 6.2) as Rust uses it in symbols: "_" stands between the plain and the coded letters.

const [BASE, T_MIN, T_MAX, SKEW, DAMP] = [36, 1, 26, 38, 700];

/** The decoded identifier, or undefined when it is damaged. */
export function punycode(text: string): string | undefined {
	const border = text.lastIndexOf('_');
	const letters = border < 0 ? [] : [...text.slice(0, border)];
	let [code, bias, index] = [128, 72, 0];
	for (let at = border + 1; at < text.length;) {
		const before = index;
		let weight = 1;
		for (let k = BASE; ; k += BASE) {
			const digit = digitOf(text.charCodeAt(at++));
			if (digit === undefined) return undefined;
			index += digit * weight;
			if (index > 0x7fffffff) return undefined;
			const threshold = Math.min(T_MAX, Math.max(T_MIN, k - bias));
			if (digit < threshold) break;
			weight *= BASE - threshold;
		}
		const count = letters.length + 1;
		bias = adapt(index - before, count, before === 0);
		code += Math.floor(index / count);
		index %= count;
		if (code > 0x10ffff) return undefined;
		letters.splice(index++, 0, String.fromCodePoint(code));
	}
	return letters.join('');
}

function digitOf(unit: number): number | undefined {
	if (unit >= 0x61 && unit <= 0x7a) return unit - 0x61;
	return unit >= 0x30 && unit <= 0x39 ? unit - 0x30 + 26 : undefined;
}

function adapt(difference: number, count: number, first: boolean): number {
	let delta = Math.floor(difference / (first ? DAMP : 2));
	delta += Math.floor(delta / count);
	let k = 0;
	for (; delta > ((BASE - T_MIN) * T_MAX) / 2; k += BASE)
		delta = Math.floor(delta / (BASE - T_MIN));
	return k + Math.floor(((BASE - T_MIN + 1) * delta) / (delta + SKEW));
}
