// `bundle WHAT …`: an update from a maker's keys and description to the file a customer opens.
import { channel } from './bundle-channel.ts';
import { diff, inspect, verify } from './bundle-check.ts';
import { keygen, keys } from './bundle-keys.ts';
import { create, sign, signingInput } from './bundle-make.ts';
import { UsageError, type Answer, type Command } from './command.ts';
import type { Io } from './io.ts';

const help = `Usage: sectorwise bundle keygen FILE [--algorithm ed25519|p256]
       sectorwise bundle create DESCRIPTION --out FILE [--key FILE…] [--previous FILE…]
       sectorwise bundle sign FILE --out FILE --key FILE…
       sectorwise bundle signing-input FILE --public FILE --out FILE
       sectorwise bundle sign FILE --out FILE --public FILE --detached SIGNATURE
       sectorwise bundle verify FILE --key FILE…
       sectorwise bundle inspect FILE
       sectorwise bundle diff BEFORE AFTER
       sectorwise bundle keys --number N --public FILE… --key FILE… --out FILE
       sectorwise bundle channel FILE… --number N --key FILE… --out FILE

Makes and checks updates for customers. docs/making-updates.md leads from keys to a customer's tick.

  keygen         a private key (only its owner may read the file) and, beside it, the public one
  create         an update from a description; firmware in any format the app reads
  sign           one more signature, made here with --key, or elsewhere with --detached
  signing-input  the bytes a hardware module has to sign for this public key
  verify         what a customer's page checks before it shows anything; exit code 1 when it would refuse
  inspect        everything an update says of itself; believes nobody
  diff           what two updates of a product say differently
  keys           a signed list of a maker's keys: new ones, and those that no longer count
  channel        a signed list of the newest updates, for any static host

  --key FILE         a private key to sign with, or for verify a public one to trust; may be repeated.
                     Without it, create, sign, keys and channel take the environment's SECTORWISE_KEY
  --out FILE, -o     what is written
  --unsigned         create: leave signing for later
  --previous FILE    create: an earlier update, to carry only what changed; may be repeated
  --delta-only       create: leave out the whole images wherever there is something to start from
  --keys FILE        create: a key list to go along; verify: one that was published
  --public FILE      a public key
  --detached FILE    sign: the signature, 64 bytes or DER
  --date DATE        verify: as on that day, as in 2027-01-31
  --counter N        verify: as on a machine that has seen this anti-rollback counter
  --revoke KID       keys: the key with this thumbprint no longer counts; may be repeated
  --needs N          keys: so many different keys must sign from now on
  --until DATE       channel: the day it goes stale
  --url URL          channel: where the updates are, when not beside it`;

const actions: Readonly<Record<string, (io: Io, args: readonly string[]) => Promise<Answer>>> = {
	keygen,
	create,
	sign,
	'signing-input': signingInput,
	verify,
	inspect,
	diff,
	keys,
	channel,
};

export const bundleCommand: Command = {
	help,
	run: (io, [name = '', ...args]) => {
		const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
		if (!action)
			throw new UsageError(`bundle ${name}: one of ${Object.keys(actions).join(', ')} is wanted.`);
		return action(io, args);
	},
};
