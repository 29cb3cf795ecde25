/**
 * A message that gives new members what was said before they came (docs/spec/content.md).
 *
 * It carries no words: it names an encrypted file on the server (`archive_file`), what opens it,
 * for whom it is, and what is in it. Whoever sent it is named by MLS; that what is in the file was
 * ever said is their word alone.
 */

import type { Value } from "../cbor.ts";
import { BYTES, type BlobId, type UserId, identifier, identifierBytes } from "../ids.ts";
import { type Bytes, concat } from "../mls/bytes.ts";
import { KEY_BYTES } from "./archive.ts";
import { ContentError } from "./errors.ts";
import { SHA_256 } from "./message_id.ts";
import { Disposition, type ExternalPart, type Message, externalPart } from "./model.ts";
import { type Author, blobOf, blobUri } from "./profile.ts";

/** The private extension that says for whom the file is, and what is in it. */
export const GIVEN = -2;
export const MEDIA_TYPE = "application/vnd.teamchat.history";
/** Our number for the archive's encryption, in the private range of the IANA AEAD registry. */
export const HISTORY_ARCHIVE = 0xf102;
export const MAX_USERS = 200;
export const MAX_LINES = 1_000_000;
export const MAX_FILE = 2 ** 30;
const DIGEST_BYTES = 32;
/** The last day of the year 9999 UTC, in milliseconds since 1970: no line is later than that. */
export const LATEST_MS = 253_402_214_400_000;
const NUMBER = 2 ** 53;

/** What a member gives to those who came with one commit. */
export interface Given {
  /** The file on the server. */
  readonly blob: BlobId;
  /** What opens it; never to be shown. */
  readonly key: Bytes;
  /** Of the file, in bytes. */
  readonly size: number;
  /** The SHA-256 of the file. */
  readonly digest: Bytes;
  /** The epoch that their commit began. */
  readonly epoch: number;
  /** Who they are. */
  readonly users: readonly UserId[];
  /** When the oldest line was said, in milliseconds since 1970. */
  readonly since_ms: number;
  /** When the newest was. */
  readonly until_ms: number;
  /** How many lines there are. */
  readonly count: number;
}

/**
 * Refuse what cannot be.
 *
 * @throws ContentError - A field is out of range.
 */
export function checkGiven(given: Given): void {
  if (given.key.length !== KEY_BYTES || given.digest.length !== DIGEST_BYTES) {
    throw new ContentError("a history whose key or hash is malformed");
  }
  if (!isWithin(given.size, 1, MAX_FILE) || !isWithin(given.count, 1, MAX_LINES)) {
    throw new ContentError("no history is that large, or that small");
  }
  const inTime =
    isWithin(given.since_ms, 0, given.until_ms) && isWithin(given.until_ms, 0, LATEST_MS - 1);
  if (!inTime || !isWithin(given.epoch, 0, NUMBER - 1)) {
    throw new ContentError("no history is of that time");
  }
  if (!isWithin(given.users.length, 1, MAX_USERS)) {
    throw new ContentError("a history is for somebody, and not for too many");
  }
}

/** Return the message that gives a history; `salt` is 16 random bytes. */
export function message(author: Author, given: Given, salt: Bytes): Message {
  checkGiven(given);
  const part = externalPart({
    content_type: MEDIA_TYPE,
    url: blobUri(given.blob),
    size: given.size,
    enc_alg: HISTORY_ARCHIVE,
    key: given.key,
    hash_alg: SHA_256,
    content_hash: given.digest,
    disposition: Disposition.UNSPECIFIED,
  });
  const users = concat(...given.users.map(identifierBytes));
  const told = [given.epoch, given.since_ms, given.until_ms, given.count, users];
  return author.private(part, GIVEN, told, salt);
}

/** Return what a message gives; null if it gives no history, or not as it should. */
export function givenIn(found: Message): Given | null {
  const { part } = found;
  if (part.kind !== "external" || part.content_type !== MEDIA_TYPE) return null;
  const isKnown = part.enc_alg === HISTORY_ARCHIVE && part.hash_alg === SHA_256;
  const isPlain = part.nonce.length === 0 && part.aad.length === 0 && found.replaces === null;
  if (!isKnown || !isPlain) return null;
  try {
    return read(part, found.extensions.get(GIVEN) ?? null);
  } catch (error) {
    if (error instanceof ContentError) return null;
    throw error;
  }
}

function read(part: ExternalPart, told: Value): Given | null {
  if (!Array.isArray(told) || told.length !== 5 || typeof part.size !== "number") return null;
  const [epoch, since, until, count, users] = told as readonly Value[];
  const isWhole =
    typeof epoch === "number" &&
    typeof since === "number" &&
    typeof until === "number" &&
    typeof count === "number" &&
    users instanceof Uint8Array;
  if (!isWhole || users.length % BYTES !== 0) return null;
  const given: Given = {
    blob: blobOf(part.url),
    key: part.key,
    size: part.size,
    digest: part.content_hash,
    epoch,
    users: usersIn(users),
    since_ms: since,
    until_ms: until,
    count,
  };
  checkGiven(given);
  return given;
}

function usersIn(users: Bytes): readonly UserId[] {
  const count = users.length / BYTES;
  return Array.from({ length: count }, (_, place) =>
    identifier<UserId>(users.subarray(place * BYTES, (place + 1) * BYTES)),
  );
}

function isWithin(value: number, least: number, most: number): boolean {
  return least <= value && value <= most;
}
