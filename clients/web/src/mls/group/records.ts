/**
 * The written form of what a member keeps: private records, versioned, for the vault only.
 *
 * These hold secrets. They are for encrypted storage and for nothing else. The bytes are those of
 * the Python twin: either language reads what the other has written.
 */

import { maybe, opaque, select, struct, uint32, uint64, uint8, vector } from "../codec/index.ts";
import type { Infer } from "../codec/index.ts";
import { Credential } from "../credentials.ts";
import { DecodeError } from "../errors.ts";
import type { SentProposal } from "../evolution/resolve.ts";
import { Sender } from "../framing/content.ts";
import { Proposal, ReInit } from "../messages/proposals.ts";
import { secret } from "../messages/welcome.ts";
import { GroupContext } from "../schedule/context.ts";
import {
  LAST_GENERATION,
  type Ratchet,
  type Ratchets,
  type Sealed,
} from "../schedule/secret_tree.ts";
import type { Member, OwnUpdate, PastEpoch, Roster } from "./state.ts";

/** The version of these records. */
export const VERSION = 1;

/** The private key of one node of the tree. */
export const NodeKeyRecord = struct({ node: uint32, private_key: secret });

/** EpochSecrets. */
export const SecretsRecord = struct({
  sender_data_secret: secret,
  exporter_secret: secret,
  external_secret: secret,
  confirmation_key: secret,
  membership_key: secret,
  resumption_psk: secret,
  epoch_authenticator: secret,
  init_secret: secret,
});

/** The part that changes once per epoch. */
export const GroupRecord = struct({
  version: uint8,
  context: GroupContext,
  own_leaf: uint32,
  signature_key: secret,
  private_keys: vector(NodeKeyRecord),
  secrets: SecretsRecord,
  depth: uint8,
  confirmation_tag: opaque,
  interim_transcript_hash: opaque,
  reinit: maybe(ReInit),
});
export type GroupRecord = Infer<typeof GroupRecord>;

/** The keys of an Update of ours. */
export const OwnUpdateRecord = struct({ encryption_key: secret, signature_key: secret });

/** A pending proposal. */
export const ProposalRecord = struct({
  sender: Sender,
  proposal: Proposal,
  own: maybe(OwnUpdateRecord),
});
export type ProposalRecord = Infer<typeof ProposalRecord>;

/** Write a pending proposal and, if it is our own Update, its keys. */
export function proposalRecord(sent: SentProposal, own: OwnUpdate | null): ProposalRecord {
  return { sender: sent.sender, proposal: sent.proposal, own };
}

/** A member of a past epoch. */
export const MemberRecord = struct({
  leaf: uint32,
  credential: Credential,
  signature_key: opaque,
});

/** A past epoch, its message keys apart. */
export const PastRecord = struct({
  context: GroupContext,
  members: vector(MemberRecord),
  sender_data_secret: secret,
  resumption_psk: secret,
  depth: uint8,
  ended: uint64,
});
export type PastRecord = Infer<typeof PastRecord>;

/** Write a past epoch. */
export function pastRecord(past: PastEpoch): PastRecord {
  return {
    context: past.context,
    members: [...past.roster.values()],
    sender_data_secret: past.sender_data_secret,
    resumption_psk: past.resumption_psk,
    depth: past.secret_tree.depth,
    ended: BigInt(past.ended),
  };
}

/**
 * Read when a past epoch ended.
 *
 * @throws DecodeError - It is a number that JavaScript cannot tell from the next.
 */
export function endOf(record: PastRecord): number {
  if (record.ended > Number.MAX_SAFE_INTEGER) {
    throw new DecodeError("an epoch that ended at no time");
  }
  return Number(record.ended);
}

/** Read the members of a past epoch. */
export function roster(record: PastRecord): Roster {
  return new Map(record.members.map((member): [number, Member] => [member.leaf, member]));
}

/** A skipped key. */
export const MessageKeyRecord = struct({ generation: uint32, key: secret, nonce: secret });

/** One ratchet. */
export const RatchetRecord = struct({
  secret,
  generation: uint64,
  skipped: vector(MessageKeyRecord),
});
export type RatchetRecord = Infer<typeof RatchetRecord>;

/** A subtree of the secret tree, unopened. */
const SEALED = 1;
/** An opened leaf of the secret tree. */
const RATCHETS = 2;

/** An end of the secret tree. */
export const KeysRecord = select("type", uint8, {
  [SEALED]: struct({ secret }),
  [RATCHETS]: struct({ handshake: RatchetRecord, application: RatchetRecord }),
});
export type KeysRecord = Infer<typeof KeysRecord>;

/** Write an end of the secret tree. */
export function keysRecord(node: Sealed | Ratchets): KeysRecord {
  if (node.kind === "sealed") return { type: SEALED, secret: node.secret };
  const written = (ratchet: Ratchet): RatchetRecord => ({
    ...ratchet,
    generation: BigInt(ratchet.generation),
  });
  const { handshake, application } = node;
  return { type: RATCHETS, handshake: written(handshake), application: written(application) };
}

/**
 * Read an end of the secret tree.
 *
 * @throws DecodeError - A ratchet is beyond its last generation.
 */
export function keysNode(record: KeysRecord): Sealed | Ratchets {
  if (record.type === SEALED) return { kind: "sealed", secret: record.secret };
  const read = (ratchet: RatchetRecord): Ratchet => {
    if (ratchet.generation > LAST_GENERATION + 1) {
      throw new DecodeError("a ratchet beyond its last generation");
    }
    return { ...ratchet, generation: Number(ratchet.generation) };
  };
  const { handshake, application } = record;
  return { kind: "ratchets", handshake: read(handshake), application: read(application) };
}
