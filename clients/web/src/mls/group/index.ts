/**
 * A member's group: its state, and everything a member can do (RFC 9420 §11, §12, §15).
 *
 * Every operation takes a state and returns a new one. What the network still has to accept (a
 * commit) comes as a pending value, which the caller adopts or forgets.
 *
 * One operation on a group at a time, each with the state that the last one gave, and that state
 * stored before the next begins. Two at once on one state would use a message key twice, or forget
 * that one was used: whoever keeps a state lets them wait for each other.
 */

export { encrypt, exportSecret } from "./application.ts";
export { commit, type CommitOptions, type Committing } from "./commit.ts";
export { createGroup, type Creation } from "./create.ts";
export { joinExternal, type JoiningExternally } from "./external.ts";
export { groupInfo } from "./info.ts";
export { join, type Joining } from "./join.ts";
export type { OldGroups } from "./origin.ts";
export { externalProposal, newMemberProposal } from "./outside.ts";
export { adopt, type PendingCommit, type PendingJoin } from "./pending.ts";
export { process, type Processing } from "./process.ts";
export {
  propose,
  proposeAdd,
  proposeCustom,
  proposeGroupContextExtensions,
  proposePsk,
  proposeReinit,
  proposeRemove,
  proposeResumptionPsk,
  proposeUpdate,
  type ProposalMade,
} from "./propose.ts";
export { PUBLIC, type Framing } from "./protect.ts";
export { NO_PSKS, pskStore, resumptionName, type PSKStore } from "./psk_store.ts";
export type {
  ApplicationReceived,
  CommitReceived,
  ProposalReceived,
  Received,
  RemovedFromGroup,
} from "./received.ts";
export { changes, restore, snapshot, type Changes, type Parts } from "./snapshot.ts";
export { members, type GroupState, type Member } from "./state.ts";
export { branch, reinitialize, type Founding } from "./successor.ts";
export type { Bundles } from "./welcome.ts";
