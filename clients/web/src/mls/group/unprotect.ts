/**
 * From bytes to a content that its sender signed (RFC 9420 §6).
 *
 * Nothing of a message is believed before its signature is verified: `Opened` is only made after
 * that, and whoever wants to act on a message asks for one.
 */

import { equalBytes, type Bytes } from "../bytes.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { InternalError, UsageError, ValidationError } from "../errors.ts";
import { memberKey, senderKey } from "../evolution/senders.ts";
import {
  CONTENT_APPLICATION,
  SENDER_MEMBER,
  WIRE_PRIVATE_MESSAGE,
  WIRE_PUBLIC_MESSAGE,
  framedContentTbs,
  verifyContent,
  type AuthenticatedContent,
} from "../framing/content.ts";
import { unwrap } from "../framing/message.ts";
import { openContent, openSenderData } from "../framing/private.ts";
import type { PrivateMessage } from "../framing/private_message.ts";
import { authenticated, verifyMembershipTag, type PublicMessage } from "../framing/public.ts";
import { Rule } from "../rules.ts";
import { takeKey } from "../schedule/secret_tree.ts";
import { pastEpoch, type GroupState, type Member, type PastEpoch } from "./state.ts";

/** A verified content. */
export interface Opened {
  /** The state after the message's key is used up. */
  readonly state: GroupState;
  readonly message: AuthenticatedContent;
  /** The sender as it was in the message's epoch, if it is a member. */
  readonly member: Member | null;
}

/**
 * Open and verify a message of this group.
 *
 * @throws MlsError - It is not a message that a sender known to the group signed.
 */
export async function unprotect(
  crypto: CryptoProvider,
  state: GroupState,
  data: Bytes,
): Promise<Opened> {
  const body = unwrap(data);
  if (body.wire_format === WIRE_PUBLIC_MESSAGE) {
    checkGroupId(state, body.public_message.content.group_id);
    return openPublic(crypto, state, body.public_message);
  }
  if (body.wire_format === WIRE_PRIVATE_MESSAGE) {
    const message = body.private_message;
    checkGroupId(state, message.group_id);
    return message.epoch === state.context.epoch
      ? openPrivate(crypto, state, message)
      : openLate(crypto, state, message);
  }
  throw new UsageError(`wire format ${body.wire_format} is not for a member to process`);
}

function checkGroupId(state: GroupState, groupId: Bytes): void {
  if (!equalBytes(groupId, state.context.group_id)) {
    throw new ValidationError(Rule.GROUP_ID_MATCHES);
  }
}

async function openPublic(
  crypto: CryptoProvider,
  state: GroupState,
  message: PublicMessage,
): Promise<Opened> {
  const { content, auth } = message;
  const { suite, context } = state;
  if (content.content.content_type === CONTENT_APPLICATION) {
    throw new ValidationError(Rule.APPLICATION_DATA_PRIVATE);
  }
  checkEpoch(state, content.epoch);
  const verified = authenticated(message);
  const tbs = framedContentTbs(verified.wire_format, content, context);
  if (content.sender.sender_type === SENDER_MEMBER) {
    verifyMembershipTag(crypto, suite, state.secrets.membership_key, tbs, message);
  }
  const key = senderKey(content, state.tree, context.extensions);
  await verifyContent(crypto, suite, key, tbs, auth.signature);
  const { sender } = content;
  const member = sender.sender_type === SENDER_MEMBER ? present(state, sender.leaf_index) : null;
  return { state, message: verified, member };
}

async function openPrivate(
  crypto: CryptoProvider,
  state: GroupState,
  message: PrivateMessage,
): Promise<Opened> {
  const { suite, context } = state;
  const secret = state.secrets.sender_data_secret;
  const sender = await openSenderData(crypto, suite, message, secret);
  const { leaf_index: leaf, generation } = sender;
  const signatureKey = memberKey(state.tree, leaf);
  const kind = message.content_type === CONTENT_APPLICATION ? "application" : "handshake";
  const [key, secret_tree] = takeKey(crypto, suite, state.secret_tree, leaf, kind, generation);
  const opened = await openContent(crypto, suite, message, sender, key);
  const tbs = framedContentTbs(opened.wire_format, opened.content, context);
  await verifyContent(crypto, suite, signatureKey, tbs, opened.auth.signature);
  return { state: { ...state, secret_tree }, message: opened, member: present(state, leaf) };
}

async function openLate(
  crypto: CryptoProvider,
  state: GroupState,
  message: PrivateMessage,
): Promise<Opened> {
  const { suite } = state;
  if (message.content_type !== CONTENT_APPLICATION) checkEpoch(state, message.epoch);
  const past = pastEpoch(state, message.epoch);
  const sender = await openSenderData(crypto, suite, message, past.sender_data_secret);
  const { leaf_index: leaf, generation } = sender;
  const member = past.roster.get(leaf);
  if (member === undefined) {
    throw new ValidationError(Rule.SENDER_LEAF_NOT_BLANK, `leaf ${leaf}`);
  }
  const tree = past.secret_tree;
  const [key, secret_tree] = takeKey(crypto, suite, tree, leaf, "application", generation);
  const opened = await openContent(crypto, suite, message, sender, key);
  const tbs = framedContentTbs(opened.wire_format, opened.content, past.context);
  await verifyContent(crypto, suite, member.signature_key, tbs, opened.auth.signature);
  return { state: replacing(state, { ...past, secret_tree }), message: opened, member };
}

function checkEpoch(state: GroupState, epoch: bigint): void {
  const current = state.context.epoch;
  if (epoch !== current) {
    const detail = `epoch ${epoch.toString()}, not ${current.toString()}`;
    throw new ValidationError(Rule.EPOCH_CURRENT, detail);
  }
}

function replacing(state: GroupState, past: PastEpoch): GroupState {
  const { epoch } = past.context;
  return { ...state, past: state.past.map((old) => (old.context.epoch === epoch ? past : old)) };
}

function present(state: GroupState, leaf: number): Member {
  const member = state.roster.get(leaf);
  if (member === undefined) throw new InternalError(`leaf ${leaf} is in the tree alone`);
  return member;
}
