/**
 * The seven proposals of RFC 9420 §12.1, and room for others.
 *
 * A proposal of another type can only be read if its body is one `opaque data<V>`: that is
 * how this package and the implementations it meets carry custom proposals.
 */

import type { Bytes } from "../bytes.ts";
import {
  type Codec,
  type Infer,
  type OtherTag,
  opaque,
  otherTag,
  select,
  struct,
  uint16,
  uint32,
} from "../codec/index.ts";
import { UsageError } from "../errors.ts";
import { DEFAULT_PROPOSALS, Extensions } from "../extensions.ts";
import { KeyPackage } from "../key_package.ts";
import { PreSharedKeyID } from "../schedule/key_names.ts";
import { LeafNode } from "../tree/nodes.ts";

/** Asks to add the client of a KeyPackage (§12.1.1). */
export const PROPOSAL_ADD = 1;
/** Asks to replace the sender's leaf (§12.1.2). */
export const PROPOSAL_UPDATE = 2;
/** Asks to remove a member (§12.1.3). */
export const PROPOSAL_REMOVE = 3;
/** Asks to mix a pre-shared key into the next epoch (§12.1.4). */
export const PROPOSAL_PSK = 4;
/** Asks to end the group in favour of a new one (§12.1.5). */
export const PROPOSAL_REINIT = 5;
/** Carries the init secret of an external commit (§12.1.6). */
export const PROPOSAL_EXTERNAL_INIT = 6;
/** Asks to replace the group's extensions, all of them (§12.1.7). */
export const PROPOSAL_GROUP_CONTEXT_EXTENSIONS = 7;

const REINIT_BODY = struct({
  group_id: opaque,
  version: uint16,
  cipher_suite: uint16,
  extensions: Extensions,
});

/** Proposal (§12.1). */
export const Proposal = select(
  "proposal_type",
  uint16,
  {
    [PROPOSAL_ADD]: struct({ key_package: KeyPackage }),
    [PROPOSAL_UPDATE]: struct({ leaf_node: LeafNode }),
    [PROPOSAL_REMOVE]: struct({ removed: uint32 }),
    [PROPOSAL_PSK]: struct({ psk: PreSharedKeyID }),
    [PROPOSAL_REINIT]: REINIT_BODY,
    [PROPOSAL_EXTERNAL_INIT]: struct({ kem_output: opaque }),
    [PROPOSAL_GROUP_CONTEXT_EXTENSIONS]: struct({ extensions: Extensions }),
  },
  struct({ data: opaque }),
);
export type Proposal = Infer<typeof Proposal>;

/** The proposal of one type. */
export type ProposalOf<T extends number> = Extract<Proposal, { readonly proposal_type: T }>;
export type Add = ProposalOf<typeof PROPOSAL_ADD>;
export type Update = ProposalOf<typeof PROPOSAL_UPDATE>;
export type Remove = ProposalOf<typeof PROPOSAL_REMOVE>;
export type PreSharedKey = ProposalOf<typeof PROPOSAL_PSK>;
export type ReInit = ProposalOf<typeof PROPOSAL_REINIT>;
export type ExternalInit = ProposalOf<typeof PROPOSAL_EXTERNAL_INIT>;
export type GroupContextExtensions = ProposalOf<typeof PROPOSAL_GROUP_CONTEXT_EXTENSIONS>;

/** A ReInit without its type, where nothing else can stand. */
export const ReInit: Codec<ReInit> = {
  read: (reader) => ({ proposal_type: PROPOSAL_REINIT, ...REINIT_BODY.read(reader) }),
  write: (writer, value) => {
    REINIT_BODY.write(writer, value);
  },
};

/** A proposal of a type that RFC 9420 does not define. */
export type CustomProposal = ProposalOf<OtherTag>;

/**
 * Make a proposal of a type that RFC 9420 does not define.
 *
 * @throws UsageError - The type is one that it does.
 */
export function customProposal(proposalType: number, data: Bytes): CustomProposal {
  if (DEFAULT_PROPOSALS.has(proposalType)) {
    throw new UsageError(`proposal type ${proposalType} has a structure of its own`);
  }
  return { proposal_type: otherTag(proposalType), data };
}

/** Tell whether a proposal is of a type that RFC 9420 does not define. */
export function isCustomProposal(proposal: Proposal): proposal is CustomProposal {
  return !DEFAULT_PROPOSALS.has(proposal.proposal_type);
}
