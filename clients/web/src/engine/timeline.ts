/**
 * A timeline is a fold: lines, and changes that are applied to them in order.
 *
 * The store keeps the result; whoever holds the changes comes to the same lines.
 */

import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import { type Bytes, equalBytes, toHex } from "../mls/bytes.ts";
import { type Amendment, ReactionWithdrawn } from "./amendments.ts";
import * as fold from "./fold.ts";
import { MessageKind } from "./model.ts";
import { LookupError, sorted } from "./order.ts";
import {
  type AccountRecord,
  type ConversationRecord,
  Line,
  LineState,
  type Outgoing,
  position,
} from "./records.ts";
import { LOCAL_POSITION, type Leaf } from "./state.ts";
import type { Write } from "./store.ts";

export type Timeline = readonly Line[];

/** How many signs of an argument stand in the id of a line. */
const SHORT = 8;

/** Return the timeline after a change; what is no change of lines changes nothing. */
export function apply(timeline: Timeline, write: Write): Timeline {
  switch (write.type) {
    case "PutLine":
    case "AddLine": {
      const { line } = write;
      const old = timeline.find((each) => each.id === line.id) ?? null;
      return withLine(timeline, fold.after(old, write, named(timeline, line.message)));
    }
    case "AmendLine":
      return withLine(timeline, fold.after(named(timeline, write.message), write));
    case "DropLine":
      return timeline.filter((each) => each.id !== write.id);
    case "Put":
    case "Drop":
    case "Clear":
      return timeline;
  }
}

function named(timeline: Timeline, message: Bytes): Line | null {
  const isIt = (each: Line): boolean => equalBytes(each.message, message);
  return message.length === 0 ? null : (timeline.find(isIt) ?? null);
}

function withLine(timeline: Timeline, line: Line | null): Timeline {
  if (line === null) return timeline;
  const others = timeline.filter((each) => each.id !== line.id);
  return [...others, line].sort((one, other) => one.position - other.position);
}

/** Return a line that says what happened to the conversation, at a place of its log. */
export function system(
  record: ConversationRecord,
  seq: number,
  timeMs: number,
  key: string,
  ...texts: readonly (readonly [name: string, value: string])[]
): Line {
  const by = texts.find(([name]) => name === "by")?.[1] ?? "";
  const short = texts.map(([, value]) => Array.from(value).slice(0, SHORT).join(""));
  return Line.of({
    id: `${record.log_epoch}.${seq}.${key}.${short.join("")}`,
    conversation: record.id,
    position: position(record, seq),
    kind: MessageKind.SYSTEM,
    sender: by as UserId,
    time_ms: timeMs,
    text: key,
    state: LineState.RECEIVED,
    arguments: texts,
  });
}

/** Return the line of a message that is not sent yet. */
export function queued(
  conversation: ConversationId,
  line: string,
  order: number,
  sender: UserId,
  timeMs: number,
  text: string,
): Line {
  return Line.of({
    id: line,
    conversation,
    position: LOCAL_POSITION + order,
    kind: MessageKind.TEXT,
    sender,
    time_ms: timeMs,
    text,
    state: LineState.QUEUED,
  });
}

/**
 * Return what an outgoing item does to a message, as far as it has come.
 *
 * @throws LookupError - It does nothing to any.
 */
export function amendmentOf(
  record: ConversationRecord,
  account: AccountRecord,
  item: Outgoing,
): Amendment {
  const id = `${account.device}.${toHex(item.client_id)}`;
  const waiting = item.seq === 0;
  const at = waiting ? LOCAL_POSITION + item.order : position(record, item.seq);
  const { amendment, failed, time_ms } = item;
  switch (amendment?.type) {
    case "Reacted":
      if (failed) return ReactionWithdrawn(id, amendment.by, amendment);
      return { ...amendment, id, position: at, time_ms, waiting };
    case "ReactionWithdrawn":
      return failed ? amendment.reaction : { ...amendment, id };
    case "Edited":
    case "Withdrawn":
      return { ...amendment, id, position: at, time_ms, waiting, failed };
    case "EditDiscarded":
    case undefined:
      throw new LookupError("nothing is done to a message");
  }
}

/** Who came and went with a commit. */
export interface Comings {
  readonly added: readonly UserId[];
  readonly removed: readonly UserId[];
  readonly with_new_device: readonly UserId[];
}

/** Compare the devices of two epochs. */
export function comings(before: Iterable<Leaf>, after: Iterable<Leaf>): Comings {
  const [old, fresh] = [ownersOf(before), ownersOf(after)];
  const peopleBefore = new Set(old.values());
  const peopleAfter = new Set(fresh.values());
  const extended = new Set(
    [...fresh].filter(([device]) => !old.has(device)).map(([, user]) => user),
  );
  return {
    added: sorted([...peopleAfter].filter((user) => !peopleBefore.has(user))),
    removed: sorted([...peopleBefore].filter((user) => !peopleAfter.has(user))),
    with_new_device: sorted([...extended].filter((user) => peopleBefore.has(user))),
  };
}

function ownersOf(leaves: Iterable<Leaf>): ReadonlyMap<DeviceId, UserId> {
  return new Map([...leaves].map((leaf) => [leaf.device, leaf.user]));
}

/**
 * Say what a commit did, for people.
 *
 * @param record - The conversation.
 * @param seq - The commit's place in the log.
 * @param timeMs - When the server took it.
 * @param by - Who made it.
 * @param who - Who came and went.
 * @param leaving - Those who had proposed to be removed.
 * @param deviceless - Those whose last device had ended, and the key of what is said of each.
 * @param back - Those who had been without a device.
 */
export function linesOfCommit(
  record: ConversationRecord,
  seq: number,
  timeMs: number,
  by: UserId,
  who: Comings,
  leaving: ReadonlySet<UserId>,
  deviceless: ReadonlyMap<UserId, string> = new Map(),
  back: ReadonlySet<UserId> = new Set(),
): readonly Line[] {
  const { added, removed } = who;
  const said: readonly (readonly [key: string, users: readonly UserId[]])[] = [
    ["system-added", added.filter((user) => !back.has(user))],
    ["system-removed", removed.filter((user) => !leaving.has(user) && !deviceless.has(user))],
    ["system-device-added", who.with_new_device],
  ];
  const alone: readonly (readonly [key: string, user: UserId])[] = [
    ...added.filter((user) => back.has(user)).map((user) => ["system-back", user] as const),
    ...removed.filter((user) => leaving.has(user)).map((user) => ["system-left", user] as const),
    ...removed.flatMap((user) => {
      const key = deviceless.get(user);
      return key === undefined || leaving.has(user) ? [] : [[key, user] as const];
    }),
  ];
  return [
    ...said
      .filter(([, users]) => users.length > 0)
      .map(([key, users]) => {
        return system(record, seq, timeMs, key, ["who", users.join(",")], ["by", by]);
      }),
    ...alone.map(([key, user]) => system(record, seq, timeMs, key, ["who", user])),
  ];
}
