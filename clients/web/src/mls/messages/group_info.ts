/** GroupInfo: what a newcomer is told about a group (RFC 9420 §12.4.3). */

import type { Bytes } from "../bytes.ts";
import { type Infer, encode, opaque, struct, uint32 } from "../codec/index.ts";
import { signWithLabel, verifyWithLabel } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { CryptoError } from "../errors.ts";
import { Extensions } from "../extensions.ts";
import { Rule } from "../rules.ts";
import { GroupContext } from "../schedule/context.ts";

const LABEL = "GroupInfoTBS";
const CONTENTS = {
  group_context: GroupContext,
  extensions: Extensions,
  confirmation_tag: opaque,
  signer: uint32,
};

/** What a GroupInfo's signature covers. */
export const GroupInfoTBS = struct(CONTENTS);
export type GroupInfoTBS = Infer<typeof GroupInfoTBS>;

/** GroupInfo (§12.4.3). */
export const GroupInfo = struct({ ...CONTENTS, signature: opaque });
export type GroupInfo = Infer<typeof GroupInfo>;

/** Return the GroupInfo with its signature. */
export async function signGroupInfo(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tbs: GroupInfoTBS,
  signatureKey: Secret,
): Promise<GroupInfo> {
  const content = encode(GroupInfoTBS, tbs);
  const signature = await signWithLabel(crypto, suite, signatureKey, LABEL, content);
  return { ...tbs, signature };
}

/**
 * Verify a GroupInfo with the signature key of its signer's leaf.
 *
 * @throws CryptoError - The signature is not the signer's.
 */
export async function verifyGroupInfo(
  crypto: CryptoProvider,
  suite: CipherSuite,
  info: GroupInfo,
  signatureKey: Bytes,
): Promise<void> {
  const content = encode(GroupInfoTBS, info);
  try {
    await verifyWithLabel(crypto, suite, signatureKey, LABEL, content, info.signature);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CryptoError(Rule.GROUP_INFO_SIGNATURE, "", { cause: error });
  }
}
