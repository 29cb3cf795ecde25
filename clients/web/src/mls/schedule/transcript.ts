/** The running hashes over all commits of a group (RFC 9420 §8.2). */

import { type Bytes, concat } from "../bytes.ts";
import { encode, opaque } from "../codec/index.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { CipherSuite } from "../crypto/suites.ts";

/**
 * Hash a commit onto the transcript.
 *
 * `interim` is the interim transcript hash of the epoch the commit was sent in, `commit` a
 * ConfirmedTranscriptHashInput: wire format, content and signature.
 */
export function confirmedTranscriptHash(
  crypto: CryptoProvider,
  suite: CipherSuite,
  interim: Bytes,
  commit: Bytes,
): Bytes {
  return crypto.hash(suite, concat(interim, commit));
}

/** Hash a commit's confirmation tag onto the transcript. */
export function interimTranscriptHash(
  crypto: CryptoProvider,
  suite: CipherSuite,
  confirmed: Bytes,
  confirmationTag: Bytes,
): Bytes {
  return crypto.hash(suite, concat(confirmed, encode(opaque, confirmationTag)));
}
