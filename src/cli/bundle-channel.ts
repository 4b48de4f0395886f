// `bundle channel`: the signed list of the newest updates that a maker puts on any static host.
import { inspectBundle, writeChannel, type ChannelUpdate } from '#bundle/index.ts';
import { day, out, readWhole, whole } from './bundle-io.ts';
import { readSigners } from './bundle-keys.ts';
import { parse, UsageError, type Answer } from './command.ts';
import type { Io } from './io.ts';

export async function channel(io: Io, args: readonly string[]): Promise<Answer> {
	const { values, positionals } = parse(args, {
		number: { type: 'string' },
		until: { type: 'string' },
		url: { type: 'string' },
		key: { type: 'string', multiple: true },
		out: { type: 'string', short: 'o' },
	});
	if (positionals.length === 0) throw new UsageError('Which updates?');
	const file = out(values.out);
	const number = whole('--number', values.number);
	const until = values.until === undefined ? undefined : day('--until', values.until);
	const signers = await readSigners(io, values.key);
	const base = values.url === undefined ? '' : values.url.replace(/\/?$/, '/');
	const updates: ChannelUpdate[] = [];
	for (const path of positionals) {
		const { manifest, size, sha256 } = await inspectBundle(await readWhole(io, path));
		const { product, version } = manifest;
		updates.push({
			product: product.id,
			name: product.name,
			version: version.name,
			counter: version.counter,
			url: base + encodeURIComponent(path.slice(path.search(/[^/\\]*$/))),
			size,
			sha256,
		});
	}
	const list = { number, ...(until !== undefined && { until }), updates };
	await io.save(file, await writeChannel(list, signers));
	return {
		json: { file, ...list },
		text: () =>
			[
				`${file}: channel ${number}`,
				...updates.map(({ product, version, url }) => `  ${product} ${version}  ${url}`),
			].join('\n'),
	};
}
