/**
 * What is stored, as values: MessagePack arrays that grow at their end only.
 *
 * Never reorder, remove or retype a field: a device reads what its older version wrote. A new
 * field goes last and has a default.
 */

import { LATEST_MS } from "../content/given.ts";
import type { BlobId, ConversationId, DeviceId, UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import {
  type Infer,
  bytes,
  defaulted,
  flag,
  frame,
  list,
  map,
  maybe,
  oneOf,
  pair,
  text,
} from "../wire/shape.ts";
import { AMENDMENT, EDITED, REACTED, WITHDRAWN } from "./amendments.ts";
import { MessageKind } from "./model.ts";
import { either, int, named, record, triple } from "./stored.ts";

/** Whose device this is. Holds secrets: the device's seed, the session token, a history key. */
export const AccountRecord = record({
  server: text(),
  user: text<UserId>(),
  device: text<DeviceId>(),
  user_name: text(),
  name: text(),
  organisation: text(),
  site: text(),
  language: text(),
  identity_key: bytes(),
  certificate: bytes(),
  device_seed: bytes(),
  token: text(),
  time_zone: defaulted(text(), ""),
  ca_file: defaulted(text(), ""),
  /** What the backup of the history is sealed under; empty on a device that has not got it. */
  history_key: defaulted(bytes(), new Uint8Array()),
});
export type AccountRecord = Infer<typeof AccountRecord>;

/** How this device stands to a conversation. */
export const Phase = {
  /** Ours; the server may not know of it yet. */
  FOUNDING: "founding",
  JOINED: "joined",
  /** A member, but this device is not in the group and must join by itself. */
  OUTSIDE: "outside",
  /** No longer a member; the history stays. */
  LEFT: "left",
  /** The group cannot be followed, and joining again was tried. */
  BROKEN: "broken",
} as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

// --- what is to be done to a group ------------------------------------------------------
//
// `call` is the number of the call that waits for it; `after` is how many messages had been
// written when it was asked for: they are sent first, later ones afterwards.

const INCLUDE = frame("Include", 1, {
  users: list(text<UserId>()),
  call: defaulted(int, 0),
  after: defaulted(int, 0),
});
/** Add every device of these people. */
export type Include = Infer<typeof INCLUDE>;
export const Include = (users: readonly UserId[], call = 0, after = 0): Include => ({
  type: "Include",
  users,
  call,
  after,
});

const EXCLUDE = frame("Exclude", 2, {
  user: text<UserId>(),
  call: defaulted(int, 0),
  after: defaulted(int, 0),
});
/** Remove every device of this person. */
export type Exclude = Infer<typeof EXCLUDE>;
export const Exclude = (user: UserId, call = 0, after = 0): Exclude => ({
  type: "Exclude",
  user,
  call,
  after,
});

const EXCLUDE_DEVICE = frame("ExcludeDevice", 3, {
  device: text<DeviceId>(),
  call: defaulted(int, 0),
  after: defaulted(int, 0),
});
/** Remove one of the person's own devices. */
export type ExcludeDevice = Infer<typeof EXCLUDE_DEVICE>;
export const ExcludeDevice = (device: DeviceId, call = 0, after = 0): ExcludeDevice => ({
  type: "ExcludeDevice",
  device,
  call,
  after,
});

const DEPART = frame("Depart", 4, {
  call: defaulted(int, 0),
  after: defaulted(int, 0),
});
/** Propose the removal of all own devices; somebody else commits it. */
export type Depart = Infer<typeof DEPART>;
export const Depart = (call = 0, after = 0): Depart => ({ type: "Depart", call, after });

const SETTLE = frame("Settle", 5, {
  call: defaulted(int, 0),
  after: defaulted(int, 0),
});
/** Commit what others have proposed. */
export type Settle = Infer<typeof SETTLE>;
export const Settle = (call = 0, after = 0): Settle => ({ type: "Settle", call, after });

const REFRESH = frame("Refresh", 6, {
  call: defaulted(int, 0),
  after: defaulted(int, 0),
});
/** Put new keys into the own leaf. */
export type Refresh = Infer<typeof REFRESH>;
export const Refresh = (call = 0, after = 0): Refresh => ({ type: "Refresh", call, after });

const REJOIN = frame("Rejoin", 7, {
  lost: flag,
  call: defaulted(int, 0),
  after: defaulted(int, 0),
});
/** Join by an external commit; `lost` says that the old state was of no use. */
export type Rejoin = Infer<typeof REJOIN>;
export const Rejoin = (lost: boolean, call = 0, after = 0): Rejoin => ({
  type: "Rejoin",
  lost,
  call,
  after,
});

const FOUND = frame("Found", 8, {
  users: list(text<UserId>()),
  peer: maybe(text<UserId>()),
  group_info: bytes(),
  ratchet_tree: bytes(),
  call: defaulted(int, 0),
  after: defaulted(int, 0),
});
/** Tell the server about a conversation of ours and add its people. */
export type Found = Infer<typeof FOUND>;
export const Found = (
  users: readonly UserId[],
  peer: UserId | null,
  groupInfo: Bytes,
  ratchetTree: Bytes,
  call = 0,
  after = 0,
): Found => ({
  type: "Found",
  users,
  peer,
  group_info: groupInfo,
  ratchet_tree: ratchetTree,
  call,
  after,
});

const GOVERN = frame("Govern", 9, {
  history: int,
  call: defaulted(int, 0),
  after: defaulted(int, 0),
});
/** Let new members see so much of what was said before (`wire.room_policy.History`). */
export type Govern = Infer<typeof GOVERN>;
export const Govern = (history: number, call = 0, after = 0): Govern => ({
  type: "Govern",
  history,
  call,
  after,
});

/** What is to be done to a group. */
export type Intent =
  Include | Exclude | ExcludeDevice | Depart | Settle | Refresh | Rejoin | Found | Govern;
const INTENT = either([
  INCLUDE,
  EXCLUDE,
  EXCLUDE_DEVICE,
  DEPART,
  SETTLE,
  REFRESH,
  REJOIN,
  FOUND,
  GOVERN,
]);

/** Who came with one commit, while what was said before was to be given to them. */
export const Arrived = record({
  /** The one that the commit began. */
  epoch: int,
  users: list(text<UserId>()),
  /** The position of the commit: what stands below it, they have not read. */
  below: int,
  /** It is this device's turn to give it to them, and it has not yet. */
  mine: defaulted(flag, false),
  /** Who made the commit. */
  by: named<UserId>(),
  /** When the server took the commit, in milliseconds since 1970. */
  time_ms: defaulted(int, 0),
  /**
   * When it is this device's turn, in milliseconds since 1970 by its own clock; 0 if it is its
   * turn, or will not be.
   */
  due_ms: defaulted(int, 0),
  /** What is as late or later was given by others; this device gives what is older. */
  before_ms: defaulted(int, LATEST_MS),
  /** With which devices they came. */
  devices: defaulted(list(text<DeviceId>()), []),
  /** Not before this time of the log is it to be given to them; 0 if at once. */
  begins_ms: defaulted(int, 0),
  /** When some of them were last given a history, by the log's times; 0 if it was long ago. */
  given_ms: defaulted(int, 0),
  /** How often this device could not give it. */
  tries: defaulted(int, 0),
});
export type Arrived = Infer<typeof Arrived>;

/** A history that somebody gives to this person; taken in part by part. Holds its key. */
export const Offer = record({
  blob: text<BlobId>(),
  key: bytes(),
  size: int,
  digest: bytes(),
  by: text<UserId>(),
  device: text<DeviceId>(),
  since_ms: int,
  until_ms: int,
  count: int,
  /** The position at which this device came in; everything given stands below it. */
  below: int,
  /** The place at which it was given. */
  seq: int,
  /** How many parts of it are stored. */
  taken: defaulted(int, 0),
  /** From who made the commit, or manages the conversation. */
  expected: defaulted(flag, false),
});
export type Offer = Infer<typeof Offer>;

/** A history that this device began to fetch; it counts for how much more it fetches. */
export const Took = record({
  /** Of the Welcome by which this device had come in. */
  epoch: int,
  blob: text<BlobId>(),
  size: int,
  count: int,
  /** From who made the commit, or manages the conversation. */
  expected: flag,
  /** Who gave it. */
  by: named<UserId>(),
});
export type Took = Infer<typeof Took>;

/** A conversation without its group, its lines and its outbox. */
export const ConversationRecord = record({
  id: text<ConversationId>(),
  direct: flag,
  phase: oneOf(Phase),
  title: defaulted(text(), ""),
  log_epoch: defaulted(int, 0),
  /** Everything up to and including this is processed. */
  seq: defaulted(int, 0),
  /** The position up to which the person has seen everything. */
  read: defaulted(int, 0),
  unread: defaulted(int, 0),
  /** The position up to which every other member holds everything but what is `undelivered`. */
  delivered: defaulted(int, 0),
  /** How many own messages were ever queued; orders them. */
  written: defaulted(int, 0),
  peer: named<UserId>(),
  admins: defaulted(list(text<UserId>()), []),
  intents: defaulted(list(INTENT), []),
  /** When the own leaf is to get new keys, in seconds since 1970. */
  refresh_due: defaulted(int, 0),
  /** What is added to a `seq` to give a line's position; grows when the log was shortened. */
  shift: defaulted(int, 0),
  /** The epoch this device came in with; what was encrypted before is not for it. */
  since: defaulted(int, 0),
  /** The person wants to leave; said again in each epoch until somebody commits it. */
  leaving: defaulted(flag, false),
  /** What this device may read begins behind this `seq`. */
  first: defaulted(int, 0),
  /**
   * A log in place of another is read again; what of it, up to this `seq`, cannot be read was
   * read before. 0 once it is caught up.
   */
  reread: defaulted(int, 0),
  /** Who was in the group when it was last left behind; their keys are pinned. */
  company: defaulted(list(text<UserId>()), []),
  /** Who was in the group when this device came back, and whom no member was seen to add. */
  newcomers: defaulted(list(text<UserId>()), []),
  /** When this device last joined again by itself, in seconds since 1970. */
  rejoined_at: defaulted(int, 0),
  /** The position at which the title was given; 0 if it is as old as the conversation. */
  titled: defaulted(int, 0),
  /** Somebody came in this epoch who does not know the title; 0 once it was repeated. */
  title_owed: defaulted(int, 0),
  /** How many devices are to repeat it before this one does. */
  title_turn: defaulted(int, 0),
  /** Others have told the title, or may have given one that this device could not read. */
  title_told: defaulted(flag, false),
  /** Whether it is between two people is settled; what the server says of it counts no more. */
  kind_known: defaulted(flag, false),
  /** The room policy that this device follows: the last that somebody with the right has set. */
  policy: defaulted(bytes(), new Uint8Array()),
  /** Who has set the one of the group, if it is still to be found out whether they may. */
  policy_by: named<UserId>(),
  /** Where in the log they have set it. */
  policy_seq: defaulted(int, 0),
  /** When the server took that, in milliseconds since 1970. */
  policy_ms: defaulted(int, 0),
  /** Who came while new members were to see what was said before; the last of them. */
  arrived: defaulted(list(Arrived), []),
  /** Histories that are given to this person and not wholly taken in. */
  offers: defaulted(list(Offer), []),
  /** Members without a device here: their last one was none any more, and was taken out. */
  absent: defaulted(list(text<UserId>()), []),
  /** The epoch of the last Welcome by which this device came in; 0 if it never came by one. */
  welcomed: defaulted(int, 0),
  /** Who made that Welcome. */
  welcomed_by: named<UserId>(),
  /** When this device opened it, in milliseconds since 1970. */
  welcomed_ms: defaulted(int, 0),
  /** The histories that this device began to fetch; the last of them. */
  took: defaulted(list(Took), []),
  /** The log was replaced, and whether it leads to our group is still to be asked. */
  compare: defaulted(flag, false),
  /** The server does not know it, or not this person in it: its backup is older. */
  unknown: defaulted(flag, false),
  /** The parts before `delivered` that did not reach everybody, by their ends. */
  undelivered: defaulted(list(pair(int, int)), []),
});
export type ConversationRecord = Infer<typeof ConversationRecord>;

/** Return the shift with which a log that is read from `seq` on stands behind what was read. */
export function shifted(record: ConversationRecord, logEpoch: number, seq: number): number {
  if (logEpoch === record.log_epoch) return record.shift;
  return record.shift + Math.max(0, record.seq - seq) + 1;
}

/** Return where in the timeline stands what is at `seq` of the log. */
export function position(record: ConversationRecord, seq: number): number {
  return seq + record.shift;
}

/** How far a line has come. */
export const LineState = {
  QUEUED: "queued",
  SENT: "sent",
  FAILED: "failed",
  RECEIVED: "received",
} as const;
export type LineState = (typeof LineState)[keyof typeof LineState];

/** A line of a timeline. `arguments` name people by their ids. */
export const Line = record({
  id: text(),
  conversation: text<ConversationId>(),
  position: int,
  kind: oneOf(MessageKind),
  sender: text<UserId>(),
  time_ms: int,
  text: text(),
  state: oneOf(LineState),
  arguments: defaulted(list(pair(text(), text())), []),
  /** Of one's own text: with it the same content is made again. */
  salt: defaulted(bytes(), new Uint8Array()),
  /** Of one's own text: what it says of the key directory (`content.profile.Seen`). */
  seen: defaulted(maybe(triple(int, int, bytes())), null),
  /** Who has given this line in an archive; empty if this device read it in the log itself. */
  given_by: named<UserId>(),
  /** With which device. */
  given_device: named<DeviceId>(),
  /** Given by somebody who was not to give it, as far as is known. */
  unexpected: defaulted(flag, false),
  /** Its MessageId, by which others speak of it; empty for what is no message. */
  message: defaulted(bytes(), new Uint8Array()),
  /** The MessageId of what it answers; empty for most. */
  answers: defaulted(bytes(), new Uint8Array()),
  /** The texts that took the place of `text`, in their order. */
  edits: defaulted(list(EDITED), []),
  reactions: defaulted(list(REACTED), []),
  /** It was deleted for everybody: nothing of it is here any more, unless that waits. */
  withdrawn: defaulted(maybe(WITHDRAWN), null),
  /** The owner of this account has deleted it for themselves: nothing of it is here any more. */
  hidden: defaulted(flag, false),
});
export type Line = Infer<typeof Line>;

/** Say whether another line with the same id takes its place, if that one comes later. */
export function givesWayTo(line: Line, other: Line): boolean {
  return line.unexpected && !other.unexpected;
}

/** What an outgoing item is. */
export const Errand = {
  TEXT: "text",
  TITLE: "title",
  /** For those who are new; nobody else learns anything from it. */
  TITLE_AGAIN: "title-again",
  PROPOSAL: "proposal",
  /** What was said before, for those who are new. */
  HISTORY: "history",
  /** Something that is done to a message. */
  AMENDMENT: "amendment",
} as const;
export type Errand = (typeof Errand)[keyof typeof Errand];

/**
 * Something written that is not yet seen in the log.
 *
 * `body` is empty until it is encrypted; from then on every retry sends these bytes, until
 * the server says that their epoch is over.
 */
export const Outgoing = record({
  client_id: bytes(),
  order: int,
  errand: oneOf(Errand),
  content: bytes(),
  text: text(),
  time_ms: int,
  body: defaulted(bytes(), new Uint8Array()),
  seq: defaulted(int, 0),
  failed: defaulted(flag, false),
  /** The line that shows it; of another text for a message, the id of the edit. */
  line: defaulted(text(), ""),
  salt: defaulted(bytes(), new Uint8Array()),
  seen: defaulted(maybe(triple(int, int, bytes())), null),
  /** The MessageId of the message that something is done to. */
  target: defaulted(bytes(), new Uint8Array()),
  /** What is done to it. */
  amendment: defaulted(maybe(AMENDMENT), null),
});
export type Outgoing = Infer<typeof Outgoing>;

/**
 * A commit that was made and may or may not have reached the server.
 *
 * `parts` is the snapshot of the group as it is if this commit wins.
 */
export const PendingRecord = record({
  client_id: bytes(),
  intent: INTENT,
  external: flag,
  body: bytes(),
  group_info: bytes(),
  welcome: bytes(),
  parts: map(text(), bytes()),
  /** The title to announce once the commit is in, so that new members know it. */
  title: defaulted(text(), ""),
});
export type PendingRecord = Infer<typeof PendingRecord>;

/** A person, the identity key first seen for them, and a different one seen since. */
export const PersonRecord = record({
  id: text<UserId>(),
  user_name: defaulted(text(), ""),
  name: defaulted(text(), ""),
  site: defaulted(text(), ""),
  time_zone: defaulted(text(), ""),
  active: defaulted(flag, true),
  identity_key: defaulted(bytes(), new Uint8Array()),
  changed_key: defaulted(bytes(), new Uint8Array()),
  verified: defaulted(flag, false),
  /** Keys that were the person's before the owner of this account accepted another. */
  former_keys: defaulted(list(bytes()), []),
  /** Other keys that the owner of this account was told of, since they last accepted one. */
  alarmed: defaulted(list(bytes()), []),
});
export type PersonRecord = Infer<typeof PersonRecord>;

/** A published key package with its private keys; kept until it expires or is used. */
export const KeyPackageRecord = record({
  key_package: bytes(),
  init_private_key: bytes(),
  leaf_private_key: bytes(),
  not_after: int,
  last_resort: flag,
});
export type KeyPackageRecord = Infer<typeof KeyPackageRecord>;

/** Something the person must know. */
export const AlarmRecord = record({
  key: text(),
  arguments: list(pair(text(), text())),
  conversation: text<ConversationId>(),
  time_ms: int,
});
export type AlarmRecord = Infer<typeof AlarmRecord>;
