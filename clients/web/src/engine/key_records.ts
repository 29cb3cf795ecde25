/** What is stored of the key directory; the laws are those of `records`. */

import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import { type Infer, bytes, defaulted, flag, list, maybe, pair, text } from "../wire/shape.ts";
import { int, named, record, triple } from "./stored.ts";

/** The custodians of now. */
export const CustodiansRecord = record({
  which: text(),
  people: list(text<UserId>()),
  threshold: int,
  day: text(),
});
export type CustodiansRecord = Infer<typeof CustodiansRecord>;

/** The pinned checkpoint, and what the log still owes. */
export const KeyLogRecord = record({
  /** The log's key as a vkey line; its name is the origin. */
  key: text(),
  /** The pinned checkpoint as it was signed; empty if there is only a promise. */
  note: defaulted(bytes(), new Uint8Array()),
  /** The compact range of the pinned tree. */
  hashes: defaulted(list(bytes()), []),
  /** When the server last showed a checkpoint that fits, in seconds since 1970. */
  checked: defaulted(int, 0),
  /** Sizes and roots of trees that were pinned before. */
  past: defaulted(list(pair(int, bytes())), []),
  /** What devices of others have seen and is not proved yet. */
  heard: defaulted(list(triple(text(), int, bytes())), []),
  /** Size and root of the tree that the invitation named, until it was met. */
  promised: defaulted(maybe(pair(int, bytes())), null),
  /** Entries that break a rule: index, person if known, reason. */
  refused: defaulted(list(triple(int, text(), text())), []),
  /** How many findings, from the oldest, the server knows of or need not know of. */
  reported: defaulted(int, 0),
  /** Those of now. */
  custodians: defaulted(maybe(CustodiansRecord), null),
  /** What sets of custodians were ever called. */
  sets: defaulted(list(text()), []),
  /** How many bytes of the last bundle were read, if it is not full. */
  held: defaulted(int, 0),
});
export type KeyLogRecord = Infer<typeof KeyLogRecord>;

/** A device of the directory. */
export const ListedRecord = record({
  device: text<DeviceId>(),
  device_key: bytes(),
  digest: bytes(),
  index: int,
  ended: flag,
  /** The device that vouched for it, if one did. */
  by: named<DeviceId>(),
  /** Whether the log lists it again although it has ended. */
  kept_out: defaulted(flag, false),
  /** The device that signed its end; empty if it was the company. */
  ended_by: defaulted(maybe(text<DeviceId>()), null),
});
export type ListedRecord = Infer<typeof ListedRecord>;

/** What the directory says of a person. */
export const PersonKeysRecord = record({
  identity_key: bytes(),
  former: list(bytes()),
  devices: list(ListedRecord),
  renewed: defaulted(list(bytes()), []),
});
export type PersonKeysRecord = Infer<typeof PersonKeysRecord>;

/** Which witnesses the person requires. */
export const WitnessRecord = record({
  /** Their keys as vkey lines. */
  witnesses: list(text()),
  quorum: int,
  /** How long ago enough of them may have cosigned, in seconds. */
  maximum_age: int,
  /** When it was required, in seconds since 1970. */
  since: int,
  /** What the person was last told (`witnesses.Standing`). */
  told: defaulted(int, 0),
  /**
   * Since when, at the latest, enough had cosigned a checkpoint that was pinned: the time of the
   * last signature that it took, in seconds since 1970.
   */
  met: defaulted(int, 0),
});
export type WitnessRecord = Infer<typeof WitnessRecord>;

/** Something that the log or the server should not have shown, with what shows it. */
export const FindingRecord = record({
  /** The key of its alarm. */
  kind: text(),
  time_ms: int,
  /** The checkpoint that was pinned, as it was signed. */
  ours: defaulted(bytes(), new Uint8Array()),
  /** The checkpoint that contradicts it, as it came. */
  theirs: defaulted(bytes(), new Uint8Array()),
  /** What a member says to have seen: size and root in hexadecimal. */
  claim: defaulted(text(), ""),
  who: named<UserId>(),
  conversation: named<ConversationId>(),
  /** Of the device that is not listed. */
  certificate: defaulted(bytes(), new Uint8Array()),
  /** The entry of the log that should not be there; `theirs` is signed over it. */
  entry: defaulted(bytes(), new Uint8Array()),
  /** Where it stands in the log. */
  index: defaulted(int, 0),
  /** The key of the log that was pinned, as a vkey line. */
  log_key: defaulted(text(), ""),
});
export type FindingRecord = Infer<typeof FindingRecord>;
