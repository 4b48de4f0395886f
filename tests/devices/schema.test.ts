// The schema that editors use and the reader that the app uses must accept the same files. The few keywords the schema
// needs are evaluated here, so that no validator has to be installed.
import { describe, expect, it } from 'vitest';
import schema from '../../devices/device.schema.json';

type Schema = Record<string, unknown>;

const files = import.meta.glob<object>(['/devices/*.json', '!/devices/device.schema.json'], {
	eager: true,
	import: 'default',
});

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Places where `value` breaks `rule`. */
function errors(value: unknown, rule: Schema, path: string): string[] {
	if (typeof rule['$ref'] === 'string') {
		const name = rule['$ref'].replace('#/$defs/', '');
		return errors(value, (schema.$defs as unknown as Record<string, Schema>)[name]!, path);
	}
	const bad = (what: string): string[] => [`${path}: ${what}`];
	if ('const' in rule && value !== rule['const']) return bad('const');
	if (Array.isArray(rule['enum']) && !rule['enum'].includes(value)) return bad('enum');
	if (Array.isArray(rule['oneOf'])) {
		const fitting = (rule['oneOf'] as Schema[]).filter((r) => errors(value, r, path).length === 0);
		return fitting.length === 1 ? [] : bad('oneOf');
	}
	switch (rule['type']) {
		case 'string': {
			if (typeof value !== 'string') return bad('string');
			const pattern = rule['pattern'] as string | undefined;
			return pattern && !new RegExp(pattern).test(value) ? bad(pattern) : [];
		}
		case 'boolean':
			return typeof value === 'boolean' ? [] : bad('boolean');
		case 'number':
		case 'integer':
			return typeof value === 'number' ? [] : bad('number');
		case 'array': {
			if (!Array.isArray(value)) return bad('array');
			return value.flatMap((item, i) => errors(item, rule['items'] as Schema, `${path}[${i}]`));
		}
		case 'object': {
			if (!isObject(value)) return bad('object');
			const required = (rule['required'] as string[] | undefined) ?? [];
			const known = (rule['properties'] as Record<string, Schema> | undefined) ?? {};
			const rest = rule['additionalProperties'];
			return [
				...required.filter((key) => !(key in value)).flatMap((key) => bad(`no ${key}`)),
				...Object.entries(value).flatMap(([key, inner]) => {
					const own = known[key] ?? (isObject(rest) ? rest : undefined);
					return own ? errors(inner, own, `${path}.${key}`) : bad(`unknown ${key}`);
				}),
			];
		}
	}
	return [];
}

describe('the schema', () => {
	it.each(Object.entries(files))('accepts %s, which names it', (_, file) => {
		expect(errors(file, schema as Schema, '')).toEqual([]);
		expect(file).toMatchObject({ $schema: './device.schema.json' });
	});

	it('refuses a file with a misspelt or missing field', () => {
		const [file] = Object.values(files);
		expect(errors({ ...file, famly: 'STM32F4' }, schema as Schema, '')).toHaveLength(1);
		expect(errors({ ...file, family: undefined }, schema as Schema, '')).toHaveLength(1);
		expect(errors({}, schema as Schema, '').length).toBe(schema.required.length);
	});

	it('is named like the product ID in it', () => {
		for (const [path, file] of Object.entries(files))
			expect(path).toMatch(
				new RegExp(
					`^/devices/${(file as { productId: string }).productId}-stm32[a-z0-9-]+\\.json$`,
				),
			);
	});
});
