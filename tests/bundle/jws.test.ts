// Anything where a signed text should be: read, or refused with a code; nothing is ever accepted that was not signed.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readChannel } from '#bundle/channel.ts';
import { readJws, signValue, TYPES } from '#bundle/jws.ts';
import { readKeyList } from '#bundle/key-list.ts';
import { isFailure } from '#core/failure.ts';
import { decode, encode, envelopeOf, verdict, withEnvelope } from './attack.ts';
import { edKey, make, maker, trust } from './made.ts';

const sound = await make();
const own = envelopeOf(sound);
const header = decode(own.signatures[0]!.protected);

const anything = fc.oneof(
	fc.jsonValue({ maxDepth: 2 }),
	fc.constantFrom<unknown>(own.payload, own.signatures, header['jwk'], header['kid'], 'none', ''),
);
/** An object with one member replaced, added or left out. */
const bent = (value: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> =>
	fc
		.tuple(fc.constantFrom(...Object.keys(value), 'crit', 'header', 'extra'), fc.option(anything))
		.map(([key, replaced]) => {
			const { [key]: _, ...rest } = value;
			return replaced === null ? rest : { ...rest, [key]: replaced };
		})
		// In another order of its members it is the same.
		.filter((changed) => !isDeepStrictEqual(changed, value));

const coded = async (work: Promise<unknown>): Promise<string> => {
	try {
		await work;
		return 'read';
	} catch (error) {
		if (!isFailure(error)) throw error;
		return error.code;
	}
};

test('any bytes', async () => {
	await fc.assert(
		fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
			expect(await coded(readJws(bytes, TYPES.manifest))).toBe('bundle.signature-form');
		}),
	);
});

test('anything anywhere around the signature', async () => {
	const signature = bent(own.signatures[0]!).map((one) => ({ ...own, signatures: [one] }));
	const around = bent({ payload: own.payload, signatures: own.signatures });
	await fc.assert(
		fc.asyncProperty(fc.oneof(signature, around), async (envelope) => {
			expect(await verdict(withEnvelope(sound, envelope))).toMatch(/^bundle\./);
		}),
		{ numRuns: 300 },
	);
});

test('anything anywhere in the protected header', async () => {
	await fc.assert(
		fc.asyncProperty(bent(header), async (changed) => {
			const signatures = [{ ...own.signatures[0]!, protected: encode(changed) }];
			expect(await verdict(withEnvelope(sound, { ...own, signatures }))).toMatch(/^bundle\./);
		}),
		{ numRuns: 300 },
	);
});

const signed = (value: unknown, type: (typeof TYPES)[keyof typeof TYPES]): Promise<Uint8Array> =>
	signValue(value, [edKey.privateKey], type);

test('any JSON signed as a key list', async () => {
	const list = { number: 1, keys: [edKey.publicKey], revoked: [], needs: 1 };
	expect(await coded(readKeyList(await signed(list, TYPES.keys), maker))).toBe('read');
	await fc.assert(
		fc.asyncProperty(fc.oneof(fc.jsonValue(), bent(list)), async (value) => {
			const bytes = await signed(value, TYPES.keys);
			expect(await coded(readKeyList(bytes, maker))).toMatch(/^(?:read|bundle\.)/);
		}),
		{ numRuns: 300 },
	);
});

test('any JSON signed as a channel', async () => {
	const channel = { number: 1, until: '2027-01-01', updates: [] };
	expect(await coded(readChannel(await signed(channel, TYPES.channel), trust()))).toBe('read');
	await fc.assert(
		fc.asyncProperty(fc.oneof(fc.jsonValue(), bent(channel)), async (value) => {
			const bytes = await signed(value, TYPES.channel);
			expect(await coded(readChannel(bytes, trust()))).toMatch(/^(?:read|bundle\.)/);
		}),
		{ numRuns: 300 },
	);
});
