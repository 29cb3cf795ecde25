/** The psk_secret: all pre-shared keys of a commit in one (RFC 9420 §8.4). */

import { encode, struct, uint16 } from "../codec/struct.ts";
import { expandWithLabel } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { PreSharedKeyID } from "./key_names.ts";

/** PSKLabel (§8.4). */
const PSKLabel = struct({ id: PreSharedKeyID, index: uint16, count: uint16 });

/** Chain pre-shared keys in the order of their proposals; of none it is zero. */
export function pskSecret(
  crypto: CryptoProvider,
  suite: CipherSuite,
  psks: readonly (readonly [PreSharedKeyID, Secret])[],
): Secret {
  const zero = new Secret(new Uint8Array(suite.hash_length));
  let chained = zero;
  for (const [index, [id, psk]] of psks.entries()) {
    const label = encode(PSKLabel, { id, index, count: psks.length });
    const extracted = crypto.extract(suite, zero, psk);
    const derived = expandWithLabel(
      crypto,
      suite,
      extracted,
      "derived psk",
      label,
      suite.hash_length,
    );
    chained = crypto.extract(suite, derived, chained);
  }
  return chained;
}
