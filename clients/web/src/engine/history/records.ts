/**
 * What is stored of a history that is on its way; the laws are those of `engine.records`.
 *
 * All of it is in the table `history` of the store, by name: `asked`, `taking`, `giving/<archive>`,
 * `segment`, `restoring`, `backup`; and `untold` while lines that others gave are in no backup.
 */

import type { Place } from "../../content/archive.ts";
import type { ConversationId } from "../../ids.ts";
import { ascii } from "../../mls/bytes.ts";
import { type Infer, bytes, defaulted, flag, list, maybe, pair, text } from "../../wire/shape.ts";
import { int, record, triple } from "../stored.ts";
import { Put, Table } from "../store.ts";

const StoredCursor = maybe(triple(text<ConversationId>(), int, text()));
export type StoredCursor = Infer<typeof StoredCursor>;

/** Lines came that others gave: the next segment of the backup holds them too. */
export const UNTOLD: Put = Put(Table.HISTORY, "untold", ascii("yes"));

/** Where a reader or writer stands (`content.archive.Place`). */
export const PlaceRecord = record({
  index: int,
  chain: bytes(),
  ended: defaulted(flag, false),
});
export type PlaceRecord = Infer<typeof PlaceRecord>;

/** Return a place as a reader or writer takes it. */
export function place({ index, chain, ended }: PlaceRecord): Place {
  return { index, chain, ended };
}

/** Return a place as it is stored. */
export function stored({ index, chain, ended }: Place): PlaceRecord {
  return PlaceRecord.of({ index, chain, ended });
}

/** This device has asked for history. Holds the key that opens the answer. */
export const AskedRecord = record({
  transfer: text(),
  slot: bytes(),
  secret: bytes(),
});
export type AskedRecord = Infer<typeof AskedRecord>;

/** An archive that is being taken in. Holds its key. */
export const TakingRecord = record({
  /** What the server calls it. */
  archive: text(),
  head: bytes(),
  key: bytes(),
  place: PlaceRecord,
  /** How many lines were taken in by now. */
  lines: defaulted(int, 0),
});
export type TakingRecord = Infer<typeof TakingRecord>;

/** Where a writer stands: before a part, or behind it. */
export const Stand = record({
  place: PlaceRecord,
  cursor: StoredCursor,
  lines: int,
});
export type Stand = Infer<typeof Stand>;

/**
 * An archive that is being written. Holds its key.
 *
 * `behind` is where the writer stands once the part it is about to send has arrived; it is
 * stored before that part leaves.
 */
export const GivingRecord = record({
  archive: text(),
  head: bytes(),
  key: bytes(),
  box: bytes(),
  before: Stand,
  behind: defaulted(maybe(Stand), null),
  begun_ms: defaulted(int, 0),
  /** For a backup: what it will cover once this is in it. */
  coverage: defaulted(list(triple(text<ConversationId>(), int, list(pair(int, int)))), []),
  whole: defaulted(flag, false),
  /** For a backup: the version that it was begun at. */
  base: defaulted(int, 0),
  /** For a backup: lines that others gave to this device belong into it. */
  given: defaulted(flag, false),
  /** For another device: which one. */
  receiver: defaulted(text(), ""),
  /** For another device: its key, as the key directory gave it when the person said yes. */
  receiver_key: defaulted(bytes(), new Uint8Array()),
  /** For another device: to what the key of the archive was sealed. */
  slot: defaulted(bytes(), new Uint8Array()),
});
export type GivingRecord = Infer<typeof GivingRecord>;

/** How this device stands to the backup. */
export const BackupRecord = record({
  /** The person wants one. */
  wanted: defaulted(flag, false),
  /** The newest version this device has seen; an older one is not believed. */
  version: defaulted(int, 0),
  /** Of the manifest of that version. */
  digest: defaulted(bytes(), new Uint8Array()),
  /** The segments whose lines are here: written or taken in by this device. */
  held: defaulted(list(text()), []),
  /** When this device last added to it, in seconds since 1970. */
  made: defaulted(int, 0),
});
export type BackupRecord = Infer<typeof BackupRecord>;
