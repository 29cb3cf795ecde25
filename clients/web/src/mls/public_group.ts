/**
 * A group as a delivery service sees it: no secrets, no membership (RFC 9420 §5, §12.4).
 *
 * Follows a group from its PublicMessages alone and refuses what its members would refuse, as
 * far as that can be told without keys. Two things cannot: the membership_tag of a message
 * and the confirmation_tag of a commit. A committer's GroupInfo closes part of the second
 * gap: a member has signed the epoch it leads to (`checkGroupInfo`).
 *
 * A value: `receive` returns the next one, and on any failure there is none.
 */

import { type Bytes, EMPTY, fromHex, equalBytes, toHex } from "./bytes.ts";
import { decode, encode, opaque, struct, uint8, vector } from "./codec/index.ts";
import type { AuthenticationService, Credential } from "./credentials.ts";
import { equal } from "./crypto/labels.ts";
import type { CryptoProvider } from "./crypto/provider.ts";
import { type CipherSuite, MLS10, SUITES, cipherSuite } from "./crypto/suites.ts";
import { DecodeError, InternalError, ValidationError } from "./errors.ts";
import { type Evolved, evolve } from "./evolution/evolve.ts";
import { type Judge, checkGroupExtensions, judgeOf } from "./evolution/leaves.ts";
import { remember } from "./evolution/remember.ts";
import type { Proposals, SentProposal } from "./evolution/resolve.ts";
import { memberKey, senderKey } from "./evolution/senders.ts";
import { GROUP_INFO_TYPES, RATCHET_TREE, checkExtensions, findExtension } from "./extensions.ts";
import {
  type AuthenticatedContent,
  CONTENT_APPLICATION,
  CONTENT_COMMIT,
  CONTENT_PROPOSAL,
  SENDER_NEW_MEMBER_COMMIT,
  Sender,
  WIRE_GROUP_INFO,
  WIRE_PUBLIC_MESSAGE,
  encodeAuthenticatedContent,
  framedContentTbs,
  proposalRef,
  verifyContent,
} from "./framing/content.ts";
import { unwrap } from "./framing/message.ts";
import { authenticated } from "./framing/public.ts";
import type { Commit } from "./messages/commit.ts";
import { type GroupInfo, verifyGroupInfo } from "./messages/group_info.ts";
import { Proposal } from "./messages/proposals.ts";
import { Rule } from "./rules.ts";
import { GroupContext } from "./schedule/context.ts";
import { confirmedTranscriptHash, interimTranscriptHash } from "./schedule/transcript.ts";
import { RatchetTree } from "./tree/ratchet_tree.ts";
import { checkTree, leafRules } from "./tree/validation.ts";

const FORMAT = 1;

/** One epoch of a group, from outside. */
export interface PublicGroup {
  readonly suite: CipherSuite;
  readonly context: GroupContext;
  readonly tree: RatchetTree;
  /** Of the commit that began this epoch; claimed, not verified. */
  readonly confirmation_tag: Bytes;
  /** The proposals seen in this epoch. */
  readonly proposals: Proposals;
  /** Whether a ReInit has ended the group. */
  readonly over: boolean;
}

/** A member, as the tree shows it. */
export interface Member {
  readonly leaf: number;
  readonly credential: Credential;
  readonly signature_key: Bytes;
}

/** A proposal was made. `next` remembers it until the epoch ends. */
export interface ProposalSeen {
  readonly type: "proposal";
  readonly next: PublicGroup;
  readonly sender: Sender;
  readonly proposal: Proposal;
  readonly ref: Bytes;
}

/** An epoch ended. `next` is the group in the new one. */
export interface CommitSeen {
  readonly type: "commit";
  readonly next: PublicGroup;
  /** Who committed; a newcomer, if the commit was external. */
  readonly sender: Sender;
  /** The committer's leaf in the new epoch. */
  readonly committer: number;
  /** What was committed, and by whom each was proposed. */
  readonly proposals: readonly SentProposal[];
  /** Who is new, an external joiner among them. */
  readonly added: readonly Member[];
  /** Who is gone, as they were. */
  readonly removed: readonly Member[];
  /** Whose leaf has been replaced, as they are; a path replaces the committer's. */
  readonly updated: readonly Member[];
}

/** Who vouches for credentials, and what time it is. */
export interface Circumstances {
  readonly authentication: AuthenticationService;
  /** Seconds since 1970. */
  readonly now: number;
}

/** A PublicGroup, as stored. The transcript hash and the tree's hashes follow from it. */
const StoredGroup = struct({
  format: uint8,
  context: GroupContext,
  tree: opaque,
  confirmation_tag: opaque,
  proposals: vector(struct({ ref: opaque, sender: Sender, proposal: Proposal })),
  over: uint8,
});

/**
 * Begin to follow a group from a member's GroupInfo, checking all a joiner would.
 *
 * @throws MlsError - GroupInfo or tree are malformed, forged, or break a rule.
 */
export async function fromGroupInfo(
  crypto: CryptoProvider,
  groupInfo: Uint8Array,
  ratchetTree: Uint8Array,
  { authentication, now }: Circumstances,
): Promise<PublicGroup> {
  const info = groupInfoIn(groupInfo);
  const context = info.group_context;
  if (context.version !== MLS10 || !SUITES.has(context.cipher_suite)) {
    throw new ValidationError(Rule.GROUP_SUITE_KNOWN);
  }
  const suite = cipherSuite(context.cipher_suite);
  const tree = RatchetTree.decode(ratchetTree);
  if (!equalBytes(tree.treeHash(crypto, suite), context.tree_hash)) {
    throw new ValidationError(Rule.TREE_HASH_MATCHES);
  }
  await verifyGroupInfo(crypto, suite, info, memberKey(tree, info.signer));
  await checkGroupExtensions(context.extensions, judgeOf(authentication, now));
  const rules = leafRules(suite, context.extensions);
  await checkTree(crypto, tree, context.group_id, rules, authentication);
  const { confirmation_tag } = info;
  return { suite, context, tree, confirmation_tag, proposals: new Map(), over: false };
}

/**
 * Restore what `encodePublicGroup` returned. Trusted: nothing is verified again.
 *
 * @throws MlsError - It is not that.
 */
export function decodePublicGroup(data: Uint8Array): PublicGroup {
  const { format, context, tree, confirmation_tag, proposals, over } = decode(StoredGroup, data);
  if (format !== FORMAT || over > 1 || !SUITES.has(context.cipher_suite)) {
    throw new DecodeError("not a stored group of this format");
  }
  return {
    suite: cipherSuite(context.cipher_suite),
    context,
    tree: RatchetTree.decode(tree),
    confirmation_tag,
    proposals: new Map(proposals.map(({ ref, ...sent }) => [toHex(ref), sent])),
    over: over === 1,
  };
}

/** Return the group as bytes, to be stored. */
export function encodePublicGroup(group: PublicGroup): Bytes {
  const seen = [...group.proposals].map(([ref, sent]) => ({ ref: fromHex(ref), ...sent }));
  return encode(StoredGroup, {
    format: FORMAT,
    context: group.context,
    tree: group.tree.encode(),
    confirmation_tag: group.confirmation_tag,
    proposals: seen,
    over: group.over ? 1 : 0,
  });
}

/** Return the members in the order of their leaves. */
export function publicMembers(group: PublicGroup): readonly Member[] {
  return [...group.tree.leaves()].map(([index, leaf]) => ({
    leaf: index,
    credential: leaf.credential,
    signature_key: leaf.signature_key,
  }));
}

/**
 * Check a handshake message of this epoch, and say what it does.
 *
 * @param data - An MLSMessage that holds a PublicMessage.
 * @throws MlsError - It is malformed, not for this epoch, not signed by its sender, or breaks
 * a rule.
 */
export async function receive(
  crypto: CryptoProvider,
  group: PublicGroup,
  data: Uint8Array,
  { authentication, now }: Circumstances,
): Promise<ProposalSeen | CommitSeen> {
  const message = await verified(crypto, group, data);
  const { sender, content } = message.content;
  const judge = judgeOf(authentication, now);
  switch (content.content_type) {
    case CONTENT_PROPOSAL: {
      const { proposal } = content;
      const ref = proposalRef(crypto, group.suite, message);
      const sent = { sender, proposal };
      const proposals = await remember(group.proposals, ref, sent, group.tree, judge);
      return { type: "proposal", next: { ...group, proposals }, sender, proposal, ref };
    }
    case CONTENT_COMMIT:
      return committed(crypto, group, message, content.commit, judge);
    case CONTENT_APPLICATION:
      throw new InternalError("application data has passed as a handshake message");
  }
}

/**
 * Check that a GroupInfo describes this epoch and that a member signed it (§12.4.3).
 *
 * @throws MlsError - It is malformed, of another epoch or another view of this one, or forged.
 */
export async function checkGroupInfo(
  crypto: CryptoProvider,
  group: PublicGroup,
  groupInfo: Uint8Array,
): Promise<void> {
  const info = groupInfoIn(groupInfo);
  const described = encode(GroupContext, info.group_context);
  if (!equalBytes(described, encode(GroupContext, group.context))) {
    throw new ValidationError(Rule.GROUP_INFO_CURRENT);
  }
  if (!equal(info.confirmation_tag, group.confirmation_tag)) {
    throw new ValidationError(Rule.GROUP_INFO_CURRENT, "another confirmation_tag");
  }
  const tree = findExtension(info.extensions, RATCHET_TREE);
  if (tree !== null && !equalBytes(tree, group.tree.encode())) {
    throw new ValidationError(Rule.TREE_HASH_MATCHES);
  }
  await verifyGroupInfo(crypto, group.suite, info, memberKey(group.tree, info.signer));
}

async function verified(
  crypto: CryptoProvider,
  group: PublicGroup,
  data: Uint8Array,
): Promise<AuthenticatedContent> {
  const body = unwrap(data);
  if (body.wire_format !== WIRE_PUBLIC_MESSAGE) {
    throw new DecodeError("not a PublicMessage: nothing in it can be followed");
  }
  const { content } = body.public_message;
  const { context, suite, tree } = group;
  if (!equalBytes(content.group_id, context.group_id)) {
    throw new ValidationError(Rule.GROUP_ID_MATCHES);
  }
  if (content.epoch !== context.epoch) {
    throw new ValidationError(Rule.EPOCH_CURRENT, `${content.epoch}, not ${context.epoch}`);
  }
  if (content.content.content_type === CONTENT_APPLICATION) {
    throw new ValidationError(Rule.APPLICATION_DATA_PRIVATE);
  }
  if (group.over) throw new ValidationError(Rule.GROUP_REINITIALISED);
  const message = authenticated(body.public_message);
  const key = senderKey(content, tree, context.extensions);
  const tbs = framedContentTbs(message.wire_format, content, context);
  await verifyContent(crypto, suite, key, tbs, message.auth.signature);
  return message;
}

async function committed(
  crypto: CryptoProvider,
  group: PublicGroup,
  message: AuthenticatedContent,
  commit: Commit,
  judge: Judge,
): Promise<CommitSeen> {
  const { sender } = message.content;
  const evolved = await evolve(crypto, group, sender, commit, group.proposals, judge);
  const { applied, committer, proposals, tree } = evolved;
  const joined = applied.added.map(([index]) => index);
  const updated = [...applied.updated];
  if (sender.sender_type === SENDER_NEW_MEMBER_COMMIT) joined.push(committer);
  else if (commit.path !== null) updated.push(committer);
  return {
    type: "commit",
    next: followed(crypto, group, message, evolved),
    sender,
    committer,
    proposals,
    added: membersAt(tree, joined),
    removed: membersAt(group.tree, applied.removed),
    updated: membersAt(tree, updated),
  };
}

/** Return the group in the epoch that a commit began (§8.2, §12.4.2). */
function followed(
  crypto: CryptoProvider,
  group: PublicGroup,
  message: AuthenticatedContent,
  evolved: Evolved,
): PublicGroup {
  const { suite, context, confirmation_tag: oldTag } = group;
  const before = context.confirmed_transcript_hash;
  const interim = interimTranscriptHash(crypto, suite, before, oldTag);
  const untagged = { ...message, auth: { ...message.auth, confirmation_tag: null } };
  const input = encodeAuthenticatedContent(untagged);
  const confirmed = confirmedTranscriptHash(crypto, suite, interim, input);
  return {
    suite,
    context: { ...evolved.context, confirmed_transcript_hash: confirmed },
    tree: evolved.tree,
    // A commit's framing always has a tag.
    confirmation_tag: message.auth.confirmation_tag ?? EMPTY,
    proposals: new Map(),
    over: evolved.applied.reinit !== null,
  };
}

function groupInfoIn(data: Uint8Array): GroupInfo {
  const body = unwrap(data);
  if (body.wire_format !== WIRE_GROUP_INFO) throw new DecodeError("not a GroupInfo");
  checkExtensions(body.group_info.extensions, GROUP_INFO_TYPES);
  return body.group_info;
}

function membersAt(tree: RatchetTree, indices: readonly number[]): readonly Member[] {
  return indices.flatMap((index) => {
    const leaf = tree.leaf(index);
    if (leaf === null) return [];
    return [{ leaf: index, credential: leaf.credential, signature_key: leaf.signature_key }];
  });
}
