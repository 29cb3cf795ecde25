/**
 * What a commit did, said for people: who came, who went, who did it.
 *
 * Nobody is said to have removed who had lost their last device, or to have added who is back with
 * another one: whose client carried that out is chance.
 */

import type { UserId } from "../ids.ts";
import * as absence from "./absence.ts";
import * as directory from "./directory.ts";
import { ConversationsChanged, MembersChanged } from "./model.ts";
import * as requests from "./requests.ts";
import { type ConversationState, ForOne, type Leaf, idOf } from "./state.ts";
import type { Step } from "./step.ts";
import { type Comings, comings, linesOfCommit } from "./timeline.ts";

type Users = ReadonlySet<UserId>;

/** Where in a log stands the commit that takes in those with whom it began. */
const FOUNDING = 1;

/** Say who came and went, and learn who they are; nobody is said to have added `unasked`. */
export function narrate(
  step: Step,
  conversation: ConversationState,
  before: readonly Leaf[],
  by: UserId,
  leaving: Users,
  seq: number,
  timeMs: number,
  unasked: Users = new Set(),
): void {
  const wasAbsent = conversation.record.absent;
  let found = absence.note(step, conversation, before, leaving);
  directory.observe(step, found);
  found = step.known(idOf(found));
  if (before.length === 0) {
    step.show(ConversationsChanged());
    return;
  }
  const come = withoutUnasked(comings(before, found.roster), unasked);
  // The founder's devices are as old as the rest.
  const who = seq === FOUNDING ? { ...come, with_new_device: [] } : come;
  const { record } = found;
  const deviceless = saidOfEnded(step, before, found.roster, who);
  // In a direct conversation, who comes in does so by themselves.
  const back = new Set(record.direct ? [...wasAbsent, by] : wasAbsent);
  for (const line of linesOfCommit(record, seq, timeMs, by, who, leaving, deviceless, back)) {
    found = step.putLine(found, line);
  }
  const changed = [...unasked, ...who.added, ...who.removed, ...who.with_new_device];
  if (changed.length > 0) {
    step.show(MembersChanged(idOf(found)));
    step.show(ConversationsChanged());
    step.ask(ForOne(idOf(found)), requests.conversation(idOf(found)));
  }
}

function withoutUnasked(who: Comings, unasked: Users): Comings {
  return { ...who, added: who.added.filter((user) => !unasked.has(user)) };
}

/** Return whose last device had ended, and the key of what is said of each. */
function saidOfEnded(
  step: Step,
  before: readonly Leaf[],
  after: readonly Leaf[],
  who: Comings,
): ReadonlyMap<UserId, string> {
  const ended = absence.deviceless(step, before, after);
  const gone = who.removed.filter((user) => ended.has(user));
  return new Map(gone.map((user) => [user, absence.told(step, user, before)]));
}
