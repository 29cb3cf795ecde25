/**
 * What the page knows and may ask for: plain values, which cross into the worker where the core
 * lives. No rule of the messenger is here or above; the page shows, the core decides.
 */

import type { Said } from "./texts/texts.ts";

export type ConversationId = string;
export type LineKey = string;

/** How well the key of somebody is known. */
export type Trust = "vouched" | "verified" | "changed";

export interface Person {
  readonly id: string;
  readonly name: string;
  /** Which of the twelve hues (`hue.ts`). */
  readonly hue: number;
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
}

export interface Happening {
  readonly type: "event";
  readonly key: LineKey;
  readonly at: number;
  readonly text: Said;
}

export type Line = Message | Happening;

/** A conversation that is open. */
export interface Opened {
  readonly conversation: Conversation;
  /** The time zone of the other one; null in a group, or if it is not known. */
  readonly zone: string | null;
  readonly members: readonly Member[];
  /** Oldest first; what is older is asked for with `earlier`. */
  readonly lines: readonly Line[];
  readonly hasEarlier: boolean;
  /** The first line that was not read when it was opened. */
  readonly unreadFrom: LineKey | null;
  /** What stands above the place to write, like what helps if it is held; null if nothing. */
  readonly notice: Said | null;
  readonly writable: boolean;
}

export type View =
  | { readonly type: "signed-out"; readonly organisation: string; readonly because: Said | null }
  | {
      readonly type: "invited";
      readonly name: string;
      readonly organisation: string;
      readonly passwordCharacters: number;
    }
  | {
      readonly type: "open";
      readonly own: Person;
      readonly organisation: string;
      readonly link: Link;
      /** How many messages wait for a connection. */
      readonly waiting: number;
      /** Null until they have been read from this device. */
      readonly conversations: readonly Conversation[] | null;
    };

/** What came of a request: nothing to say, or why not and what helps. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly why: Said };

export type Stop = () => void;

/** The messenger behind the page. */
export interface Core {
  /** Tell how things are, at once and after every change, until stopped. */
  watch(show: (view: View) => void): Stop;
  /** The same for one conversation; null if there is no such one. */
  watchConversation(id: ConversationId, show: (opened: Opened | null) => void): Stop;
  signIn(userName: string, password: string): Promise<Outcome>;
  redeem(password: string): Promise<Outcome>;
  earlier(id: ConversationId): Promise<Outcome>;
  send(id: ConversationId, text: string): Promise<Outcome>;
  keepDraft(id: ConversationId, text: string): Promise<Outcome>;
  markRead(id: ConversationId, upTo: LineKey): Promise<Outcome>;
  retry(id: ConversationId, key: LineKey): Promise<Outcome>;
  discard(id: ConversationId, key: LineKey): Promise<Outcome>;
}
