/** A conversation of our own: a group of one first, then the server, then its people. */

import { BYTES as ID_BYTES, type ConversationId, type UserId, identifier } from "../ids.ts";
import type { ClaimedKeyPackage, ClaimedKeyPackages, Conversation } from "../wire/bodies.ts";
import { ConversationKind } from "../wire/bodies.ts";
import * as commits from "./commits.ts";
import * as directory from "./directory.ts";
import * as governing from "./governing.ts";
import * as groups from "./groups.ts";
import * as intents from "./intents.ts";
import * as listing from "./listing.ts";
import { ConversationsChanged } from "./model.ts";
import { sorted } from "./order.ts";
import { ConversationRecord, Found, Include, Phase } from "./records.ts";
import * as requests from "./requests.ts";
import * as session from "./session.ts";
import { ConversationState, type ForGroupOfPeople } from "./state.ts";
import type { Step } from "./step.ts";
import { system } from "./timeline.ts";

/** Make a conversation: a group of one first, then the server, then its people. */
export async function found(
  step: Step,
  wish: ForGroupOfPeople,
  claimed: ClaimedKeyPackages,
): Promise<void> {
  const { account, authentication, crypto } = step;
  const { call, peer, title } = wish;
  const users = sorted(new Set(claimed.key_packages.map((each) => each.user)));
  const id = identifier<ConversationId>(crypto.random(ID_BYTES));
  const policy = governing.first(wish);
  const made = await groups.create(crypto, account, id, step.now, policy, authentication);
  const record = ConversationRecord.of({
    id,
    direct: peer !== null,
    phase: Phase.FOUNDING,
    title,
    peer: peer ?? governing.NOBODY,
    admins: peer === null ? [account.user] : [],
    intents: [Found(users, peer, made.group_info, made.ratchet_tree, call)],
    refresh_due: commits.nextRefresh(step),
    kind_known: true,
    policy,
  });
  const fresh = step.put(ConversationState.of({ record, claimed: claimed.key_packages }));
  const line = system(record, 0, step.nowMs, "system-created", ["by", account.user]);
  const told = step.putLine(await step.putGroup(fresh, made.group), line);
  governing.tellFirst(step, told);
  step.show(ConversationsChanged());
}

/** Tell the server; telling it twice does no harm. */
export function register(step: Step, conversation: ConversationState, intent: Found): void {
  const { id, direct } = conversation.record;
  const { group_info, ratchet_tree, peer } = intent;
  const kind = direct ? ConversationKind.DIRECT : ConversationKind.GROUP;
  const body = { id, kind, group_info, ratchet_tree, peer };
  intents.ask(step, conversation, requests.create(body));
}

/** The server knows it: read its log, and add its people. */
export function registered(
  step: Step,
  conversation: ConversationState,
  intent: Found,
  body: Conversation,
): void {
  const next = intent.users.length > 0 ? [Include(intent.users, intent.call)] : [];
  const known = step.amend(conversation, {
    ...conversation.record,
    phase: Phase.JOINED,
    log_epoch: body.log_epoch,
    intents: [...next, ...conversation.record.intents.slice(1)],
  });
  if (next.length === 0) step.reply(intent.call, known.record.id);
  session.readOn(step, known);
}

/** The key of an error, and whom it is about. */
export type Unreachable = readonly [key: string, users: readonly UserId[]];

/** Check what was claimed: everybody asked for and nobody else, listed, with the known key. */
export async function unreachable(
  step: Step,
  body: ClaimedKeyPackages,
  asked: readonly UserId[],
): Promise<Unreachable | null> {
  const own = step.account.user;
  const missing = body.missing.filter((user) => user !== own);
  if (missing.length > 0) return ["error-no-device", missing];
  const named = new Set(body.key_packages.map((each) => each.user));
  const added = [...named].filter((user) => !asked.includes(user));
  const amiss = [...added, ...new Set(asked.filter((user) => !named.has(user)))];
  // the server has put somebody in, or left somebody out
  if (amiss.some((user) => user !== own)) return ["error-not-possible", sorted(amiss)];
  const strangers = listing.unlisted(step, body.key_packages);
  const wrong = await withAnotherKey(step, body.key_packages);
  if (wrong.length > 0) return ["error-key-changed", wrong];
  return strangers.length > 0 ? ["error-device-unlisted", strangers] : null;
}

/** Return of whom a key package is certified with a key that is not known to be theirs. */
async function withAnotherKey(
  step: Step,
  claimed: readonly ClaimedKeyPackage[],
): Promise<readonly UserId[]> {
  const wrong = new Set<UserId>();
  for (const each of claimed) {
    if (!listing.wasListed(step, each)) continue; // what it says of a key says nothing of its person
    const certificate = await groups.certified(each, step.authentication);
    const key = certificate?.identity_key;
    if (key === undefined || !directory.holds(step, each.user, key)) wrong.add(each.user);
  }
  return sorted(wrong);
}
