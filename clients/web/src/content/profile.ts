/**
 * Our profile of MIMI content: what teamchat writes, and what it takes arriving content for.
 *
 * The rules are in docs/spec/content.md. `Author` writes; `checkOrigin` and `checkReplaces`
 * refuse what somebody says in another's name; `meaning` says what a message is.
 */

import * as cbor from "../cbor.ts";
import { type BlobId, type ConversationId, type UserId, isIdentifier } from "../ids.ts";
import { type Bytes, EMPTY } from "../mls/bytes.ts";
import { Utf8Error, utf8Bytes } from "../utf8.ts";
import { ContentError } from "./errors.ts";
import { MARKDOWN, PLAIN, mediaType, partText, plainText } from "./fallback.ts";
import {
  Disposition,
  type ExtensionKey,
  type ExternalPart,
  type Message,
  type MessageId,
  type Part,
  PartSemantics,
  ROOM_URI,
  SENDER_URI,
  type SinglePart,
  multiPart,
  nullPart,
  parts,
  roomUri as roomUriOf,
  senderUri as senderUriOf,
  singlePart,
} from "./model.ts";
import { strip } from "./spaces.ts";

export const AUTHORITY = "teamchat";
export const ROOM = "application/vnd.teamchat.room+cbor";
export const MAX_TEXT_BYTES = 64 * 1024;
export const MAX_TITLE_CHARACTERS = 200;
export const MAX_REACTION_BYTES = 64;
export const MAX_PARTS = 64;
/** The private extension that says what its sender has seen of the key directory. */
export const SEEN = -1;
const ROOT_BYTES = 32;
const NUMBER = 2 ** 53;
const TITLE = "title";
const SINCE = "since";
const ROOM_LIMITS: cbor.Limits = { size: 4096, depth: 4, items: 64 };
const HTML_TAG = /<(?=[A-Za-z/!?])/g;
/** What stands in a line; a character that is newer than our Unicode does. */
const SHOWN_LINE = /^(?: |[^\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Z}])*$/u;

// --- names ----------------------------------------------------------------------------

/** Return the URI of a person. */
export function userUri(user: UserId): string {
  return `mimi://${AUTHORITY}/u/${user}`;
}

/** Return the URI of a conversation. */
export function roomUri(conversation: ConversationId): string {
  return `mimi://${AUTHORITY}/r/${conversation}`;
}

/** Return the URI of an encrypted file on the server of the conversation. */
export function blobUri(blob: BlobId): string {
  return `${BLOBS}${blob}`;
}

const BLOBS = `mimi://${AUTHORITY}/b/`;

/**
 * Return which blob a URI names.
 *
 * @throws ContentError - It is no blob of ours; a client never fetches from anywhere else.
 */
export function blobOf(uri: string): BlobId {
  const written = uri.slice(BLOBS.length);
  if (!uri.startsWith(BLOBS) || !isIdentifier(written)) {
    throw new ContentError("a file that is not kept on this server");
  }
  return written as BlobId;
}

// --- writing --------------------------------------------------------------------------

/** A tree of the key directory's log: when the log was begun, its size, its root. */
export interface Seen {
  readonly begun: number;
  readonly size: number;
  readonly root: Bytes;
}

/**
 * Check that there can be such a tree.
 *
 * @throws ContentError - There is none.
 */
export function checkSeen({ begun, size, root }: Seen): void {
  if (!(begun >= 0 && begun < NUMBER && size > 0 && size < NUMBER)) {
    throw new ContentError("no log has this size, or was begun then");
  }
  if (root.length !== ROOT_BYTES) throw new ContentError("a root has 32 bytes");
}

/** What a message is besides its part. */
interface Said {
  readonly salt: Bytes;
  readonly replaces?: MessageId;
  readonly in_reply_to?: MessageId | undefined;
}

/** Writes messages of one person in one conversation; every `salt` is 16 fresh random bytes. */
export class Author {
  readonly #user: UserId;
  readonly #conversation: ConversationId;
  readonly #seen: Seen | null;

  constructor(user: UserId, conversation: ConversationId, seen: Seen | null = null) {
    if (seen !== null) checkSeen(seen);
    this.#user = user;
    this.#conversation = conversation;
    this.#seen = seen;
  }

  /**
   * Say something, or answer a message, in plain text.
   *
   * @throws ContentError - The text is empty, too long or not Unicode.
   */
  text(text: string, salt: Bytes, inReplyTo?: MessageId): Message {
    return this.#message(textPart(text, PLAIN), { salt, in_reply_to: inReplyTo });
  }

  /**
   * Say something, or answer a message, in Markdown; HTML tags become text.
   *
   * @throws ContentError - The text is empty, too long or not Unicode.
   */
  markdown(text: string, salt: Bytes, inReplyTo?: MessageId): Message {
    const escaped = text.replace(HTML_TAG, "&lt;");
    return this.#message(textPart(escaped, MARKDOWN), { salt, in_reply_to: inReplyTo });
  }

  /**
   * Put another text in the place of a message of one's own.
   *
   * `first` is the id of its first version, `inReplyTo` what it answers, as before.
   *
   * @throws ContentError - The text is empty, too long or not Unicode.
   */
  edit(first: MessageId, text: string, salt: Bytes, inReplyTo?: MessageId): Message {
    const said = { salt, replaces: first, in_reply_to: inReplyTo };
    return this.#message(textPart(text, PLAIN), said);
  }

  /**
   * React to a message with one emoji.
   *
   * @throws ContentError - It is empty or too long.
   */
  reaction(to: MessageId, reaction: string, salt: Bytes): Message {
    const content = utf8(reaction);
    if (content.length < 1 || content.length > MAX_REACTION_BYTES) {
      throw new ContentError("a reaction is one emoji");
    }
    const part = singlePart(PLAIN, content, Disposition.REACTION);
    return this.#message(part, { salt, in_reply_to: to });
  }

  /**
   * Withdraw a message or a reaction of one's own.
   *
   * `first` is the id of its first version, `reactionTo` what it was a reaction to, if it was one.
   */
  deletion(first: MessageId, salt: Bytes, reactionTo?: MessageId): Message {
    return this.#message(nullPart(), { salt, replaces: first, in_reply_to: reactionTo });
  }

  /**
   * Say what the conversation is called; the server never sees it.
   *
   * `since` is for who repeats a title to those who are new: the place of the log where it was
   * given; 0 if it is as old as the conversation.
   *
   * @throws ContentError - The title is empty, too long or not one line.
   */
  roomTitle(title: string, salt: Bytes, since: number | null = null): Message {
    const told = new Map<cbor.Key, cbor.Value>([[TITLE, checkedTitle(title)]]);
    if (since !== null) told.set(SINCE, since);
    const part = singlePart(ROOM, cbor.encode(told), Disposition.UNSPECIFIED);
    return this.#message(part, { salt });
  }

  /**
   * Send encrypted files (`blobs.externalPart`), with a text if there is one.
   *
   * @throws ContentError - There is no file, or one is not kept on our server.
   */
  files(files: readonly ExternalPart[], salt: Bytes, text = ""): Message {
    for (const file of files) blobOf(file.url);
    if (files.length === 0) throw new ContentError("no file to send");
    const found: readonly Part[] = text === "" ? files : [textPart(text, PLAIN), ...files];
    const [first, ...more] = found;
    const single = first !== undefined && more.length === 0;
    return this.#message(single ? first : multiPart(PartSemantics.PROCESS_ALL, found), { salt });
  }

  /** Say something of our own, in a private extension. */
  private(part: Part, key: number, value: cbor.Value, salt: Bytes): Message {
    const message = this.#message(part, { salt });
    return { ...message, extensions: new Map([...message.extensions, [key, value]]) };
  }

  #message(part: Part, { salt, replaces, in_reply_to }: Said): Message {
    const extensions = new Map<ExtensionKey, cbor.Value>([
      [SENDER_URI, userUri(this.#user)],
      [ROOM_URI, roomUri(this.#conversation)],
    ]);
    if (this.#seen !== null) {
      extensions.set(SEEN, [this.#seen.begun, this.#seen.size, this.#seen.root]);
    }
    return {
      salt,
      part,
      replaces: replaces ?? null,
      topic: EMPTY,
      expires: null,
      in_reply_to: in_reply_to ?? null,
      extensions,
    };
  }
}

// --- reading --------------------------------------------------------------------------

/**
 * Check that a message is said by whom MLS says it came from, and for this conversation.
 *
 * `sender` is the person in the credential of the MLS leaf that sent it, `conversation` whose MLS
 * group it arrived in.
 *
 * @throws ContentError - It names somebody else, another conversation, too many parts or a file
 *   that is not on our server.
 */
export function checkOrigin(message: Message, sender: UserId, conversation: ConversationId): void {
  if (senderUriOf(message) !== userUri(sender)) {
    throw new ContentError("the message names another sender than the one who sent it");
  }
  if (roomUriOf(message) !== roomUri(conversation)) {
    throw new ContentError("the message was written for another conversation");
  }
  const found = [...parts(message.part)];
  if (found.length > MAX_PARTS) throw new ContentError("the message has too many parts");
  for (const part of found) if (part.kind === "external") blobOf(part.url);
}

/**
 * Return what the sender has seen of the key directory; null if it is not said, or not well.
 *
 * A malformed one is no reason to keep the message from anybody.
 */
export function seen(message: Message): Seen | null {
  const said = message.extensions.get(SEEN);
  if (!Array.isArray(said) || said.length !== 3) return null;
  const [begun, size, root] = said as readonly cbor.Value[];
  const isTree =
    typeof begun === "number" && typeof size === "number" && root instanceof Uint8Array;
  if (!isTree) return null;
  try {
    checkSeen({ begun, size, root });
    return { begun, size, root };
  } catch (error) {
    if (error instanceof ContentError) return null;
    throw error;
  }
}

/**
 * Check that only who wrote a message edits or deletes it.
 *
 * @throws ContentError - It is somebody else's.
 */
export function checkReplaces(sender: UserId, originalSender: UserId): void {
  if (sender !== originalSender) throw new ContentError("only who wrote a message may change it");
}

/** Something said, or answered. */
export interface Text {
  readonly type: "Text";
  readonly text: string;
  readonly in_reply_to: MessageId | null;
}

/** Another text for a message; `first` is its first version. */
export interface Edit {
  readonly type: "Edit";
  readonly first: MessageId;
  readonly text: string;
}

/** An emoji at a message. */
export interface Reaction {
  readonly type: "Reaction";
  readonly to: MessageId;
  readonly reaction: string;
}

/** A message or a reaction is withdrawn; `first` is its first version. */
export interface Deletion {
  readonly type: "Deletion";
  readonly first: MessageId;
  /** What it was a reaction to, if it was one. */
  readonly reaction_to: MessageId | null;
}

/** What the conversation is called; `since` which place of the log, if it is a repetition. */
export interface RoomTitle {
  readonly type: "RoomTitle";
  readonly title: string;
  readonly since: number | null;
}

/** Something that this version does not know; `text` is what can be shown instead. */
export interface Unsupported {
  readonly type: "Unsupported";
  readonly text: string;
}

export type Meaning = Text | Edit | Reaction | Deletion | RoomTitle | Unsupported;

/** Say what a message is. Never fails: what is not understood is `Unsupported`. */
export function meaning(message: Message): Meaning {
  const { part, replaces } = message;
  if (part.kind === "null") {
    if (replaces === null) return unsupported("");
    return { type: "Deletion", first: replaces, reaction_to: message.in_reply_to };
  }
  if (part.disposition === Disposition.REACTION) return reactionOf(message);
  if (part.kind === "single" && mediaType(part.content_type) === ROOM) return titleOf(part);
  const text = partText(part);
  if (text === null || !isText(part)) return unsupported(plainText(message));
  if (replaces !== null) return { type: "Edit", first: replaces, text };
  return { type: "Text", text, in_reply_to: message.in_reply_to };
}

function unsupported(text: string): Unsupported {
  return { type: "Unsupported", text };
}

const SHOWN: ReadonlySet<number> = new Set([
  Disposition.UNSPECIFIED,
  Disposition.RENDER,
  Disposition.INLINE,
]);

/** Say whether a text or a choice among texts is all that there is. */
function isText(part: Part): boolean {
  if (!SHOWN.has(part.disposition)) return false;
  if (part.kind !== "multi") return part.kind === "single";
  return part.semantics === PartSemantics.CHOOSE_ONE && part.parts.some(isText);
}

function reactionOf(message: Message): Meaning {
  const text = partText(message.part);
  const to = message.in_reply_to;
  const isPlain = message.part.kind === "single" && message.replaces === null;
  if (text && isPlain && to !== null && utf8Bytes(text).length <= MAX_REACTION_BYTES) {
    return { type: "Reaction", to, reaction: text };
  }
  return unsupported(plainText(message));
}

function titleOf(part: SinglePart): Meaning {
  try {
    const told = cbor.decode(part.content, ROOM_LIMITS);
    const title = told instanceof Map ? (told as Told).get(TITLE) : null;
    if (typeof title !== "string") return unsupported("");
    const since = (told as Told).get(SINCE);
    const isPlace = typeof since === "number" && since >= 0;
    return { type: "RoomTitle", title: checkedTitle(title), since: isPlace ? since : null };
  } catch (error) {
    if (error instanceof cbor.CborError || error instanceof ContentError) return unsupported("");
    throw error;
  }
}

type Told = ReadonlyMap<cbor.Key, cbor.Value>;

function checkedTitle(title: string): string {
  const isTooLong = Array.from(title).length > MAX_TITLE_CHARACTERS;
  if (strip(title) === "" || isTooLong || !SHOWN_LINE.test(title)) {
    throw new ContentError("a title is one line that is neither empty nor too long");
  }
  return title;
}

function textPart(text: string, contentType: string): SinglePart {
  const content = utf8(text);
  if (strip(text) === "") throw new ContentError("an empty message");
  if (content.length > MAX_TEXT_BYTES) {
    throw new ContentError(`a text is larger than ${MAX_TEXT_BYTES} bytes`);
  }
  return singlePart(contentType, content);
}

function utf8(text: string): Bytes {
  try {
    return utf8Bytes(text);
  } catch (error) {
    if (!(error instanceof Utf8Error)) throw error;
    throw new ContentError("the text is not Unicode", { cause: error });
  }
}
