/**
 * What the parts of a history archive say (docs/spec/history-archive.md).
 *
 * MessagePack arrays, like the store's own records. Each part stands alone: it names the
 * conversation whose lines it begins with, and the people whose lines it holds, so that a reader
 * needs nothing of the parts before it.
 */

import { ArchiveError, Fault, LEAST_BYTES, MAX_BODY, PART_BYTES } from "../../content/archive.ts";
import { MESSAGE_ID_BYTES } from "../../content/model.ts";
import { MAX_REACTION_BYTES } from "../../content/profile.ts";
import type { ConversationId, UserId } from "../../ids.ts";
import { type Bytes, EMPTY, concat } from "../../mls/bytes.ts";
import { writeMessagePack } from "../../wire/message_pack.ts";
import {
  type Infer,
  bytes,
  defaulted,
  flag,
  frame,
  list,
  oneOf,
  pair,
  row,
  text,
  whole,
} from "../../wire/shape.ts";
import { Edited, Reacted, Withdrawn } from "../amendments.ts";
import * as fold from "../fold.ts";
import { MessageKind } from "../model.ts";
import {
  type ConversationRecord,
  type Line,
  LineState,
  type PersonRecord,
  Phase,
} from "../records.ts";
import { LOCAL_POSITION } from "../state.ts";
import { StoredError, decodeStored, either } from "../stored.ts";

const ID = /^[a-z2-7]{25}[aeimquy4]$(?!\n)/u;
const ID_IF_ANY = /^$(?!\n)|^[a-z2-7]{25}[aeimquy4]$(?!\n)/u;
const Name = text({ most: 1000 });
const LineId = text({ least: 1, most: 2000 });
const Named = text({ most: 2000 });
const MessageName = bytes({ most: MESSAGE_ID_BYTES });
const Time = whole(0, Number.MAX_SAFE_INTEGER);
const Which = text<UserId>({ pattern: ID });
const WhichIfAny = text<UserId>({ pattern: ID_IF_ANY });
const Room = text<ConversationId>({ pattern: ID });

const PERSON = frame("PersonEntry", 1, {
  id: Which,
  user_name: Name,
  name: Name,
  site: Name,
  time_zone: Name,
});
/** Somebody whose lines follow; never a key of theirs, which only the key directory gives. */
export type PersonEntry = Infer<typeof PERSON>;

const ROOM = frame("RoomEntry", 2, {
  id: Room,
  direct: flag,
  title: Name,
  peer: WhichIfAny,
  left: flag,
  log_epoch: Time,
  shift: Time,
});
/**
 * The conversation whose lines follow.
 *
 * `shift` is what the giver adds to a `seq` of the log `log_epoch` to give a position.
 */
export type RoomEntry = Infer<typeof ROOM>;

const EDIT = row({
  id: LineId,
  time_ms: Time,
  text: text(),
});
/** A text that took the place of a line's. */
export type EditEntry = Infer<typeof EDIT>;

const REACTION = row({
  id: Named,
  by: Which,
  time_ms: Time,
  reaction: text({ least: 1, most: MAX_REACTION_BYTES }),
  message: MessageName,
});
/** An emoji at a line. */
export type ReactionEntry = Infer<typeof REACTION>;

const LINE = frame("LineEntry", 3, {
  id: LineId,
  position: whole(-LOCAL_POSITION, LOCAL_POSITION - 1),
  kind: oneOf(MessageKind),
  sender: WhichIfAny,
  time_ms: Time,
  text: text(),
  arguments: defaulted(list(pair(text(), text())), []),
  /** Who gave it to the giver in an archive; empty if the giver has read it in the log. */
  given_by: defaulted(WhichIfAny, "" as UserId),
  /** Its MessageId; empty if the giver does not know it, or it is no message. */
  message: defaulted(MessageName, EMPTY),
  /** The MessageId of what it answers. */
  answers: defaulted(MessageName, EMPTY),
  edits: defaulted(list(EDIT, { most: fold.EDITS }), []),
  reactions: defaulted(list(REACTION, { most: fold.REACTIONS }), []),
  /** When it was deleted, in milliseconds since 1970; 0 if it was not. */
  withdrawn_ms: defaulted(Time, 0),
});
/** A line of that conversation, at the giver's position. */
export type LineEntry = Infer<typeof LINE>;

/** Something that a part says. */
export type Entry = PersonEntry | RoomEntry | LineEntry;
const ENTRY = either([PERSON, ROOM, LINE]);
const ENTRIES = list(ENTRY);
const ARRAY_HEAD = 5;

/**
 * Read what a part says.
 *
 * @throws ArchiveError - MALFORMED, it is not of this version, or a line stands before its
 *   conversation.
 */
export function read(body: Uint8Array): readonly Entry[] {
  const entries = decoded(body);
  const room = entries.findIndex((each) => each.type === "RoomEntry");
  const line = entries.findIndex((each) => each.type === "LineEntry");
  if (line >= 0 && (room < 0 || line < room)) {
    throw new ArchiveError(Fault.MALFORMED, "a line without its conversation");
  }
  return entries;
}

/** Return entries as the content of one part. */
export function write(entries: readonly Entry[]): Bytes {
  return writeMessagePack(ENTRIES.write(entries));
}

/** Return what an archive says of a line. */
export function lineEntry(line: Line): LineEntry {
  return {
    type: "LineEntry",
    id: line.id,
    position: line.position,
    kind: line.kind,
    sender: line.sender,
    time_ms: line.time_ms,
    text: line.text,
    arguments: line.arguments,
    given_by: line.given_by,
    message: line.message,
    answers: line.answers,
    edits: line.edits.filter((each) => !each.waiting),
    reactions: line.reactions.filter((each) => !each.waiting),
    withdrawn_ms: line.withdrawn?.waiting === false ? line.withdrawn.time_ms : 0,
  };
}

/**
 * Return a line with what an archive says was done to it since; it stands where the line does.
 *
 * What is said of a message and is none of its authors' is no more believed than elsewhere.
 */
export function withWhatWasDone(line: Line, entry: LineEntry): Line {
  const { position, sender } = line;
  let done: Line = { ...line, message: entry.message, answers: entry.answers };
  for (const edit of entry.edits) {
    done = fold.amended(done, Edited({ ...edit, by: sender, position }));
  }
  for (const each of entry.reactions) {
    done = fold.amended(done, Reacted({ ...each, position }));
  }
  if (entry.withdrawn_ms !== 0) {
    const said = { id: "", by: sender, position, time_ms: entry.withdrawn_ms };
    done = fold.amended(done, Withdrawn(said));
  }
  return done;
}

/** Return what an archive says of a conversation. */
export function roomEntry(record: ConversationRecord): RoomEntry {
  return {
    type: "RoomEntry",
    id: record.id,
    direct: record.direct,
    title: record.title,
    peer: record.peer,
    left: record.phase === Phase.LEFT,
    log_epoch: record.log_epoch,
    shift: record.shift,
  };
}

/** Return what an archive says of a person. */
export function personEntry(record: PersonRecord): PersonEntry {
  return {
    type: "PersonEntry",
    id: record.id,
    user_name: record.user_name,
    name: record.name,
    site: record.site,
    time_zone: record.time_zone,
  };
}

/** Say whether a line is in the log, and still here: the rest is its own device's affair. */
export function isGiven({ position, state, hidden }: Line): boolean {
  const isWaiting = state === LineState.QUEUED || state === LineState.FAILED;
  return position < LOCAL_POSITION && !isWaiting && !hidden;
}

/**
 * Return where a line of the giver stands here, if both have read the same log; below `below`.
 *
 * A giver may name any shift. The line stays where an archive can name it: whoever took it in can
 * give it on.
 */
export function positionHere(
  record: ConversationRecord | null,
  room: RoomEntry,
  line: LineEntry,
  below = LOCAL_POSITION,
): number {
  const shift = record?.log_epoch === room.log_epoch ? record.shift : 0;
  return Math.max(-LOCAL_POSITION, Math.min(line.position + (shift - room.shift), below - 1));
}

/** Gathers entries into parts; holds one part, however long the history is. */
export class Packer {
  #room: RoomEntry | null = null;
  #named = new Set<UserId>();
  #held: Bytes[] = [];
  #size = ARRAY_HEAD;

  /** How many bytes the part that is being gathered has by now. */
  get size(): number {
    return this.#size;
  }

  /** Say that what follows is of this conversation. */
  enter(room: RoomEntry): void {
    this.#room = room;
    this.#put(room);
  }

  /**
   * Add a line, and those it names if this part does not name them yet.
   *
   * Returns the content of a part that was full before this line; null if there was room.
   *
   * @throws ArchiveError - MALFORMED, no conversation was entered, or the line is larger than a
   *   part may be.
   */
  add(line: LineEntry, people: readonly PersonEntry[] = []): Bytes | null {
    if (this.#room === null) {
      throw new ArchiveError(Fault.MALFORMED, "a line without its conversation");
    }
    let full: Bytes | null = null;
    let named = people.filter((person) => !this.#named.has(person.id));
    if (this.#isTooMuch(line, named)) {
      full = this.take();
      this.#put(this.#room);
      named = [...people];
    }
    for (const person of named) {
      this.#named.add(person.id);
      this.#put(person);
    }
    this.#put(line);
    if (this.#size > MAX_BODY) {
      throw new ArchiveError(Fault.MALFORMED, "a line is larger than a part may be");
    }
    return full;
  }

  /** Return what is gathered as the content of a part, and begin another. */
  take(): Bytes {
    const body = concat(arrayHead(this.#held.length), ...this.#held);
    this.#held = [];
    this.#size = ARRAY_HEAD;
    this.#named = new Set();
    return body;
  }

  #isTooMuch(line: LineEntry, named: readonly PersonEntry[]): boolean {
    const added = [line, ...named].reduce((sum, each) => sum + encoded(each).length, 0);
    const isRoomLeft = this.#size + added <= PART_BYTES;
    return !isRoomLeft && this.#held.length > 1 && this.#size >= LEAST_BYTES;
  }

  #put(entry: Entry): void {
    const written = encoded(entry);
    this.#held.push(written);
    this.#size += written.length;
  }
}

function decoded(body: Uint8Array): readonly Entry[] {
  try {
    return decodeStored(ENTRIES, body);
  } catch (error) {
    if (!(error instanceof StoredError)) throw error;
    const says = "a part does not say what it should";
    throw new ArchiveError(Fault.MALFORMED, says, { cause: error });
  }
}

function encoded(entry: Entry): Bytes {
  return writeMessagePack(ENTRY.write(entry));
}

/** Return how an array of so many values begins. */
function arrayHead(count: number): Bytes {
  const nothing = writeMessagePack(Array.from({ length: count }, () => null));
  return nothing.slice(0, nothing.length - count);
}
