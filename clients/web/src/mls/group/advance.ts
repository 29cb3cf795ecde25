/**
 * From a signed commit to the next epoch's keys (RFC 9420 §12.4.1, §12.4.2).
 *
 * The committer and every receiver go through here, so that they agree or fail.
 */

import type { Bytes } from "../bytes.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { encodeAuthenticatedContent, type AuthenticatedContent } from "../framing/content.ts";
import type { GroupContext } from "../schedule/context.ts";
import { confirmationTag, joinerSecret, startEpoch, type EpochSecrets } from "../schedule/epoch.ts";
import { secretTreeOf, type SecretTree } from "../schedule/secret_tree.ts";
import { confirmedTranscriptHash, interimTranscriptHash } from "../schedule/transcript.ts";

/** The secrets that a commit brings together. */
export interface Inputs {
  readonly init_secret: Secret;
  readonly commit_secret: Secret;
  readonly psk_secret: Secret;
}

/** A new epoch. `joiner_secret` is for Welcomes and is dropped with this value. */
export interface Advanced {
  readonly context: GroupContext;
  readonly joiner_secret: Secret;
  readonly secrets: EpochSecrets;
  readonly secret_tree: SecretTree;
  readonly confirmation_tag: Bytes;
  readonly interim_transcript_hash: Bytes;
}

/** Return ConfirmedTranscriptHashInput: a commit up to and including its signature (§8.2). */
export function confirmedInput(message: AuthenticatedContent): Bytes {
  const auth = { ...message.auth, confirmation_tag: null };
  return encodeAuthenticatedContent({ ...message, auth });
}

/**
 * Derive the epoch that a commit begins.
 *
 * `interim` is the interim transcript hash of the epoch before, `provisional` the new context with
 * the confirmed transcript hash of the old one, `leafCount` the number of leaves of the new tree.
 */
export function advance(
  crypto: CryptoProvider,
  suite: CipherSuite,
  message: AuthenticatedContent,
  interim: Bytes,
  provisional: GroupContext,
  inputs: Inputs,
  leafCount: number,
): Advanced {
  const confirmed = confirmedTranscriptHash(crypto, suite, interim, confirmedInput(message));
  const context = { ...provisional, confirmed_transcript_hash: confirmed };
  const joiner = joinerSecret(crypto, suite, inputs.init_secret, inputs.commit_secret, context);
  const start = startEpoch(crypto, suite, joiner, inputs.psk_secret, context);
  const tag = confirmationTag(crypto, suite, start.secrets, confirmed);
  return {
    context,
    joiner_secret: joiner,
    secrets: start.secrets,
    secret_tree: secretTreeOf(start.encryption_secret, leafCount),
    confirmation_tag: tag,
    interim_transcript_hash: interimTranscriptHash(crypto, suite, confirmed, tag),
  };
}
