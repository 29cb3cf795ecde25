/**
 * The key schedule: from one epoch's init secret to the next epoch's keys (RFC 9420 §8).
 *
 * What comes in (init, commit, joiner, epoch secret) is consumed here and kept nowhere: the
 * functions return only what the epoch goes on to need.
 */

import { type Bytes, EMPTY, ascii } from "../bytes.ts";
import { encode } from "../codec/index.ts";
import { deriveSecret, expandWithLabel } from "../crypto/labels.ts";
import type { CryptoProvider, KeyPair } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { GroupContext } from "./context.ts";

const EXTERNAL_INIT: Bytes = ascii("MLS 1.0 external init secret");

/** The secrets of one epoch (§8, table 4). */
export interface EpochSecrets {
  readonly sender_data_secret: Secret;
  readonly exporter_secret: Secret;
  readonly external_secret: Secret;
  readonly confirmation_key: Secret;
  readonly membership_key: Secret;
  readonly resumption_psk: Secret;
  readonly epoch_authenticator: Secret;
  readonly init_secret: Secret;
}

/** A new epoch: its secrets, and the root of its secret tree, to be consumed at once. */
export interface EpochStart {
  readonly secrets: EpochSecrets;
  readonly encryption_secret: Secret;
}

/** Derive what both members and newcomers start the epoch of `context` from. */
export function joinerSecret(
  crypto: CryptoProvider,
  suite: CipherSuite,
  initSecret: Secret,
  commitSecret: Secret,
  context: GroupContext,
): Secret {
  const extracted = crypto.extract(suite, initSecret, commitSecret);
  const summary = encode(GroupContext, context);
  return expandWithLabel(crypto, suite, extracted, "joiner", summary, suite.hash_length);
}

/** Derive the key material of a Welcome's encrypted GroupInfo. */
export function welcomeSecret(
  crypto: CryptoProvider,
  suite: CipherSuite,
  joiner: Secret,
  psk: Secret,
): Secret {
  return deriveSecret(crypto, suite, crypto.extract(suite, joiner, psk), "welcome");
}

/** Derive the secrets of the epoch of `context`. */
export function startEpoch(
  crypto: CryptoProvider,
  suite: CipherSuite,
  joiner: Secret,
  psk: Secret,
  context: GroupContext,
): EpochStart {
  const member = crypto.extract(suite, joiner, psk);
  const summary = encode(GroupContext, context);
  const epoch = expandWithLabel(crypto, suite, member, "epoch", summary, suite.hash_length);
  return expandEpochSecret(crypto, suite, epoch);
}

/** Derive every secret of an epoch from its epoch_secret. */
export function expandEpochSecret(
  crypto: CryptoProvider,
  suite: CipherSuite,
  epochSecret: Secret,
): EpochStart {
  const derived = (label: string): Secret => deriveSecret(crypto, suite, epochSecret, label);
  const secrets: EpochSecrets = {
    sender_data_secret: derived("sender data"),
    exporter_secret: derived("exporter"),
    external_secret: derived("external"),
    confirmation_key: derived("confirm"),
    membership_key: derived("membership"),
    resumption_psk: derived("resumption"),
    epoch_authenticator: derived("authentication"),
    init_secret: derived("init"),
  };
  return { secrets, encryption_secret: derived("encryption") };
}

/** Return the MAC by which a commit's sender shows the epoch it arrived at (§6.1). */
export function confirmationTag(
  crypto: CryptoProvider,
  suite: CipherSuite,
  secrets: EpochSecrets,
  confirmed: Bytes,
): Bytes {
  return crypto.mac(suite, secrets.confirmation_key, confirmed);
}

/** Derive the key pair that external joiners encrypt to (§8). */
export function externalKeyPair(
  crypto: CryptoProvider,
  suite: CipherSuite,
  secrets: EpochSecrets,
): Promise<KeyPair> {
  return crypto.hpkeDeriveKeyPair(suite, secrets.external_secret);
}

/** Make a kem_output and the init secret it carries (§8.3). */
export function exportToExternal(
  crypto: CryptoProvider,
  suite: CipherSuite,
  externalPub: Bytes,
): Promise<readonly [kemOutput: Bytes, initSecret: Secret]> {
  return crypto.hpkeExportTo(suite, externalPub, EMPTY, EXTERNAL_INIT, suite.hash_length);
}

/**
 * Return the init secret that an external joiner chose (§8.3).
 *
 * @throws CryptoError - The kem_output is not an encapsulation.
 */
export async function exportFromExternal(
  crypto: CryptoProvider,
  suite: CipherSuite,
  secrets: EpochSecrets,
  kemOutput: Bytes,
): Promise<Secret> {
  const { private_key: key } = await externalKeyPair(crypto, suite, secrets);
  return crypto.hpkeExportFrom(suite, key, kemOutput, EMPTY, EXTERNAL_INIT, suite.hash_length);
}
