/**
 * Which of every log is in a backup, so that the next segment holds only what is not.
 *
 * A device holds a log without a gap from where it came in to where it has read. It says so when it
 * has put all of that into the backup; another device adds what none has said. Lines that were given
 * to it are outside of that: they go in once, whoever has them.
 */

import type { ConversationId } from "../../ids.ts";
import { compare } from "../order.ts";
import type { ConversationRecord, Line } from "../records.ts";
import type { Cut } from "../store.ts";
import { valued } from "../valued.ts";
import { type Lines, PAGE, Wanted } from "./giving.ts";

/** Behind the first `seq`, up to and including the second. */
export type Interval = readonly [begin: number, end: number];
/** A conversation, the epoch of its log, and what is in the backup of it. */
export type Room = readonly [
  which: ConversationId,
  logEpoch: number,
  intervals: readonly Interval[],
];
export const MOST_ROOMS = 1_000;
export const MOST_INTERVALS = 16;

/** What is in a backup; by conversation. */
export interface Coverage {
  readonly rooms: readonly Room[];
}
export const Coverage = valued<Coverage>()({ rooms: [] });

/** Return what is in the backup of the log that a device reads now. */
export function intervalsOf({ rooms }: Coverage, record: ConversationRecord): readonly Interval[] {
  const found = rooms.find(([which, epoch]) => which === record.id && epoch === record.log_epoch);
  return found?.[2] ?? [];
}

/**
 * Return a coverage with everything that a device holds of these logs.
 *
 * What has no place in the manifest is left out: it is only put into the backup again.
 */
export function withAll(covered: Coverage, records: Iterable<ConversationRecord>): Coverage {
  const rooms = byRoom(covered);
  for (const record of records) {
    if (record.seq <= record.first) continue;
    const all = joined([...intervalsOf(covered, record), [record.first, record.seq]]);
    rooms.set(record.id, [record.id, record.log_epoch, all.slice(-MOST_INTERVALS)]);
  }
  const inOrder = [...rooms.values()].sort(([one], [other]) => compare(one, other));
  return { rooms: inOrder.slice(0, MOST_ROOMS) };
}

/**
 * Return which lines belong into a segment.
 *
 * `covered` is what the backup has; `given` says whether to put in what others gave to this device.
 */
export function wanted(covered: Coverage, { given }: { readonly given: boolean }): Wanted {
  const rooms = byRoom(covered);
  const intervals = (record: ConversationRecord): readonly Interval[] => {
    const [, epoch, found] = rooms.get(record.id) ?? [record.id, 0, []];
    return epoch === record.log_epoch ? found : [];
  };
  return Wanted.of({
    // Everything that this device read itself is covered up to there, and nothing is given.
    stop: (record) => {
      const found = intervals(record).find(([begin]) => !given && begin <= record.first);
      return found === undefined ? null : found[1] + record.shift;
    },
    line: (record: ConversationRecord, which: Line) => {
      if (which.given_by !== "") return given;
      const seq = which.position - record.shift;
      return !intervals(record).some(([begin, end]) => begin < seq && seq <= end);
    },
  });
}

/**
 * Tell whether a backup may hold what was deleted for everybody since.
 *
 * Only conversations that have gone on since are looked through.
 */
export async function isOutdated(
  covered: Coverage,
  records: Iterable<ConversationRecord>,
  lines: Lines,
): Promise<boolean> {
  const rooms = byRoom(covered);
  for (const record of records) {
    const [, epoch, intervals] = rooms.get(record.id) ?? [record.id, 0, []];
    const end = intervals.at(-1)?.[1];
    const isSame = epoch === record.log_epoch;
    if (end === undefined || (isSame && end >= record.seq)) continue;
    const read = isSame ? end + record.shift : null;
    for await (const line of all(record.id, lines)) if (isWithdrawnSince(read, line)) return true;
  }
  return false;
}

/** Whether a line from up to a position was deleted behind it; null for that of another log. */
function isWithdrawnSince(read: number | null, { position, withdrawn }: Line): boolean {
  if (withdrawn === null || withdrawn.waiting) return false;
  return read === null || (position <= read && read < withdrawn.position);
}

async function* all(room: ConversationId, lines: Lines): AsyncGenerator<Line> {
  for (let cut: Cut | null = null; ;) {
    const page: readonly Line[] = await lines.lines(room, cut, PAGE);
    yield* page;
    const [first] = page;
    if (first === undefined) return;
    cut = [first.position, first.id];
  }
}

function byRoom({ rooms }: Coverage): Map<ConversationId, Room> {
  return new Map(rooms.map((room) => [room[0], room]));
}

/** Join what overlaps or touches. */
function joined(intervals: readonly Interval[]): readonly Interval[] {
  const found: Interval[] = [];
  const inOrder = [...intervals].sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  for (const [begin, end] of inOrder) {
    const last = found.at(-1);
    if (last !== undefined && begin <= last[1])
      found.splice(-1, 1, [last[0], Math.max(end, last[1])]);
    else found.push([begin, end]);
  }
  return found;
}
