/** Application messages and exported secrets (RFC 9420 §8.5, §15). */

import { EMPTY, type Bytes } from "../bytes.ts";
import { copied, opaque } from "../codec/index.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import { ValidationError } from "../errors.ts";
import { CONTENT_APPLICATION, WIRE_PRIVATE_MESSAGE } from "../framing/content.ts";
import { PADDING_MULTIPLE } from "../framing/private.ts";
import { Rule } from "../rules.ts";
import { exportSecret as exported } from "../schedule/exporter.ts";
import { ownFraming, protect, sign } from "./protect.ts";
import { checkActive, type GroupState } from "./state.ts";

/**
 * Encrypt application data for the group.
 *
 * The state that comes back must be stored before the message is sent: its key must never be used
 * again. The plaintext is padded to a multiple of `padding` bytes.
 *
 * @throws ValidationError - Proposals wait for a commit (§12.4), or the group is over.
 * @throws UsageError - `padding` is not 1 to 65,536.
 */
export async function encrypt(
  crypto: CryptoProvider,
  state: GroupState,
  data: Bytes,
  options: { readonly authenticatedData?: Bytes; readonly padding?: number } = {},
): Promise<readonly [GroupState, Bytes]> {
  checkActive(state);
  if (state.pending_proposals.size > 0) {
    throw new ValidationError(Rule.COMMIT_BEFORE_APPLICATION_DATA);
  }
  const framing = ownFraming({
    wire_format: WIRE_PRIVATE_MESSAGE,
    authenticated_data: options.authenticatedData ?? EMPTY,
    padding: options.padding ?? PADDING_MULTIPLE,
  });
  const application_data = copied(opaque, data);
  const body = { content_type: CONTENT_APPLICATION, application_data } as const;
  const signed = await sign(crypto, state, body, framing);
  return protect(crypto, state, signed, null, framing.padding);
}

/**
 * Derive a secret that all members of this epoch share (§8.5).
 *
 * @throws UsageError - HKDF does not give `length` bytes, or `label` is not ASCII.
 */
export function exportSecret(
  crypto: CryptoProvider,
  state: GroupState,
  label: string,
  context: Bytes,
  length: number,
): Secret {
  return exported(crypto, state.suite, state.secrets.exporter_secret, label, context, length);
}
