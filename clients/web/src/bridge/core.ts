/**
 * What the page knows and may ask for: plain values, which cross into the worker where the core
 * lives. No rule of the messenger is here or above; the page shows, the core decides.
 */

import type { LockSet, LockWanted, LockWays, Unlocking } from "./lock.ts";
import type { Danger, LostView, TrustPart } from "./trust.ts";
import type { BackupNews, FurtherCore, HistoryMove, HistoryWish, Linking } from "./further.ts";

export type * from "./lock.ts";
export type * from "./trust.ts";

export type ConversationId = string;
export type LineKey = string;
export type PersonId = string;
export type DeviceId = string;

/** A text that the core has chosen: a key of the catalogue, with what is to be filled in. */
export interface Said {
  readonly key: string;
  readonly filling: Readonly<Record<string, string | number>>;
}

/** How well the key of somebody is known. */
export type Trust = "vouched" | "verified" | "changed";

export interface Person {
  readonly id: PersonId;
  readonly name: string;
  /** Which of the twelve hues (`hue.ts`). */
  readonly hue: number;
}

/** Somebody who was looked for. */
export interface Colleague extends Person {
  readonly userName: string;
  readonly site: string;
  readonly zone: string;
  readonly trust: Trust;
  readonly active: boolean;
}

export interface Member extends Person {
  readonly own: boolean;
  readonly admin: boolean;
  readonly trust: Trust;
  readonly devices: number;
}

export type Link = "offline" | "connecting" | "catching-up" | "online";

/** The last thing that happened in a conversation, for the list. */
export interface LastLine {
  readonly at: number;
  /** Who wrote it; null for the reader's own and for what nobody wrote. */
  readonly sender: string | null;
  readonly own: boolean;
  readonly text: string | Said;
}

/** One conversation in the list. */
export interface Conversation {
  readonly id: ConversationId;
  readonly kind: "direct" | "group";
  /** Empty if it has none. */
  readonly title: string;
  /** Of whom stands there where there is no title; the reader is not one of them. */
  readonly names: readonly string[];
  readonly hue: number;
  readonly last: LastLine | null;
  readonly draft: string;
  readonly unread: number;
  readonly mentioned: boolean;
  readonly pinned: boolean;
  /** Why nothing is sent here, in a few words; null if all is well. */
  readonly held: Said | null;
}

export type MessageState = "queued" | "sent" | "delivered" | "failed";

export interface Message {
  readonly type: "message";
  readonly key: LineKey;
  /** Milliseconds since 1970, as the sender's device had them. */
  readonly at: number;
  readonly sender: Person;
  readonly text: string;
  /** Null for what others wrote. */
  readonly state: MessageState | null;
  readonly quote: Quote | null;
  readonly reactions: readonly Reaction[];
  /** It is not what was said at first; `versions` tells what that was. */
  readonly edited: boolean;
  /** Another text for it that was not sent: `retry` or `discard` that; null if none. */
  readonly unsent: LineKey | null;
  /** It was deleted for everybody; `text` is empty. */
  readonly deleted: boolean;
  /** One can answer it and react to it, and delete one's own for everybody. */
  readonly addressable: boolean;
  /** Up to when the reader may change it, in milliseconds since 1970; 0 if they may not. */
  readonly editableUntil: number;
}

/** What a message answers. */
export interface Quote {
  /** Its line; null if it is not on this device. */
  readonly key: LineKey | null;
  readonly name: string;
  readonly own: boolean;
  /** How it begins. */
  readonly text: string;
  readonly deleted: boolean;
}

/** An emoji at a message. */
export interface Reaction {
  readonly emoji: string;
  /** Of the others who have put it there. */
  readonly names: readonly string[];
  /** The reader has, too. */
  readonly own: boolean;
  /** Nobody else knows of the reader's yet. */
  readonly waiting: boolean;
}

/** What a message said, or was to say. */
export interface Version {
  readonly at: number;
  readonly text: string;
  readonly failed: boolean;
}

/** Another text for a message of one's own, as far as it is written. */
export interface MessageChange {
  readonly key: LineKey;
  readonly text: string;
}

/** What is being written in a conversation. */
export interface Draft {
  readonly text: string;
  /** The line that it answers; null if none. */
  readonly answers: LineKey | null;
  /** What is written before that; null if nothing. */
  readonly change: MessageChange | null;
}

export interface Happening {
  readonly type: "event";
  readonly key: LineKey;
  readonly at: number;
  readonly text: Said;
}

export type Line = Message | Happening;

/** How this device stands to a conversation, as `teamchat.engine.model.Standing`. */
export type Standing = "member" | "entering" | "waiting" | "leaving" | "left" | "broken";

/** A conversation that is open. */
export interface Opened {
  readonly conversation: Conversation;
  /** The time zone of the other one; null in a group, or if it is not known. */
  readonly zone: string | null;
  readonly members: readonly Member[];
  /** Oldest first; what is older is asked for with `earlier`. */
  readonly lines: readonly Line[];
  readonly hasEarlier: boolean;
  /** Whether others have written before this device came, and it has nothing of that. */
  readonly lacksEarlier: boolean;
  /** The first line that is not read; null if all of them are. */
  readonly unreadFrom: LineKey | null;
  /** What the draft answers; null if nothing. */
  readonly answering: Quote | null;
  readonly change: MessageChange | null;
  /** What stands above the place to write, like what helps if it is held; null if nothing. */
  readonly notice: Said | null;
  readonly writable: boolean;
  readonly standing: Standing;
  /** Whether the reader may add, remove and rename here. */
  readonly manages: boolean;
  /** What newcomers see of what was before them; null where nobody comes. */
  readonly history: Said | null;
  /** The same as a number: 0 for nothing, -1 for all, or so many days. */
  readonly historyDays: number;
  /** How it is encrypted; null as long as this device does not hold the group. */
  readonly encryption: Said | null;
  /** Who came in unseen: nothing is sent before `acceptMembers`. */
  readonly newcomers: readonly Person[];
  /** Who is here with another key: nothing is sent before `markVerified`. */
  readonly changed: readonly Person[];
}

/** Something that the reader must know, the oldest first. */
export interface Alarm {
  readonly at: number;
  readonly conversation: ConversationId | null;
  readonly text: Said;
}

export type View =
  /** Another tab of this browser has the account open and does not answer; here is nothing. */
  | { readonly type: "elsewhere" }
  /** It is about to be locked: what is being typed is stored now, then `settled`. */
  | { readonly type: "locking" }
  /** Nothing is decrypted, and nothing comes, until `unlock`; `signOut` erases it. */
  | ({ readonly type: "locked" } & LockWays)
  /** The core had to stop; what was sent and received is safe. */
  | { readonly type: "stopped"; readonly because: Said }
  | {
      readonly type: "signed-out";
      readonly organisation: string;
      readonly because: Said | null;
      /** An account is still stored here: signing in goes on with it, `signOut` erases it. */
      readonly held: boolean;
      /** Whose request to the custodians was begun here; empty if nobody's. */
      readonly helped: string;
      /** Who wants to come in, as far as that is known; empty if it is not. */
      readonly userName: string;
    }
  | {
      readonly type: "invited";
      readonly name: string;
      readonly userName: string;
      readonly organisation: string;
      readonly passwordCharacters: number;
    }
  /** The invitation that one came with is of no use; `leave` goes to signing in. */
  | { readonly type: "not-invited"; readonly organisation: string; readonly because: Said }
  /** Signing in on a further device: `giveRecoveryKey` is awaited, or `leave`. */
  | {
      readonly type: "recovery-asked";
      readonly organisation: string;
      /** Whether the custodians were asked here: `trust.loseWords` goes on with that. */
      readonly helped: boolean;
      readonly words: number;
    }
  /** The first device of a person: their key is shown once; `recoveryKeyKept`, or `leave`. */
  | {
      readonly type: "recovery-shown";
      readonly organisation: string;
      readonly words: readonly string[];
      /** Which word to ask for, from 1: who types it has written them down. */
      readonly asked: number;
    }
  | LostView
  /** This browser is to be linked by a device that is in. */
  | { readonly type: "linking"; readonly organisation: string; readonly linking: Linking }
  | {
      readonly type: "open";
      readonly own: Person;
      readonly userName: string;
      readonly organisation: string;
      readonly link: Link;
      /** Why it is so, if more than the connection is to say; null if nothing. */
      readonly because: Said | null;
      /** How many messages wait for a connection. */
      readonly waiting: number;
      /** Null until they have been read from this device. */
      readonly conversations: readonly Conversation[] | null;
      readonly alarms: readonly Alarm[];
      /** Null if nothing but the browser is needed to open it. */
      readonly lock: LockSet | null;
      readonly danger: Danger | null;
      /** Custodians have opened the words: others are to be taken (`trust.openedWords`). */
      readonly wordsOpened: boolean;
      /** The server's list of devices is not what it was, or was promised to be. */
      readonly doubted: boolean;
      /** Devices of the reader that want what was written before they came. */
      readonly wishes: readonly HistoryWish[];
      /** What is on its way to or from another device of the reader; null if nothing. */
      readonly moving: HistoryMove | null;
      /** What the backup does; null if nothing. */
      readonly backup: BackupNews | null;
    };

/** What came of a request: nothing to say, or why not and what helps. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly why: Said };

/** What a question was answered with, or why not and what helps. */
export type Answer<T> =
  { readonly done: true; readonly value: T } | { readonly done: false; readonly why: Said };

/** One's own devices. */
export interface OwnDevices {
  readonly devices: readonly OwnDevice[];
  /** How many one person may have; 0 if the server does not say. */
  readonly most: number;
}

export interface OwnDevice {
  readonly id: DeviceId;
  readonly name: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Days since 1970; nobody knows it finer. */
  readonly lastActiveDay: number;
  readonly own: boolean;
}

export type Stop = () => void;

/** The messenger behind the page. */
export interface Core extends FurtherCore {
  /** Tell how things are, at once and after every change, until stopped. */
  watch(show: (view: View) => void): Stop;
  /** The same for one conversation; null if there is no such one. */
  watchConversation(id: ConversationId, show: (opened: Opened | null) => void): Stop;

  /** Trust and recovery. */
  readonly trust: TrustPart;

  // --- coming in and going out
  /** A recovery key that is made on the way is written in `language`. */
  signIn(userName: string, password: string, language: string): Promise<Outcome>;
  redeem(password: string, language: string): Promise<Outcome>;
  /** The words that were asked for; not done if they are wrong, and may be given again. */
  giveRecoveryKey(words: string): Promise<Outcome>;
  /** The person has written the words down: only now the device is made. */
  recoveryKeyKept(): Promise<Outcome>;
  /** Break off what was begun, back to signing in; nothing was made. */
  leave(): Promise<Outcome>;
  /** End this device and erase what it holds; `unasked` without reaching the server. */
  signOut(unasked: boolean): Promise<Outcome>;

  // --- the app lock
  /** Lock now, in every tab. */
  lock(): Promise<Outcome>;
  /** What was being typed when it was about to be locked is stored, or cannot be. */
  settled(): Promise<Outcome>;
  unlock(given: Unlocking): Promise<Outcome>;
  /** Whether this would open the lock that is set. */
  proveLock(given: Unlocking): Promise<Outcome>;
  /** Set another lock, or none; `proof` opens the one that is set. */
  setLock(proof: Unlocking | null, wanted: LockWanted | null): Promise<Outcome>;
  setLockMinutes(minutes: number): Promise<Outcome>;
  /** Somebody uses the client: it is not to be locked now. */
  used(): Promise<Outcome>;

  // --- messages
  earlier(id: ConversationId): Promise<Outcome>;
  /** Show this line, too, and everything after it. */
  reach(id: ConversationId, line: LineKey): Promise<Outcome>;
  /** `key` is chosen anew for each message: what is asked twice with one is written once. */
  send(id: ConversationId, text: string, key: string, answers: LineKey | null): Promise<Outcome>;
  keepDraft(id: ConversationId, draft: Draft): Promise<Outcome>;
  markRead(id: ConversationId, upTo: LineKey): Promise<Outcome>;
  retry(id: ConversationId, key: LineKey): Promise<Outcome>;
  discard(id: ConversationId, key: LineKey): Promise<Outcome>;
  /** Put another text in the place of one's own message. */
  edit(id: ConversationId, key: LineKey, text: string): Promise<Outcome>;
  /** What a message said and says, the first text first. */
  versions(id: ConversationId, key: LineKey): Promise<Answer<readonly Version[]>>;
  react(id: ConversationId, key: LineKey, emoji: string): Promise<Outcome>;
  takeBack(id: ConversationId, key: LineKey, emoji: string): Promise<Outcome>;
  deleteForAll(id: ConversationId, key: LineKey): Promise<Outcome>;
  /** The others keep it. */
  deleteHere(id: ConversationId, key: LineKey): Promise<Outcome>;

  // --- conversations
  /** The conversation with one person, made if there is none. */
  newDirect(person: PersonId): Promise<Answer<ConversationId>>;
  newGroup(title: string, people: readonly PersonId[]): Promise<Answer<ConversationId>>;
  addMembers(id: ConversationId, people: readonly PersonId[]): Promise<Outcome>;
  removeMember(id: ConversationId, person: PersonId): Promise<Outcome>;
  setAdmin(id: ConversationId, person: PersonId, admin: boolean): Promise<Outcome>;
  rename(id: ConversationId, title: string): Promise<Outcome>;
  leaveConversation(id: ConversationId): Promise<Outcome>;
  /** Those who came in unseen belong there; `shown` is who the reader was shown. */
  acceptMembers(id: ConversationId, shown: readonly PersonId[]): Promise<Outcome>;
  /** Join a conversation again that is broken here. */
  rejoin(id: ConversationId): Promise<Outcome>;

  // --- people and devices
  findPeople(query: string): Promise<Answer<readonly Colleague[]>>;
  /** 12 groups of 5 digits, the same on the other side. */
  safetyNumber(person: PersonId): Promise<Answer<string>>;
  /** The number was compared and is right; `number` is what was compared. */
  markVerified(person: PersonId, number: string): Promise<Outcome>;
  /** The new key is not this person's: the one known before stays. */
  keepKey(person: PersonId): Promise<Outcome>;
  devices(): Promise<Answer<OwnDevices>>;
  removeDevice(device: DeviceId): Promise<Outcome>;
  /** How many characters a new password has at least; 0 if the server does not say. */
  passwordCharacters(): Promise<Answer<number>>;
  changePassword(old: string, wanted: string): Promise<Outcome>;

  // --- being woken
  /** The key with which the server calls push services; empty if it calls none. */
  pushKey(): Promise<Answer<string>>;
  /** Be called at this address of the browser's push service, and at no other. */
  subscribePush(endpoint: string): Promise<Outcome>;
  unsubscribePush(): Promise<Outcome>;
}
