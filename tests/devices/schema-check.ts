// The few keywords of JSON Schema that our schemas use, so that no validator has to be installed.
type Schema = Record<string, unknown>;

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Places where `value` breaks `rule`; references are looked up in `root`. */
export function schemaErrors(value: unknown, root: Schema, path: string, rule = root): string[] {
	if (typeof rule['$ref'] === 'string') {
		const name = rule['$ref'].replace('#/$defs/', '');
		return schemaErrors(value, root, path, (root['$defs'] as Record<string, Schema>)[name]);
	}
	const bad = (what: string): string[] => [`${path}: ${what}`];
	if (Array.isArray(rule['enum']) && !rule['enum'].includes(value)) return bad('enum');
	if (Array.isArray(rule['oneOf'])) {
		const fits = (one: Schema): boolean => schemaErrors(value, root, path, one).length === 0;
		return (rule['oneOf'] as Schema[]).filter(fits).length === 1 ? [] : bad('oneOf');
	}
	switch (rule['type']) {
		case 'string': {
			if (typeof value !== 'string') return bad('string');
			const pattern = rule['pattern'] as string | undefined;
			return pattern !== undefined && !new RegExp(pattern).test(value) ? bad(pattern) : [];
		}
		case 'boolean':
			return typeof value === 'boolean' ? [] : bad('boolean');
		case 'integer':
			return Number.isInteger(value) ? [] : bad('integer');
		case 'array':
			return Array.isArray(value)
				? value.flatMap((item, i) =>
						schemaErrors(item, root, `${path}[${i}]`, rule['items'] as Schema),
					)
				: bad('array');
		case 'object':
			return isObject(value) ? objectErrors(value, root, path, rule) : bad('object');
	}
	return bad(`a schema that says ${String(rule['type'])}`);
}

function objectErrors(
	value: Record<string, unknown>,
	root: Schema,
	path: string,
	rule: Schema,
): string[] {
	const required = (rule['required'] as string[] | undefined) ?? [];
	const known = (rule['properties'] as Record<string, Schema> | undefined) ?? {};
	const rest = rule['additionalProperties'];
	return [
		...required.filter((key) => !(key in value)).map((key) => `${path}: no ${key}`),
		...Object.entries(value).flatMap(([key, inner]) => {
			const own = known[key] ?? (isObject(rest) ? rest : undefined);
			return own ? schemaErrors(inner, root, `${path}.${key}`, own) : [`${path}: unknown ${key}`];
		}),
	];
}
