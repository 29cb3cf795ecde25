/**
 * Whether the devices of a group are in the key directory; if not, the group is left alone.
 *
 * A device that is not listed may have been added a moment ago, so the log is looked at afresh
 * first. Meanwhile only what asks waits: this conversation, this Welcome, this change.
 *
 * A group may hold a device that was listed and is none any more: history does, and whoever reads
 * it later must come to the same group. No member adds such a device, and the next one takes it
 * out, before anything is said (`membership`).
 */

import type { ConversationId, UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import type { ClaimedKeyPackage, ClaimedKeyPackages } from "../wire/bodies.ts";
import * as findings from "./findings.ts";
import * as groups from "./groups.ts";
import * as looking from "./looking.ts";
import { sorted } from "./order.ts";
import * as requests from "./requests.ts";
import { certificates } from "./roster.ts";
import * as session from "./session.ts";
import {
  type ConversationState,
  type ForGroupOfPeople,
  type Leaf,
  Listing,
  joined,
} from "./state.ts";
import type { Step } from "./step.ts";

/** What the first letter waits for in place of a request: a look at the log. */
export const LOOKING = -1;

/** What is to be done about devices. */
export const Verdict = {
  LISTED: "listed",
  /** Nothing is to be changed; the same will be asked again after a look at the log. */
  WAIT: "wait",
  REFUSE: "refuse",
} as const;
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** Say whether a group that a conversation is to have holds only devices that were listed. */
export function judge(
  step: Step,
  conversation: ConversationState,
  group: groups.GroupState,
): Verdict {
  const [first] = strangers(step, group);
  const verdict = verdictOf(step, conversation, first === undefined);
  if (verdict === Verdict.REFUSE && first !== undefined) tell(step, conversation.record.id, first);
  return verdict;
}

/** Say what is to be done about a group with a device that only its listing could prove. */
export function judgeStranger(
  step: Step,
  conversation: ConversationState,
  certificate: Bytes,
): Verdict {
  const verdict = verdictOf(step, conversation, false);
  if (verdict === Verdict.REFUSE) tell(step, conversation.record.id, certificate);
  return verdict;
}

/** Say what is to be done about the first Welcome, by the devices that were never listed. */
export function judgeLetter(
  step: Step,
  conversation: ConversationId,
  unlisted: readonly Bytes[],
): Verdict {
  const [first] = unlisted;
  if (first !== undefined && step.desk.letter_listing !== Listing.LOOKED) {
    step.desk = { ...step.desk, letter_listing: Listing.WAITING, opening: LOOKING };
    looking.lookAfresh(step);
    return Verdict.WAIT;
  }
  step.desk = { ...step.desk, letter_listing: Listing.SETTLED };
  if (first === undefined) return Verdict.LISTED;
  tell(step, conversation, first);
  return Verdict.REFUSE;
}

/** Return the certificates of a group that no device of the directory ever had. */
export function strangers(step: Step, group: groups.GroupState): readonly Bytes[] {
  const { directory } = step.desk.keys;
  return certificates(group).filter((each) => !directory.hasListed(each));
}

/** Say whether key packages are of devices that are listed now, and so is this one. */
export function judgeClaimed(
  step: Step,
  conversation: ConversationState,
  claimed: Iterable<ClaimedKeyPackage>,
): Verdict {
  return verdictOf(step, conversation, unlisted(step, claimed).length === 0);
}

/** Return who has a device among these key packages, or is this one, that is not listed now. */
export function unlisted(step: Step, claimed: Iterable<ClaimedKeyPackage>): readonly UserId[] {
  const { directory } = step.desk.keys;
  const { account } = step;
  const who = new Set<UserId>();
  for (const each of claimed) {
    if (!directory.lists(groups.certificateIn(each))) who.add(each.user);
  }
  if (!directory.lists(account.certificate)) who.add(account.user);
  return sorted(who);
}

/** Keep and tell that a device is in a conversation that is not listed. */
export function tell(step: Step, conversation: ConversationId, certificate: Bytes): void {
  findings.find(step, findings.ofStranger(step, conversation, certificate));
}

/**
 * Return the devices of a group that were listed, are none any more, and are to be taken out.
 *
 * By a reset too, whether or not the new key is accepted: the server takes nothing before, so the
 * group would wait for a person who may never come. Who is taken out so is absent until then. A
 * device that has ended itself takes out nobody.
 */
export function ended(step: Step, conversation: ConversationState): readonly Leaf[] {
  const found = conversation.roster.filter((leaf) => isEnded(step, leaf));
  return found.some((leaf) => leaf.device === step.account.device) ? [] : found;
}

/** Whether a leaf is of a device that was listed and is none any more. */
export function isEnded(step: Step, leaf: Leaf): boolean {
  const keys = step.desk.keys.directory.people.get(leaf.user);
  return keys?.devices.get(leaf.device)?.ended === true;
}

/** Read a conversation on after a look at the log. */
export function wait(step: Step, conversation: ConversationState): void {
  step.put({ ...conversation, listing: Listing.WAITING });
  looking.lookAfresh(step);
}

/** A look is over: whatever waited for it is gone on with. */
export function release(step: Step): void {
  for (const conversation of [...step.conversations()]) {
    if (conversation.listing !== Listing.WAITING) continue;
    const looked = step.put({ ...conversation, listing: Listing.LOOKED });
    if (joined(looked)) session.readOn(step, looked);
  }
  if (step.desk.letter_listing === Listing.WAITING) {
    step.desk = { ...step.desk, letter_listing: Listing.LOOKED, opening: 0 };
  }
  const { groups_waiting: waiting } = step.desk;
  step.desk = { ...step.desk, groups_waiting: [] };
  // Their key packages are claimed again.
  for (const each of waiting) step.ask({ ...each, looked: true }, requests.claim(each.users));
}

/**
 * Return key packages without those of devices that the log lists and nobody lets in.
 *
 * Who has no other device has none.
 */
export function letIn<T extends ClaimedKeyPackages>(step: Step, body: T): T {
  const { directory } = step.desk.keys;
  const { key_packages: given, missing } = body;
  const kept = given.filter((each) => !directory.keepsOut(groups.certificateIn(each)));
  const having = new Set(kept.map((each) => each.user));
  const without = new Set(given.map((each) => each.user).filter((user) => !having.has(user)));
  return { ...body, key_packages: kept, missing: [...missing, ...sorted(without)] };
}

/** Whether a key package is of a device that the directory has or had. */
export function wasListed(step: Step, claimed: ClaimedKeyPackage): boolean {
  return step.desk.keys.directory.hasListed(groups.certificateIn(claimed));
}

/** Let a conversation that is to be made wait for a look at the log. */
export function waitToFound(step: Step, purpose: ForGroupOfPeople): void {
  step.desk = { ...step.desk, groups_waiting: [...step.desk.groups_waiting, purpose] };
  looking.lookAfresh(step);
}

function verdictOf(step: Step, conversation: ConversationState, listed: boolean): Verdict {
  const known = step.conversation(conversation.record.id);
  const before = (known ?? conversation).listing;
  if (listed || before === Listing.LOOKED) {
    if (known !== null && before !== Listing.SETTLED) {
      step.put({ ...known, listing: Listing.SETTLED });
    }
    return listed ? Verdict.LISTED : Verdict.REFUSE;
  }
  if (known === null) looking.lookAfresh(step);
  else wait(step, known);
  return Verdict.WAIT;
}
