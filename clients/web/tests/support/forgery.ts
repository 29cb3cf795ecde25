/**
 * Messages that no honest member sends: whole, well-formed, and signed with a real key.
 *
 * What a dishonest member, server or stranger can do. A forger holds a member's keys, so the
 * signature is sound unless a test says otherwise.
 */

import { type Bytes, EMPTY, ascii } from "../../src/mls/bytes.ts";
import type { Secret } from "../../src/mls/crypto/secret.ts";
import {
  CONTENT_COMMIT,
  type Content,
  type FramedContent,
  SENDER_MEMBER,
  type Sender,
  WIRE_PRIVATE_MESSAGE,
  WIRE_PUBLIC_MESSAGE,
  framedContentTbs,
  signContent,
} from "../../src/mls/framing/content.ts";
import { unwrap, wrap } from "../../src/mls/framing/message.ts";
import type { PublicMessage } from "../../src/mls/framing/public.ts";
import type { GroupState } from "../../src/mls/group/index.ts";
import { type Framing, PUBLIC, protect, sign } from "../../src/mls/group/protect.ts";
import { type Commit, PROPOSAL_BY_VALUE } from "../../src/mls/messages/commit.ts";
import type { Proposal } from "../../src/mls/messages/proposals.ts";
import { CRYPTO, type Person } from "./people.ts";

export const PRIVATE: Framing = { ...PUBLIC, wire_format: WIRE_PRIVATE_MESSAGE };
const NO_TAG: Bytes = new Uint8Array(32);

/** Open the envelope of a PublicMessage. */
export function publicMessage(message: Bytes): PublicMessage {
  const body = unwrap(message);
  if (body.wire_format !== WIRE_PUBLIC_MESSAGE) throw new Error("not a PublicMessage");
  return body.public_message;
}

/** Put a PublicMessage into its envelope. */
export function sent(message: PublicMessage): Bytes {
  return wrap({ wire_format: WIRE_PUBLIC_MESSAGE, public_message: message });
}

/** Return the commit in a PublicMessage. */
export function commitOf(message: Bytes): Commit {
  const { content } = publicMessage(message).content;
  if (content.content_type !== CONTENT_COMMIT) throw new Error("not a commit");
  return content.commit;
}

/** A content under this signature key; its membership tag is nonsense. */
export async function signed(
  state: GroupState,
  content: FramedContent,
  tag: Bytes | null = null,
  key: Secret = state.signature_key,
): Promise<Bytes> {
  const tbs = framedContentTbs(WIRE_PUBLIC_MESSAGE, content, state.context);
  const signature = await signContent(CRYPTO, state.suite, key, tbs);
  const membership_tag = content.sender.sender_type === SENDER_MEMBER ? ascii("?") : null;
  return sent({ content, auth: { signature, confirmation_tag: tag }, membership_tag });
}

/** A content of the member of `state`. */
export function contentBy(
  state: GroupState,
  content: Content,
  sender: Sender = { sender_type: SENDER_MEMBER, leaf_index: state.own_leaf },
): FramedContent {
  const { group_id, epoch } = state.context;
  return { group_id, epoch, sender, authenticated_data: EMPTY, content };
}

/** A message, changed, and signed with the member's key or another. */
export function resigned(
  state: GroupState,
  message: Bytes,
  changes: Partial<FramedContent>,
  key?: Secret,
): Promise<Bytes> {
  const { content, auth } = publicMessage(message);
  return signed(state, { ...content, ...changes }, auth.confirmation_tag, key);
}

/** A member's own commit, changed and signed again. */
export function recommitted(
  state: GroupState,
  message: Bytes,
  changes: Partial<Commit>,
): Promise<Bytes> {
  const commit = { ...commitOf(message), ...changes };
  return resigned(state, message, { content: { content_type: CONTENT_COMMIT, commit } });
}

/** A commit's content, of proposals by value and without a path. */
export function commitment(...proposals: readonly Proposal[]): Content {
  const items = proposals.map((proposal) => ({ type: PROPOSAL_BY_VALUE, proposal }) as const);
  return { content_type: CONTENT_COMMIT, commit: { proposals: items, path: null } };
}

/** A commit of proposals without a path, whatever the rules say. */
export function committing(state: GroupState, ...proposals: readonly Proposal[]): Promise<Bytes> {
  return signed(state, contentBy(state, commitment(...proposals)), ascii("tag"));
}

/** A message as the member of `state` could send it, its membership tag sound. */
export async function forged(
  state: GroupState,
  body: Content,
  framing: Framing = PUBLIC,
): Promise<Bytes> {
  const made = await sign(CRYPTO, state, body, framing);
  const tag = body.content_type === CONTENT_COMMIT ? NO_TAG : null;
  const [, message] = await protect(CRYPTO, state, made, tag, 1);
  return message;
}

/** A message from outside, signed with somebody's key. */
export function stranger(
  state: GroupState,
  who: Person,
  sender: Sender,
  body: Content,
): Promise<Bytes> {
  const tag = body.content_type === CONTENT_COMMIT ? NO_TAG : null;
  return signed(state, contentBy(state, body, sender), tag, who.keys.private_key);
}
