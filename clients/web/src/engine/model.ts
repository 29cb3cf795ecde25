/**
 * What a user interface may see: values, already decided, never to be changed in place.
 *
 * Nothing here is a key, a frame or a row. Texts are data: an interface shows them as they
 * are, without interpreting markup or control characters.
 */

import type { ConversationId, DeviceId, UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { ALL, NONE } from "../wire/room_policy.ts";
import { valued } from "./valued.ts";

/** How the account stands to its server. */
export const Link = {
  OFFLINE: "offline",
  CONNECTING: "connecting",
  CATCHING_UP: "catching_up",
  ONLINE: "online",
  /** The server ended this session or device; nothing is sent until a new login. */
  SIGNED_OUT: "signed_out",
} as const;
export type Link = (typeof Link)[keyof typeof Link];

/** How far a message of one's own has come. */
export const Delivery = {
  QUEUED: "queued",
  SENT: "sent",
  /** Every other member holds it on a device. */
  DELIVERED: "delivered",
  /** It will not be sent by itself; `retry` tries again. */
  FAILED: "failed",
  /** It is somebody else's. */
  RECEIVED: "received",
} as const;
export type Delivery = (typeof Delivery)[keyof typeof Delivery];

/** How well a person's key is known. */
export const Trust = {
  /** The organisation's server names this key, and it has not changed since. */
  VOUCHED: "vouched",
  /** The owner of this account compared the safety number. */
  VERIFIED: "verified",
  /** The key is another one than before; nobody has looked at it yet. */
  CHANGED: "changed",
} as const;
export type Trust = (typeof Trust)[keyof typeof Trust];

/** How this device stands to a conversation. */
export const Standing = {
  /** It reads and writes. */
  MEMBER: "member",
  /** It is about to come in; what is written waits. */
  ENTERING: "entering",
  /**
   * The person is a member, and all their devices had ended: a colleague's device has to take
   * this one in, which it does by itself. What is written waits.
   */
  WAITING: "waiting",
  /**
   * The person has said that they leave, and no other member's client has done it yet: they
   * read along, and nothing is taken from them.
   */
  LEAVING: "leaving",
  /** The person is no longer a member; the history stays. */
  LEFT: "left",
  /** The conversation cannot be followed on this device; `rejoin` tries again. */
  BROKEN: "broken",
} as const;
export type Standing = (typeof Standing)[keyof typeof Standing];

/** What a line of a timeline is. */
export const MessageKind = {
  TEXT: "text",
  /** A newer client wrote it; `text` is its plain fallback or empty. */
  UNSUPPORTED: "unsupported",
  /**
   * Something that happened to the conversation; `text` is a key of the catalogue and
   * `arguments` fill it (`system-added`, `system-removed`, `system-leaving`, `system-left`,
   * `system-created`, `system-renamed`, `system-title-told`, `system-rejoined`,
   * `system-undecryptable`, `system-reset`, `system-device-added`, `system-key-changed`,
   * `system-history-none`, `system-history-days`, `system-history-all`). If
   * oneself is among `by` or `who`, `by-own` or `who-own` is there too (`view.NAMING`).
   */
  SYSTEM: "system",
} as const;
export type MessageKind = (typeof MessageKind)[keyof typeof MessageKind];

/** A colleague, as this account knows them. */
export interface Person {
  readonly id: UserId;
  readonly user_name: string;
  /** With the user name behind it, if they could be taken for somebody else. */
  readonly name: string;
  readonly site: string;
  readonly time_zone: string;
  readonly trust: Trust;
  readonly active: boolean;
}
export const Person = valued<Person>()({
  trust: Trust.VOUCHED,
  active: true,
});

/**
 * One line of a timeline.
 *
 * `position` orders a conversation: the server's `seq`, or, for what is not sent yet, a
 * number behind every `seq`. `id` never changes, also not when a queued message is sent.
 */
export interface Message {
  readonly id: string;
  readonly conversation: ConversationId;
  readonly position: number;
  readonly kind: MessageKind;
  readonly sender: UserId;
  readonly sender_name: string;
  readonly own: boolean;
  readonly time_ms: number;
  readonly text: string;
  readonly delivery: Delivery;
  readonly arguments: readonly (readonly [string, string])[];
  /**
   * Who has given it in an archive: that the sender wrote it is their word alone. None for what
   * this device has read itself.
   */
  readonly given_by: UserId | null;
  readonly given_by_name: string;
  /** It came from another device of one's own. */
  readonly given_by_own: boolean;
  /** With which device it was given. */
  readonly given_device: DeviceId | null;
  /** What it answers. */
  readonly quote: Quote | null;
  /**
   * What it said, the first text first, and says: none if it was never edited. One that was not
   * sent is there, too, and `text` is not it.
   */
  readonly versions: readonly Version[];
  readonly reactions: readonly Reactions[];
  /** It was deleted for everybody; `text` is empty. Until that is sent, `delivery` is QUEUED. */
  readonly withdrawn: boolean;
  /** One can answer it and react to it. */
  readonly addressable: boolean;
}
export const Message = valued<Message>()({
  arguments: [],
  given_by: null,
  given_by_name: "",
  given_by_own: false,
  given_device: null,
  quote: null,
  versions: [],
  reactions: [],
  withdrawn: false,
  addressable: false,
});

/** A text that a message had, or is to have. */
export interface Version {
  /** With it, one that was not sent is sent again or discarded; empty for the first text. */
  readonly id: string;
  readonly time_ms: number;
  readonly text: string;
  readonly delivery: Delivery;
}

/** One emoji at a message, and who has put it there. */
export interface Reactions {
  readonly reaction: string;
  /** Of the others, in their order. */
  readonly names: readonly string[];
  /** Oneself has put it there, too. */
  readonly own: boolean;
  /** Only this device knows of it yet. */
  readonly waiting: boolean;
}

/** The message that another one answers, as it says now. */
export interface Quote {
  /** Of its line; empty if it is not on this device. */
  readonly id: string;
  readonly sender_name: string;
  readonly own: boolean;
  readonly text: string;
  readonly withdrawn: boolean;
}
export const Quote = valued<Quote>()({ sender_name: "", own: false, text: "", withdrawn: false });

/** A person in a conversation. */
export interface Member {
  readonly person: Person;
  readonly admin: boolean;
  readonly own: boolean;
  readonly devices: number;
}
export const Member = valued<Member>()({});

/** One line of the conversation list. */
export interface Conversation {
  readonly id: ConversationId;
  readonly title: string;
  readonly direct: boolean;
  readonly member_count: number;
  readonly unread: number;
  readonly last: Message | null;
  /** Whether this device can read and write here now. */
  readonly joined: boolean;
  readonly own_admin: boolean;
  readonly standing: Standing;
  /** Who came in unseen; nothing is sent before `accept_members`. */
  readonly newcomers: readonly Person[];
  /** Who is in here with a new key; nothing is sent before `mark_verified`. */
  readonly changed: readonly Person[];
  /** The cipher suite of its group (RFC 9420 §17.1), as far as this device holds the group. */
  readonly suite: number | null;
  /** What new members see of what was said before (`wire.room_policy.History`). */
  readonly history: number;
  /** Where a group has no title here: some who are in it besides the reader, for one. */
  readonly names: readonly string[];
}
export const Conversation = valued<Conversation>()({
  standing: Standing.MEMBER,
  newcomers: [],
  changed: [],
  suite: null,
  history: 0,
  names: [],
});

/** Something the person must know; `key` is a key of the catalogue. */
export interface Alarm {
  readonly key: string;
  readonly arguments: readonly (readonly [string, string])[];
  readonly conversation: ConversationId | null;
  readonly time_ms: number;
}
export const Alarm = valued<Alarm>()({});

/** Say what new members see, in one word: `none`, `days` or `all`. */
export function newcomersSee(conversation: Conversation): "none" | "days" | "all" {
  if (conversation.history === NONE) return "none";
  return conversation.history === ALL ? "all" : "days";
}

/** One of the account's own devices. */
export interface OwnDevice {
  readonly id: DeviceId;
  readonly name: string;
  readonly created: number;
  readonly last_active_day: number;
  readonly this: boolean;
}
export const OwnDevice = valued<OwnDevice>()({});

/** Whose account this is. */
export interface Profile {
  readonly user: UserId;
  readonly device: DeviceId;
  readonly user_name: string;
  readonly name: string;
  readonly organisation: string;
  readonly site: string;
  readonly server: string;
  readonly language: string;
}
export const Profile = valued<Profile>()({});

/**
 * Something that the key directory or the server should not have shown.
 *
 * The notes are signed checkpoints, byte for byte as they came: any C2SP program reads them.
 */
export interface LogFinding {
  /** Of the catalogue: what the person was told. */
  readonly key: string;
  readonly time_ms: number;
  /** The checkpoint that was pinned; empty if none was. */
  readonly ours: Bytes;
  /** The one that contradicts it; empty if a member only said what it has seen. */
  readonly theirs: Bytes;
  /** What a member said to have seen: size and root in hexadecimal. */
  readonly claim: string;
  readonly who: string;
  readonly conversation: ConversationId | null;
  /** Of the device that is not listed. */
  readonly certificate: Bytes;
  /** The entry that the log should not hold; `theirs` is signed over it. */
  readonly entry: Bytes;
  /** Where that entry stands. */
  readonly index: number;
  /** On which day it says that it happened, as YYYY-MM-DD; empty without an entry. */
  readonly day: string;
  /** The key of the log that was pinned, as a vkey line. */
  readonly log_key: string;
}
export const LogFinding = valued<LogFinding>()({
  entry: new Uint8Array(),
  index: 0,
  day: "",
  log_key: "",
});

/** A finding as files that others can check, byte for byte as things came. */
export interface LogEvidence {
  /** What was found. */
  readonly finding: LogFinding;
  /** By name. */
  readonly files: ReadonlyMap<string, Bytes>;
  /** In hexadecimal; stands for all of them, and is what the server is told. */
  readonly digest: string;
  /**
   * That its entry is in the log (c2sp.org/tlog-proof); empty if it has none, or if the server
   * does not give out what proves it.
   */
  readonly proof: string;
}
export const LogEvidence = valued<LogEvidence>()({});

/** An entry of the key directory that breaks a rule, and so counts for nothing. */
export interface LogRefusal {
  readonly index: number;
  readonly who: string;
  readonly reason: string;
}
export const LogRefusal = valued<LogRefusal>()({});

/** Which witnesses of the key directory the person requires. */
export interface LogWitnesses {
  readonly names: readonly string[];
  /** How many of them must have cosigned. */
  readonly quorum: number;
  /** How long ago at most, in seconds. */
  readonly maximum_age: number;
  /** Whether too few have; messages are still sent for a day. */
  readonly late: boolean;
  /** Whether that is longer ago than a day: nothing is sent. */
  readonly missing: boolean;
  /** When enough of them had cosigned last, in seconds since 1970; 0 if they never had. */
  readonly met: number;
  /** Until when that is in order, in seconds since 1970. */
  readonly until: number;
  /** When nothing is sent any more if they have not cosigned again, in seconds since 1970. */
  readonly stops: number;
}
export const LogWitnesses = valued<LogWitnesses>()({
  met: 0,
  until: 0,
  stops: 0,
});

/** One of the person's own devices, as the key directory lists it. */
export interface LogDevice {
  readonly device: DeviceId;
  /** Which entry brought it, from 0. */
  readonly index: number;
  /** The device that vouched for it; None if the identity key did. */
  readonly by: DeviceId | null;
  readonly ended: boolean;
}
export const LogDevice = valued<LogDevice>()({});

/**
 * Return the devices of now that a device vouched for, or that one of those did, and so on.
 *
 * Whoever holds a lost device may have made them. `own` is what the key directory lists of the
 * person, the oldest first.
 */
export function cameThrough(device: DeviceId, own: readonly LogDevice[]): readonly DeviceId[] {
  const found = [device];
  for (const each of own) {
    // Whoever vouches came before.
    if (each.by !== null && found.includes(each.by)) found.push(each.device);
  }
  const ended = new Set(own.filter((each) => each.ended).map((each) => each.device));
  return found.slice(1).filter((each) => !ended.has(each));
}

/** How far the key directory was followed; an empty `origin` before its first sight. */
export interface LogStatus {
  readonly origin: string;
  /** The log's key as a vkey line. */
  readonly key: string;
  readonly size: number;
  readonly root: Bytes;
  /** When the server last showed a checkpoint that fits, in seconds since 1970. */
  readonly checked: number;
  /**
   * Who else has signed the pinned checkpoint, as the note says; whether to trust them is for
   * a policy of witnesses.
   */
  readonly cosigners: readonly string[];
  /** The pinned checkpoint, byte for byte as it was signed. */
  readonly checkpoint: Bytes;
  readonly findings: readonly LogFinding[];
  readonly refused: readonly LogRefusal[];
  readonly required: LogWitnesses | null;
  /** The person's own devices, in the order of their entries. */
  readonly own: readonly LogDevice[];
}
export const LogStatus = valued<LogStatus>()({
  required: null,
  own: [],
});

// --- what changed: an interface reads again what it shows ---------------------------------

/** The connection is another one; `detail` says why, in a key of the catalogue. */
export interface LinkChanged {
  readonly type: "LinkChanged";
  readonly link: Link;
  readonly queued: number;
  readonly detail: string;
}
export const LinkChanged = (link: Link, queued: number, detail = ""): LinkChanged => ({
  type: "LinkChanged",
  link,
  queued,
  detail,
});

/** The list, an unread count or a title is another one. */
export interface ConversationsChanged {
  readonly type: "ConversationsChanged";
}
export const ConversationsChanged = (): ConversationsChanged => ({ type: "ConversationsChanged" });

/** Messages of one conversation came or changed their state. */
export interface TimelineChanged {
  readonly type: "TimelineChanged";
  readonly conversation: ConversationId;
  /** Those that are new and not one's own, for notifications and `tail`. */
  readonly arrived: readonly Message[];
}
export const TimelineChanged = (
  conversation: ConversationId,
  arrived: readonly Message[] = [],
): TimelineChanged => ({ type: "TimelineChanged", conversation, arrived });

/** People came or went. */
export interface MembersChanged {
  readonly type: "MembersChanged";
  readonly conversation: ConversationId;
}
export const MembersChanged = (conversation: ConversationId): MembersChanged => ({
  type: "MembersChanged",
  conversation,
});

/** Something the person must know happened. */
export interface AlarmRaised {
  readonly type: "AlarmRaised";
  readonly alarm: Alarm;
}
export const AlarmRaised = (alarm: Alarm): AlarmRaised => ({ type: "AlarmRaised", alarm });

/**
 * Something about the own account may be another one: ask the server.
 *
 * Comes with each connection (`kind` is empty: look at everything), and when the server says
 * so (`kind` is one of `wire.frames.OwnKind`, or one that a newer server knows).
 */
export interface OwnChanged {
  readonly type: "OwnChanged";
  readonly kind: string;
}
export const OwnChanged = (kind = ""): OwnChanged => ({ type: "OwnChanged", kind });

/** A history is on its way to those who are new, or to this device: bytes, of how many. */
export interface HistoryMoved {
  readonly type: "HistoryMoved";
  readonly conversation: ConversationId;
  readonly done: number;
  readonly total: number;
}
export const HistoryMoved = (
  conversation: ConversationId,
  done: number,
  total: number,
): HistoryMoved => ({ type: "HistoryMoved", conversation, done, total });

/** What changed. */
export type Change =
  | LinkChanged
  | ConversationsChanged
  | TimelineChanged
  | MembersChanged
  | AlarmRaised
  | OwnChanged
  | HistoryMoved;
