/**
 * PublicMessage: signed, not encrypted (RFC 9420 §6.2).
 *
 * The membership tag shows members that a member sent it. Nobody else can check it.
 */

import { type Bytes, EMPTY, concat } from "../bytes.ts";
import { type Codec, opaque } from "../codec/index.ts";
import { equal } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { CryptoError } from "../errors.ts";
import { Rule } from "../rules.ts";
import {
  type AuthenticatedContent,
  FramedContent,
  type FramedContentAuthData,
  SENDER_MEMBER,
  WIRE_PUBLIC_MESSAGE,
  encodeAuthData,
  readAuthData,
  writeAuthData,
} from "./content.ts";

/** PublicMessage (§6.2). */
export interface PublicMessage {
  readonly content: FramedContent;
  readonly auth: FramedContentAuthData;
  readonly membership_tag: Bytes | null;
}

export const PublicMessage: Codec<PublicMessage> = {
  read: (reader) => {
    const content = FramedContent.read(reader);
    const auth = readAuthData(reader, content.content.content_type);
    const byMember = content.sender.sender_type === SENDER_MEMBER;
    return { content, auth, membership_tag: byMember ? opaque.read(reader) : null };
  },
  write: (writer, message) => {
    FramedContent.write(writer, message.content);
    writeAuthData(writer, message.auth);
    if (message.membership_tag !== null) opaque.write(writer, message.membership_tag);
  },
};

/** Return what the signature covers, the tag left off. */
export function authenticated(message: PublicMessage): AuthenticatedContent {
  return { wire_format: WIRE_PUBLIC_MESSAGE, content: message.content, auth: message.auth };
}

/** Return the MAC over AuthenticatedContentTBM (§6.2). */
export function membershipTag(
  crypto: CryptoProvider,
  suite: CipherSuite,
  membershipKey: Secret,
  tbs: Bytes,
  auth: FramedContentAuthData,
): Bytes {
  return crypto.mac(suite, membershipKey, concat(tbs, encodeAuthData(auth)));
}

/**
 * Check that a member's PublicMessage was sent by a member.
 *
 * @throws CryptoError - It was not.
 */
export function verifyMembershipTag(
  crypto: CryptoProvider,
  suite: CipherSuite,
  membershipKey: Secret,
  tbs: Bytes,
  message: PublicMessage,
): void {
  const expected = membershipTag(crypto, suite, membershipKey, tbs, message.auth);
  if (!equal(expected, message.membership_tag ?? EMPTY)) {
    throw new CryptoError(Rule.MEMBERSHIP_TAG);
  }
}
