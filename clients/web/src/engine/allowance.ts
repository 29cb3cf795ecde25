/**
 * How much history a device fetches after it came in, whoever gives it.
 *
 * A gift costs its giver a message, and the receiver up to a gigabyte and a million lines. So for
 * each Welcome and each giver there is a bound to the number of gifts, their bytes and their lines;
 * none is for all givers together, which one of them could use up by a claim that keeps out the
 * true ones. Gifts are expected from who made the commit, and from who manages the conversation in
 * their place, and may come late. Of every other member one is fetched, no larger than a client
 * gives, for two weeks. The same file is not fetched twice.
 */

import { type Given, MAX_FILE, MAX_LINES } from "../content/given.ts";
import { MIB } from "../wire/limits.ts";
import * as governing from "./governing.ts";
import type { Said } from "./governing.ts";
import { type ConversationRecord, Took } from "./records.ts";
import type { ConversationState } from "./state.ts";

/** How many histories are fetched after one coming, from one who was to give them. */
export const GIFTS = 3;
/** How large the one may be that is fetched from anybody else: a client gives 96 MiB at most. */
export const OTHERS_BYTES = 128 * MIB;
/** How long after a coming a history is fetched that was not expected. */
export const LATE_MS = 14 * 24 * 3600 * 1000;
/** Of how many is remembered that they were fetched after earlier comings. */
export const REMEMBERED = 16;

/** Say whether this very file was fetched, or is to be. */
export function isKnown(record: ConversationRecord, gift: Given): boolean {
  return record.took.some((each) => each.blob === gift.blob);
}

/** Say whether a gift is still to be fetched: by what its giver gave since this device came. */
export function holds(conversation: ConversationState, gift: Given, said: Said): boolean {
  const { record } = conversation;
  const expected = isExpected(conversation, said);
  const theirs = record.took.filter(
    ({ epoch, by, expected: was }) =>
      epoch === record.welcomed && by === said.by && was === expected,
  );
  if (!expected) {
    const isLate = said.time_ms > record.welcomed_ms + LATE_MS;
    return theirs.length === 0 && !isLate && gift.size <= OTHERS_BYTES;
  }
  const size = theirs.reduce((sum, each) => sum + each.size, gift.size);
  const count = theirs.reduce((sum, each) => sum + each.count, gift.count);
  return theirs.length < GIFTS && size <= MAX_FILE && count <= MAX_LINES;
}

/** Return what was fetched, with a gift that is to be fetched now. */
export function used(conversation: ConversationState, gift: Given, said: Said): readonly Took[] {
  const { record } = conversation;
  const took = Took.of({
    epoch: record.welcomed,
    blob: gift.blob,
    size: gift.size,
    count: gift.count,
    expected: isExpected(conversation, said),
    by: said.by,
  });
  const earlier = record.took.filter((each) => each.epoch !== record.welcomed);
  const now = record.took.filter((each) => each.epoch === record.welcomed);
  return [...earlier.slice(-REMEMBERED), ...now, took];
}

/** Say whether this device was to be given it by them: they added it, or manage the conversation. */
export function isExpected(conversation: ConversationState, said: Said): boolean {
  return said.by === conversation.record.welcomed_by || governing.may(conversation, said.by);
}
