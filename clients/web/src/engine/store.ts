/**
 * What the engine keeps: the writes of one step, committed together (docs/spec/store.md).
 *
 * A store is a few tables of sealed values and one ordered list of lines for each
 * conversation. The engine reads it once, at the start; interfaces read lines at any time.
 */

import type { ConversationId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import type { Amendment } from "./amendments.ts";
import type { Line } from "./records.ts";

/** The tables of sealed values, each by a key of its own. */
export const Table = {
  /** By name: `profile`, `inbox`. */
  ACCOUNT: "account",
  /** By conversation: `records.ConversationRecord`. */
  CONVERSATION: "conversation",
  /** By conversation and part: the MLS state, in the parts of its snapshot. */
  GROUP: "group",
  /** By conversation: the commit that was made and not yet seen in the log. */
  PENDING: "pending",
  /** By conversation and client id: what is written and not yet seen in the log. */
  OUTGOING: "outgoing",
  /** By user: `records.PersonRecord`, with the pinned identity key. */
  PERSON: "person",
  /** By reference: the private keys of a published key package. */
  KEY_PACKAGE: "key_package",
  /** By number: what the person must know. */
  ALARM: "alarm",
  /** By conversation: what was begun and not sent; for interfaces, the engine does not read it. */
  DRAFT: "draft",
  /** By name: `pin`, `key_records.KeyLogRecord`. */
  KEY_LOG: "key_log",
  /** By user: `key_records.PersonKeysRecord`, as of the pinned checkpoint. */
  KEYS: "keys",
  /** By number: `key_records.FindingRecord`. */
  FINDING: "finding",
  /**
   * By name: how far a history was given, taken in or backed up (`history.records`); the engine
   * writes it with what was taken in, and does not read it.
   */
  HISTORY: "history",
} as const;
export type Table = (typeof Table)[keyof typeof Table];

/** Keep a value; the older one under this key is gone. */
export interface Put {
  readonly type: "Put";
  readonly table: Table;
  readonly key: string;
  readonly value: Bytes;
}
export const Put = (table: Table, key: string, value: Bytes): Put => ({
  type: "Put",
  table,
  key,
  value,
});

/** Forget a value; it need not be there. */
export interface Drop {
  readonly type: "Drop";
  readonly table: Table;
  readonly key: string;
}
export const Drop = (table: Table, key: string): Drop => ({ type: "Drop", table, key });

/** Forget every value of a table whose key begins like this. */
export interface Clear {
  readonly type: "Clear";
  readonly table: Table;
  readonly prefix: string;
}
export const Clear = (table: Table, prefix: string): Clear => ({ type: "Clear", table, prefix });

/** Keep a line of a timeline; of the older one with this id stays what was done to it. */
export interface PutLine {
  readonly type: "PutLine";
  readonly line: Line;
}
export const PutLine = (line: Line): PutLine => ({ type: "PutLine", line });

/** Keep a line of a timeline, unless there is one with this id that does not give way to it. */
export interface AddLine {
  readonly type: "AddLine";
  readonly line: Line;
}
export const AddLine = (line: Line): AddLine => ({ type: "AddLine", line });

/** Forget a line. */
export interface DropLine {
  readonly type: "DropLine";
  readonly conversation: ConversationId;
  readonly id: string;
}
export const DropLine = (conversation: ConversationId, id: string): DropLine => ({
  type: "DropLine",
  conversation,
  id,
});

/** Do something to the message with this MessageId, if there is one in this conversation. */
export interface AmendLine {
  readonly type: "AmendLine";
  readonly conversation: ConversationId;
  readonly message: Bytes;
  readonly amendment: Amendment;
}
export const AmendLine = (
  conversation: ConversationId,
  message: Bytes,
  amendment: Amendment,
): AmendLine => ({ type: "AmendLine", conversation, message, amendment });

/**
 * A place between two lines: before the line at this position with this id; if the id is empty,
 * before all lines at this position.
 */
export type Cut = readonly [position: number, id: string];

/** What is done to a store. */
export type Write = Put | Drop | Clear | PutLine | AddLine | DropLine | AmendLine;

/**
 * Keeps what the engine knows; durable when `commit` is done.
 *
 * Another than Python's: every answer is a promise, because what keeps it in a browser is
 * asynchronous.
 */
export interface Store {
  /** Store all of it or, if this fails, nothing. */
  commit(writes: readonly Write[]): Promise<void>;

  /** Return every value of a table by its key. */
  table(table: Table): Promise<ReadonlyMap<string, Bytes>>;

  /** Return the line that stands for every conversation in a list (`fold.leading`). */
  lastLines(): Promise<ReadonlyMap<ConversationId, Line>>;

  /**
   * Return the last lines, those before the cut, the oldest first; none that is hidden.
   *
   * The order is fixed: of several at one position, whoever put them there, none is left out.
   */
  lines(conversation: ConversationId, before: Cut | null, limit: number): Promise<readonly Line[]>;

  /** Return a line of a conversation by its id. */
  line(conversation: ConversationId, line: string): Promise<Line | null>;

  /** Return the line of a conversation that is the message with this MessageId. */
  message(conversation: ConversationId, message: Bytes): Promise<Line | null>;

  /** Return how many lines there are in all. */
  count(): Promise<number>;
}
