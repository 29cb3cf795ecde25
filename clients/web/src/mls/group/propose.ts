/** Making proposals (RFC 9420 §12.1). A proposal changes nothing until a commit. */

import { toHex, type Bytes } from "../bytes.ts";
import { copied } from "../codec/index.ts";
import type { AuthenticationService } from "../credentials.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { UsageError } from "../errors.ts";
import type { Extension } from "../extensions.ts";
import { CONTENT_PROPOSAL, SENDER_MEMBER, proposalRef } from "../framing/content.ts";
import { KeyPackage, validateKeyPackage } from "../key_package.ts";
import {
  PROPOSAL_ADD,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_PSK,
  PROPOSAL_REMOVE,
  PROPOSAL_UPDATE,
  Proposal,
  customProposal,
  type PreSharedKey,
  type ReInit,
} from "../messages/proposals.ts";
import { PSK_EXTERNAL, PSK_RESUMPTION, ResumptionPSKUsage } from "../schedule/key_names.ts";
import { LEAF_UPDATE, signLeafNode } from "../tree/nodes.ts";
import { leafRules } from "../tree/validation.ts";
import { checkGreaseless } from "./grease.ts";
import { PUBLIC, confirmed, ownFraming, protect, sign, type Framing } from "./protect.ts";
import { checkActive, ownLeafNode, type GroupState } from "./state.ts";

/** A proposal to send. */
export interface ProposalMade {
  /** The state to keep: it remembers the proposal. */
  readonly state: GroupState;
  /** The MLSMessage to send. */
  readonly message: Bytes;
  /** The ProposalRef a commit will name it by. */
  readonly ref: Bytes;
}

/**
 * Make a proposal of any type but Add and Update.
 *
 * @throws UsageError - It is an Add, which has to be checked first (`proposeAdd`), or an Update,
 *   which needs keys (`proposeUpdate`).
 * @throws ValidationError - The group is over, or the proposal's type is a GREASE value.
 */
export async function propose(
  crypto: CryptoProvider,
  state: GroupState,
  proposal: Proposal,
  framing: Framing = PUBLIC,
): Promise<ProposalMade> {
  const { proposal_type: type } = proposal;
  if (type === PROPOSAL_ADD || type === PROPOSAL_UPDATE) {
    throw new UsageError("an Add is made by proposeAdd, an Update by proposeUpdate");
  }
  checkGreaseless(proposal);
  return made(crypto, state, copied(Proposal, proposal), ownFraming(framing));
}

/**
 * Propose to add a client (§12.1.1), whose KeyPackage is checked first (§5.3.1, §10.1).
 *
 * @throws MlsError - The KeyPackage is not valid in this group, or the group is over.
 */
export async function proposeAdd(
  crypto: CryptoProvider,
  state: GroupState,
  keyPackage: KeyPackage,
  by: { readonly authentication: AuthenticationService; readonly now: number },
  framing: Framing = PUBLIC,
): Promise<ProposalMade> {
  const rules = leafRules(state.suite, state.context.extensions);
  const { authentication, now } = by;
  const key_package = copied(KeyPackage, keyPackage);
  const own = ownFraming(framing);
  await validateKeyPackage(crypto, key_package, { rules, authentication, now });
  return made(crypto, state, { proposal_type: PROPOSAL_ADD, key_package }, own);
}

/** Propose to remove a member, who may be oneself (§12.1.3). */
export function proposeRemove(
  crypto: CryptoProvider,
  state: GroupState,
  leaf: number,
  framing: Framing = PUBLIC,
): Promise<ProposalMade> {
  return propose(crypto, state, { proposal_type: PROPOSAL_REMOVE, removed: leaf }, framing);
}

/** Propose a fresh leaf of ours (§12.1.2). */
export async function proposeUpdate(
  crypto: CryptoProvider,
  state: GroupState,
  framing: Framing = PUBLIC,
): Promise<ProposalMade> {
  const own = ownFraming(framing);
  const pair = await crypto.hpkeKeyPair(state.suite);
  const unsigned = {
    ...ownLeafNode(state),
    encryption_key: pair.public_key,
    leaf_node_source: { leaf_node_source: LEAF_UPDATE },
  } as const;
  const place = { group_id: state.context.group_id, leaf_index: state.own_leaf };
  const { signature_key } = state;
  const leaf = await signLeafNode(crypto, state.suite, signature_key, unsigned, place);
  const proposal = { proposal_type: PROPOSAL_UPDATE, leaf_node: leaf } as const;
  const update = await made(crypto, state, proposal, own);
  const keys = { encryption_key: pair.private_key, signature_key };
  const own_updates = new Map([...update.state.own_updates, [toHex(update.ref), keys]]);
  return { ...update, state: { ...update.state, own_updates } };
}

/** Propose to mix in a key that the application hands to everyone (§12.1.4). */
export function proposePsk(
  crypto: CryptoProvider,
  state: GroupState,
  pskId: Bytes,
  framing: Framing = PUBLIC,
): Promise<ProposalMade> {
  return propose(crypto, state, externalPsk(crypto, state, pskId), framing);
}

/** Propose to mix in the resumption key of an epoch (§8.6). */
export function proposeResumptionPsk(
  crypto: CryptoProvider,
  state: GroupState,
  groupId: Bytes,
  epoch: bigint,
  framing: Framing = PUBLIC,
): Promise<ProposalMade> {
  return propose(crypto, state, resumptionPsk(crypto, state, groupId, epoch), framing);
}

/** Propose to end this group in favour of a new one (§12.1.5). */
export function proposeReinit(
  crypto: CryptoProvider,
  state: GroupState,
  reinit: ReInit,
  framing: Framing = PUBLIC,
): Promise<ProposalMade> {
  return propose(crypto, state, reinit, framing);
}

/** Propose to replace all of the group's extensions (§12.1.7). */
export function proposeGroupContextExtensions(
  crypto: CryptoProvider,
  state: GroupState,
  extensions: readonly Extension[],
  framing: Framing = PUBLIC,
): Promise<ProposalMade> {
  const proposal = { proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS, extensions } as const;
  return propose(crypto, state, proposal, framing);
}

/** Propose something that only the application understands. */
export function proposeCustom(
  crypto: CryptoProvider,
  state: GroupState,
  proposalType: number,
  data: Bytes,
  framing: Framing = PUBLIC,
): Promise<ProposalMade> {
  return propose(crypto, state, customProposal(proposalType, data), framing);
}

/** Return a PreSharedKey proposal for an external key, with a fresh nonce (§8.4). */
export function externalPsk(crypto: CryptoProvider, state: GroupState, pskId: Bytes): PreSharedKey {
  const psk_nonce = crypto.random(state.suite.hash_length);
  return { proposal_type: PROPOSAL_PSK, psk: { psktype: PSK_EXTERNAL, psk_id: pskId, psk_nonce } };
}

/** Return a PreSharedKey proposal for a resumption key, with a fresh nonce (§8.6). */
export function resumptionPsk(
  crypto: CryptoProvider,
  state: GroupState,
  groupId: Bytes,
  epoch: bigint,
): PreSharedKey {
  const psk = {
    psktype: PSK_RESUMPTION,
    usage: ResumptionPSKUsage.APPLICATION,
    psk_group_id: groupId,
    psk_epoch: epoch,
    psk_nonce: crypto.random(state.suite.hash_length),
  } as const;
  return { proposal_type: PROPOSAL_PSK, psk };
}

async function made(
  crypto: CryptoProvider,
  state: GroupState,
  proposal: Proposal,
  framing: Framing,
): Promise<ProposalMade> {
  checkActive(state);
  const body = { content_type: CONTENT_PROPOSAL, proposal } as const;
  const signed = await sign(crypto, state, body, framing);
  const [after, message] = await protect(crypto, state, signed, null, framing.padding);
  const ref = proposalRef(crypto, state.suite, confirmed(signed, null));
  const sender = { sender_type: SENDER_MEMBER, leaf_index: state.own_leaf } as const;
  const pending_proposals = new Map(state.pending_proposals);
  pending_proposals.set(toHex(ref), { sender, proposal });
  return { state: { ...after, pending_proposals }, message, ref };
}
