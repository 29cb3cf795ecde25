/** MLS-Exporter: secrets of the group for use outside of MLS (RFC 9420 §8.5). */

import type { Bytes } from "../bytes.ts";
import { deriveSecret, expandWithLabel } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { UsageError } from "../errors.ts";

/**
 * Derive a secret of `length` bytes for one purpose, named by its label.
 *
 * Called `exportSecret` because `export` is a word of the language.
 *
 * @throws UsageError - HKDF does not give that many bytes (RFC 5869 §2.3), or the label is not
 *   ASCII.
 */
export function exportSecret(
  crypto: CryptoProvider,
  suite: CipherSuite,
  exporterSecret: Secret,
  label: string,
  context: Bytes,
  length: number,
): Secret {
  if (!Number.isInteger(length) || length < 0 || length > 255 * suite.hash_length) {
    throw new UsageError(`${length} bytes cannot be exported`);
  }
  const base = deriveSecret(crypto, suite, exporterSecret, label);
  return expandWithLabel(crypto, suite, base, "exported", crypto.hash(suite, context), length);
}
