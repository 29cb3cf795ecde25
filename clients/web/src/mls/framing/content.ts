/** FramedContent: who says what in which epoch, and the signature over it (RFC 9420 §6, §6.1). */

import { type Bytes, concat, uintBytes } from "../bytes.ts";
import {
  type Infer,
  Reader,
  Writer,
  encode,
  enumerated,
  kept,
  opaque,
  select,
  struct,
  uint16,
  uint32,
  uint64,
  uint8,
} from "../codec/index.ts";
import { makeProposalRef, signWithLabel, verifyWithLabel } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import { type CipherSuite, MLS10 } from "../crypto/suites.ts";
import { CryptoError } from "../errors.ts";
import { Commit } from "../messages/commit.ts";
import { Proposal } from "../messages/proposals.ts";
import { Rule } from "../rules.ts";
import { GroupContext } from "../schedule/context.ts";

/** How a message travels: WireFormat (§17.2). */
export const WIRE_PUBLIC_MESSAGE = 1;
export const WIRE_PRIVATE_MESSAGE = 2;
export const WIRE_WELCOME = 3;
export const WIRE_GROUP_INFO = 4;
export const WIRE_KEY_PACKAGE = 5;

/** WireFormat, a closed enumeration. */
export const WireFormat = enumerated(uint16, [
  WIRE_PUBLIC_MESSAGE,
  WIRE_PRIVATE_MESSAGE,
  WIRE_WELCOME,
  WIRE_GROUP_INFO,
  WIRE_KEY_PACKAGE,
]);
export type WireFormat = Infer<typeof WireFormat>;

/** What a message carries: ContentType (§6). */
export const CONTENT_APPLICATION = 1;
export const CONTENT_PROPOSAL = 2;
export const CONTENT_COMMIT = 3;

/** ContentType, a closed enumeration. */
export const ContentType = enumerated(uint8, [
  CONTENT_APPLICATION,
  CONTENT_PROPOSAL,
  CONTENT_COMMIT,
]);
export type ContentType = Infer<typeof ContentType>;

/** A member, by its leaf. */
export const SENDER_MEMBER = 1;
/** A party outside, by its place in the `external_senders` extension. */
export const SENDER_EXTERNAL = 2;
/** A client that proposes its own Add. */
export const SENDER_NEW_MEMBER_PROPOSAL = 3;
/** A client that joins by an external commit. */
export const SENDER_NEW_MEMBER_COMMIT = 4;

/** Sender (§6). */
export const Sender = select("sender_type", uint8, {
  [SENDER_MEMBER]: struct({ leaf_index: uint32 }),
  [SENDER_EXTERNAL]: struct({ sender_index: uint32 }),
  [SENDER_NEW_MEMBER_PROPOSAL]: struct({}),
  [SENDER_NEW_MEMBER_COMMIT]: struct({}),
});
export type Sender = Infer<typeof Sender>;

/** The three contents without their tag, which a PrivateMessage puts elsewhere. */
export const CONTENT_BODIES = {
  [CONTENT_APPLICATION]: struct({ application_data: opaque }),
  [CONTENT_PROPOSAL]: struct({ proposal: Proposal }),
  [CONTENT_COMMIT]: struct({ commit: Commit }),
};

/** A content and its type. */
export const Content = select("content_type", uint8, CONTENT_BODIES);
export type Content = Infer<typeof Content>;

/** FramedContent (§6). */
export const FramedContent = kept(
  struct({
    group_id: opaque,
    epoch: uint64,
    sender: Sender,
    authenticated_data: opaque,
    content: Content,
  }),
);
export type FramedContent = Infer<typeof FramedContent>;

/** The signature, and for a commit the confirmation tag (§6.1). */
export interface FramedContentAuthData {
  readonly signature: Bytes;
  readonly confirmation_tag: Bytes | null;
}

/** Read what belongs to a content of this type. */
export function readAuthData(reader: Reader, contentType: ContentType): FramedContentAuthData {
  const signature = opaque.read(reader);
  return {
    signature,
    confirmation_tag: contentType === CONTENT_COMMIT ? opaque.read(reader) : null,
  };
}

/** Append signature and tag. */
export function writeAuthData(writer: Writer, auth: FramedContentAuthData): void {
  opaque.write(writer, auth.signature);
  if (auth.confirmation_tag !== null) opaque.write(writer, auth.confirmation_tag);
}

/** Return signature and tag as bytes. */
export function encodeAuthData(auth: FramedContentAuthData): Bytes {
  const writer = new Writer();
  writeAuthData(writer, auth);
  return writer.finish();
}

/** AuthenticatedContent (§6): a content and what vouches for it. */
export interface AuthenticatedContent {
  readonly wire_format: WireFormat;
  readonly content: FramedContent;
  readonly auth: FramedContentAuthData;
}

/**
 * Read exactly one AuthenticatedContent.
 *
 * @throws DecodeError - The bytes are not one.
 */
export function decodeAuthenticatedContent(data: Uint8Array): AuthenticatedContent {
  const reader = new Reader(data);
  const wireFormat = WireFormat.read(reader);
  const content = FramedContent.read(reader);
  const auth = readAuthData(reader, content.content.content_type);
  reader.finish();
  return { wire_format: wireFormat, content, auth };
}

/** Return the canonical bytes, which a ProposalRef hashes. */
export function encodeAuthenticatedContent(message: AuthenticatedContent): Bytes {
  return concat(
    encode(WireFormat, message.wire_format),
    encode(FramedContent, message.content),
    encodeAuthData(message.auth),
  );
}

/** Return the ProposalRef of the proposal in a message (§5.2). */
export function proposalRef(
  crypto: CryptoProvider,
  suite: CipherSuite,
  message: AuthenticatedContent,
): Bytes {
  return makeProposalRef(crypto, suite, encodeAuthenticatedContent(message));
}

/** Return FramedContentTBS: what the signature covers (§6.1). */
export function framedContentTbs(
  wireFormat: WireFormat,
  content: FramedContent,
  context: GroupContext,
): Bytes {
  const version = uintBytes(MLS10, 2);
  const tbs = [version, encode(WireFormat, wireFormat), encode(FramedContent, content)];
  const { sender_type: sender } = content.sender;
  return sender === SENDER_MEMBER || sender === SENDER_NEW_MEMBER_COMMIT
    ? concat(...tbs, encode(GroupContext, context))
    : concat(...tbs);
}

/** Sign a FramedContentTBS. */
export function signContent(
  crypto: CryptoProvider,
  suite: CipherSuite,
  signatureKey: Secret,
  tbs: Bytes,
): Promise<Bytes> {
  return signWithLabel(crypto, suite, signatureKey, "FramedContentTBS", tbs);
}

/**
 * Verify the signature over a FramedContentTBS.
 *
 * @throws CryptoError - The signature is missing or not the sender's.
 */
export async function verifyContent(
  crypto: CryptoProvider,
  suite: CipherSuite,
  signatureKey: Bytes,
  tbs: Bytes,
  signature: Bytes,
): Promise<void> {
  try {
    await verifyWithLabel(crypto, suite, signatureKey, "FramedContentTBS", tbs, signature);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CryptoError(Rule.CONTENT_SIGNATURE, "", { cause: error });
  }
}
