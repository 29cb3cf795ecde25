/** Which senders may send what, and the key that verifies it (RFC 9420 §6.1, §12.1.8). */

import type { Bytes } from "../bytes.ts";
import { ValidationError } from "../errors.ts";
import { type Extension, externalSenders } from "../extensions.ts";
import {
  CONTENT_COMMIT,
  CONTENT_PROPOSAL,
  type FramedContent,
  SENDER_EXTERNAL,
  SENDER_MEMBER,
  SENDER_NEW_MEMBER_COMMIT,
  SENDER_NEW_MEMBER_PROPOSAL,
} from "../framing/content.ts";
import {
  PROPOSAL_ADD,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_PSK,
  PROPOSAL_REINIT,
  PROPOSAL_REMOVE,
  type Proposal,
} from "../messages/proposals.ts";
import { Rule } from "../rules.ts";
import type { RatchetTree } from "../tree/ratchet_tree.ts";

const FROM_OUTSIDE: ReadonlySet<number> = new Set([
  PROPOSAL_ADD,
  PROPOSAL_REMOVE,
  PROPOSAL_PSK,
  PROPOSAL_REINIT,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
]);

/**
 * Return the signature key of a content's sender, if it may send such a content.
 *
 * Tree and GroupContext extensions are those of the content's epoch.
 *
 * @throws ValidationError - There is no such sender, or it may not send this.
 */
export function senderKey(
  content: FramedContent,
  tree: RatchetTree,
  extensions: readonly Extension[],
): Bytes {
  const { sender } = content;
  switch (sender.sender_type) {
    case SENDER_MEMBER:
      return memberKey(tree, sender.leaf_index);
    case SENDER_EXTERNAL:
      return externalKey(content, sender.sender_index, extensions);
    case SENDER_NEW_MEMBER_PROPOSAL:
      return proposingNewcomerKey(content);
    case SENDER_NEW_MEMBER_COMMIT:
      return joiningNewcomerKey(content);
  }
}

/**
 * Return the signature key of a member.
 *
 * @throws ValidationError - There is no member at this leaf.
 */
export function memberKey(tree: RatchetTree, leafIndex: number): Bytes {
  const leaf = tree.leaf(leafIndex);
  if (leaf === null) throw new ValidationError(Rule.SENDER_LEAF_NOT_BLANK, `leaf ${leafIndex}`);
  return leaf.signature_key;
}

/**
 * Check that an external sender may send a proposal of this type.
 *
 * @throws ValidationError - It may not.
 */
export function checkOutsiderMaySend(proposal: Proposal): void {
  if (!FROM_OUTSIDE.has(proposal.proposal_type)) {
    throw new ValidationError(Rule.EXTERNAL_SENDER_PROPOSALS);
  }
}

function externalKey(
  { content }: FramedContent,
  index: number,
  extensions: readonly Extension[],
): Bytes {
  if (content.content_type !== CONTENT_PROPOSAL) {
    throw new ValidationError(Rule.EXTERNAL_SENDER_PROPOSALS);
  }
  checkOutsiderMaySend(content.proposal);
  const sender = externalSenders(extensions)[index];
  if (sender === undefined) {
    throw new ValidationError(Rule.EXTERNAL_SENDER_KNOWN, `sender ${index}`);
  }
  return sender.signature_key;
}

function proposingNewcomerKey({ content }: FramedContent): Bytes {
  if (
    content.content_type !== CONTENT_PROPOSAL ||
    content.proposal.proposal_type !== PROPOSAL_ADD
  ) {
    throw new ValidationError(Rule.NEW_MEMBER_PROPOSES_ADD);
  }
  return content.proposal.key_package.leaf_node.signature_key;
}

function joiningNewcomerKey({ content }: FramedContent): Bytes {
  if (content.content_type !== CONTENT_COMMIT) throw new ValidationError(Rule.NEW_MEMBER_COMMITS);
  if (content.commit.path === null) throw new ValidationError(Rule.EXTERNAL_COMMIT_PATH);
  return content.commit.path.leaf_node.signature_key;
}
