/** Proposals from outside a group (RFC 9420 §12.1.8): signed, not encrypted, not tagged. */

import { EMPTY, type Bytes } from "../bytes.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import { cipherSuite } from "../crypto/suites.ts";
import { checkOutsiderMaySend } from "../evolution/senders.ts";
import {
  CONTENT_PROPOSAL,
  SENDER_EXTERNAL,
  SENDER_NEW_MEMBER_PROPOSAL,
  WIRE_PUBLIC_MESSAGE,
  framedContentTbs,
  signContent,
  type Sender,
} from "../framing/content.ts";
import { wrap } from "../framing/message.ts";
import type { KeyPackageBundle } from "../key_package.ts";
import { PROPOSAL_ADD, type Proposal } from "../messages/proposals.ts";
import type { GroupContext } from "../schedule/context.ts";
import { checkLifetime } from "../tree/validation.ts";
import { checkGreaseless } from "./grease.ts";

/**
 * Propose as one of the group's `external_senders`, in the epoch of `context`.
 *
 * @throws ValidationError - An external sender may not send a proposal of this type, its type is a
 *   GREASE value, or the KeyPackage of an Add is not current.
 */
export async function externalProposal(
  crypto: CryptoProvider,
  context: GroupContext,
  senderIndex: number,
  signatureKey: Secret,
  proposal: Proposal,
  now: number,
): Promise<Bytes> {
  checkOutsiderMaySend(proposal);
  checkGreaseless(proposal);
  if (proposal.proposal_type === PROPOSAL_ADD) checkLifetime(proposal.key_package.leaf_node, now);
  const sender = { sender_type: SENDER_EXTERNAL, sender_index: senderIndex } as const;
  return signed(crypto, context, sender, signatureKey, proposal);
}

/**
 * Propose to be added oneself, in the epoch of `context`.
 *
 * @throws ValidationError - Our KeyPackage is not current (§7.3).
 */
export async function newMemberProposal(
  crypto: CryptoProvider,
  context: GroupContext,
  bundle: KeyPackageBundle,
  now: number,
): Promise<Bytes> {
  const { key_package, signature_private_key } = bundle;
  checkLifetime(key_package.leaf_node, now);
  const sender = { sender_type: SENDER_NEW_MEMBER_PROPOSAL } as const;
  const proposal = { proposal_type: PROPOSAL_ADD, key_package } as const;
  return signed(crypto, context, sender, signature_private_key, proposal);
}

async function signed(
  crypto: CryptoProvider,
  context: GroupContext,
  sender: Sender,
  signatureKey: Secret,
  proposal: Proposal,
): Promise<Bytes> {
  const content = {
    group_id: context.group_id,
    epoch: context.epoch,
    sender,
    authenticated_data: EMPTY,
    content: { content_type: CONTENT_PROPOSAL, proposal },
  } as const;
  const tbs = framedContentTbs(WIRE_PUBLIC_MESSAGE, content, context);
  const suite = cipherSuite(context.cipher_suite);
  const signature = await signContent(crypto, suite, signatureKey, tbs);
  const auth = { signature, confirmation_tag: null };
  const public_message = { content, auth, membership_tag: null };
  return wrap({ wire_format: WIRE_PUBLIC_MESSAGE, public_message });
}
