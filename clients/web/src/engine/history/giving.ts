/**
 * What is given of a history, and the way through it: the newest first, a part at a time.
 *
 * The organisation says how far back a history may go to a new device; whoever gives keeps to it,
 * and so does whoever takes it from a backup. Where the way was left it is taken up again: a
 * `Cursor` names the last line that was given.
 */

import type { ConversationId, UserId } from "../../ids.ts";
import type { Bytes } from "../../mls/bytes.ts";
import { MessageKind } from "../model.ts";
import { compare, sorted } from "../order.ts";
import type { ConversationRecord, Line, PersonRecord } from "../records.ts";
import type { Cut, Store } from "../store.ts";
import { valued } from "../valued.ts";
import { Packer, type PersonEntry, isGiven, lineEntry, personEntry, roomEntry } from "./entries.ts";

/** A conversation, and position and id of its line that was given last. */
export type Cursor = readonly [conversation: ConversationId, position: number, id: string];
export const PAGE = 500;
export const EVERYTHING = 0;
export const DAY_MS = 86_400_000;
/** Arguments of a line that hold ids of people (`view.NAMING`). */
export const NAMING: ReadonlySet<string> = new Set(["who", "by"]);

/**
 * Return how old a line may be that goes to a new device, in milliseconds since 1970.
 *
 * 0 stands for any age, null says that nothing goes. `policy` is `all`, `none`, or a number of
 * days; what is none of these counts as `none`.
 */
export function bound(policy: string, nowMs: number): number | null {
  if (policy === "all") return EVERYTHING;
  if (!/^[0-9]+$/.test(policy) || Number(policy) === 0) return null;
  return Math.max(1, nowMs - Number(policy) * DAY_MS);
}

/** Where the lines are. */
export type Lines = Pick<Store, "lines">;

/** Which lines are to be given. */
export interface Wanted {
  /** None that are older. */
  readonly since_ms: number;
  /**
   * Where the way through a conversation may end, by its record: no line at this position or
   * below is wanted. Null to go through all of it.
   */
  readonly stop: (record: ConversationRecord) => number | null;
  /** Whether a line of a conversation is wanted. */
  readonly line: (record: ConversationRecord, line: Line) => boolean;
}
export const Wanted = valued<Wanted>()({
  since_ms: EVERYTHING,
  stop: () => null,
  line: () => true,
});

/** The content of one part, and where the next one begins. */
export interface Body {
  readonly content: Bytes;
  readonly cursor: Cursor | null;
  readonly last: boolean;
  readonly lines: number;
}

/** Go through a history and make the contents of the parts; holds one part and one page. */
export async function* bodies(
  lines: Lines,
  records: ReadonlyMap<ConversationId, ConversationRecord>,
  people: ReadonlyMap<UserId, PersonRecord>,
  wanted: Wanted,
  cursor: Cursor | null = null,
): AsyncGenerator<Body, void, void> {
  const packer = new Packer();
  let count = 0;
  let behind = cursor;
  for (const [room, record] of roomsFrom(records, cursor)) {
    const start = cursor?.[0] === room ? ([cursor[1], cursor[2]] as const) : null;
    let entered = false;
    for await (const line of walk(lines, record, wanted, start)) {
      if (!entered) packer.enter(roomEntry(record));
      entered = true;
      const full = packer.add(lineEntry(line), named(line, people));
      if (full !== null) {
        yield { content: full, cursor: behind, last: false, lines: count };
        count = 0;
      }
      behind = [room, line.position, line.id];
      count += 1;
    }
    if (!entered && start === null) packer.enter(roomEntry(record));
  }
  yield { content: packer.take(), cursor: behind, last: true, lines: count };
}

/** Return the conversations by their ids, from that of a cursor on. */
function roomsFrom(
  records: ReadonlyMap<ConversationId, ConversationRecord>,
  cursor: Cursor | null,
): readonly (readonly [ConversationId, ConversationRecord])[] {
  return [...records]
    .filter(([each]) => cursor === null || compare(each, cursor[0]) >= 0)
    .sort(([one], [other]) => compare(one, other));
}

async function* walk(
  lines: Lines,
  record: ConversationRecord,
  wanted: Wanted,
  from: Cut | null,
): AsyncGenerator<Line, void, void> {
  const stop = wanted.stop(record);
  let start = from;
  for (;;) {
    const page = await lines.lines(record.id, start, PAGE);
    for (const line of page.toReversed()) {
      if (stop !== null && line.position <= stop) return;
      const isWanted = line.time_ms >= wanted.since_ms && wanted.line(record, line);
      if (isGiven(line) && isWanted) yield line;
    }
    const [first] = page;
    if (first === undefined || page.length < PAGE) return;
    start = [first.position, first.id];
  }
}

/** Return those whom a line names, as far as they are known. */
function named(line: Line, people: ReadonlyMap<UserId, PersonRecord>): readonly PersonEntry[] {
  const users = new Set<UserId>(line.kind === MessageKind.SYSTEM ? [] : [line.sender]);
  for (const [key, value] of line.arguments) {
    if (!NAMING.has(key)) continue;
    for (const user of value.split(",")) users.add(user as UserId);
  }
  return sorted(users).flatMap((user) => {
    const person = people.get(user);
    return person === undefined ? [] : [personEntry(person)];
  });
}
