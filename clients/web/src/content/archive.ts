/**
 * The history archive: sealed parts in a fixed order, one at a time (docs/spec/history-archive.md).
 *
 * Each part is bound to its archive, its place, whether it is the last, and to every part before
 * it: nothing can be changed, moved, left out, cut off, or taken from another making of the same
 * archive. Writer and reader hold one part and a `Place`; with a place either goes on where it
 * was. What the parts say is not this file's affair.
 */

import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { sha256 } from "@noble/hashes/sha2.js";

import * as cbor from "../cbor.ts";
import { BYTES, type DeviceId, type UserId, identifier, identifierBytes } from "../ids.ts";
import { type Bytes, ascii, concat, equalBytes, uintBytes } from "../mls/bytes.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { ContentError } from "./errors.ts";

export const VERSION = 1;
export const ID_BYTES = 16;
export const KEY_BYTES = 32;
export const NONCE_BYTES = 24;
/** A writer begins another part before one's content is larger. */
export const PART_BYTES = 256 * 1024;
/** What every part but the last holds at least. */
export const LEAST_BYTES = 4 * 1024;
/** A part's content: one line that is larger than PART_BYTES has a part of its own. */
export const MAX_BODY = 512 * 1024;
export const HEADER_BYTES = 1 + ID_BYTES + 4 + 1;
export const OVERHEAD = HEADER_BYTES + NONCE_BYTES + 16;
export const MAX_PART = MAX_BODY + OVERHEAD;
export const MAX_PARTS = 2 ** 20;
export const MAX_HEAD = 256;
const PART = ascii("teamchat history part\0");
const HEAD = ascii("teamchat history head\0");
const HEAD_LIMITS: cbor.Limits = { size: MAX_HEAD, depth: 1, items: 16 };

/** What an archive was made for. */
export const Origin = {
  /** For another device of the same person. */
  DEVICE: "device",
  BACKUP: "backup",
  /** For somebody who is new in a conversation. */
  ROOM: "room",
} as const;
export type Origin = (typeof Origin)[keyof typeof Origin];

/** Why an archive is not taken. */
export const Fault = {
  /** These are no bytes of an archive of this version. */
  MALFORMED: "malformed",
  /** The part is of another archive. */
  OTHER: "other",
  /** The part belongs to another place. */
  ORDER: "order",
  /** The part, or one before it, is not as it was written. */
  CHANGED: "changed",
  /** The last part is missing. */
  CUT_OFF: "cut-off",
} as const;
export type Fault = (typeof Fault)[keyof typeof Fault];

/** An archive is not as its writer has made it; nothing of this part is to be used. */
export class ArchiveError extends ContentError {
  override readonly name = "ArchiveError";
  readonly fault: Fault;

  constructor(fault: Fault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}

/** What an archive is. It is no secret from the server, and is bound to every part. */
export interface Head {
  /** 16 random bytes that name it. */
  readonly archive: Bytes;
  readonly origin: Origin;
  /** Who has made it. */
  readonly user: UserId;
  /** With which device. */
  readonly device: DeviceId;
  /** When, in seconds since 1970. */
  readonly created: number;
  /** Nothing older is in it, in milliseconds since 1970; 0 if there is no bound. */
  readonly since_ms: number;
  /** How many lines there were to be, for a progress bar; nothing relies on it. */
  readonly lines: number;
}

/**
 * Return the one encoding of a head.
 *
 * @throws ArchiveError - MALFORMED, a field is not what it must be.
 */
export function encodeHead(head: Head): Bytes {
  const numbers = [head.created, head.since_ms, head.lines];
  const areNumbers = numbers.every((each) => Number.isSafeInteger(each) && each >= 0);
  if (head.archive.length !== ID_BYTES || !areNumbers) {
    throw new ArchiveError(Fault.MALFORMED, "a field of the head is out of range");
  }
  const madeBy = [idBytes(head.user), idBytes(head.device)];
  return cbor.encode([VERSION, head.archive, head.origin, ...madeBy, ...numbers]);
}

/**
 * Read a head.
 *
 * @throws ArchiveError - MALFORMED, it is none of this version.
 */
export function readHead(data: Uint8Array): Head {
  const fields = fieldsOf(data);
  const [version, archive, origin, user, device, created, since, lines] = fields;
  const isHead =
    fields.length === 8 &&
    version === VERSION &&
    archive instanceof Uint8Array &&
    typeof origin === "string" &&
    user instanceof Uint8Array &&
    device instanceof Uint8Array &&
    typeof created === "number" &&
    typeof since === "number" &&
    typeof lines === "number";
  if (!isHead || user.length !== BYTES || device.length !== BYTES) {
    throw new ArchiveError(Fault.MALFORMED, "not the head of an archive");
  }
  const head: Head = {
    archive,
    origin: knownOrigin(origin),
    user: identifier(user),
    device: identifier(device),
    created,
    since_ms: since,
    lines,
  };
  if (!equalBytes(encodeHead(head), data)) {
    throw new ArchiveError(Fault.MALFORMED, "not the one encoding of a head");
  }
  return head;
}

/**
 * Return what opens an archive: 32 random bytes, for this archive only.
 *
 * @throws ArchiveError - MALFORMED, there are not 32 bytes.
 */
export function archiveKey(secret: Bytes): Secret {
  if (secret.length !== KEY_BYTES) {
    throw new ArchiveError(Fault.MALFORMED, `the key of an archive has ${KEY_BYTES} bytes`);
  }
  return new Secret(secret);
}

/** Where a writer or reader stands; all it needs to go on later. */
export interface Place {
  /** How many parts are behind it. */
  readonly index: number;
  /** The hash of the head and of all of them. */
  readonly chain: Bytes;
  /** The last one is behind it. */
  readonly ended: boolean;
}

/** Whether a part is the last. */
export type End = "last" | "more";

/** Return the place before the first part. */
export function firstPlace(head: Head): Place {
  return { index: 0, chain: hashed(HEAD, encodeHead(head)), ended: false };
}

/** Return the place behind a part. */
export function placeAfter(place: Place, part: Uint8Array, end: End): Place {
  return { index: place.index + 1, chain: hashed(place.chain, part), ended: end === "last" };
}

/**
 * Seal the part at a place; `placeAfter(place, part, end)` is the next one.
 *
 * `body` is what it says, at most MAX_BODY bytes; `nonce` is 24 random bytes.
 *
 * @throws ArchiveError - MALFORMED, it is too much or the archive has ended.
 */
export function seal(
  key: Secret,
  head: Head,
  place: Place,
  body: Bytes,
  end: End,
  nonce: Bytes,
): Bytes {
  const isRoom = !place.ended && place.index < MAX_PARTS;
  if (!isRoom || body.length > MAX_BODY || nonce.length !== NONCE_BYTES) {
    throw new ArchiveError(Fault.MALFORMED, "no part can be made of this");
  }
  const last = Number(end === "last");
  const header = concat(
    uintBytes(VERSION, 1),
    head.archive,
    uintBytes(place.index, 4),
    uintBytes(last, 1),
  );
  const sealed = xchacha20poly1305(key.reveal(), nonce, boundTo(header, place)).encrypt(body);
  return concat(header, nonce, sealed);
}

/**
 * Return what the part at a place says, and the next place.
 *
 * @throws ArchiveError - It is not the part that was written for this place.
 */
export function openPart(key: Secret, head: Head, place: Place, part: Uint8Array): [Bytes, Place] {
  if (part.length < OVERHEAD || part.length > MAX_PART || part[0] !== VERSION) {
    throw new ArchiveError(Fault.MALFORMED, "not a part of an archive");
  }
  const header = part.subarray(0, HEADER_BYTES);
  const last = header[HEADER_BYTES - 1] ?? 0;
  if (!equalBytes(header.subarray(1, 1 + ID_BYTES), head.archive)) {
    throw new ArchiveError(Fault.OTHER, "a part of another archive");
  }
  const index = header.subarray(1 + ID_BYTES, HEADER_BYTES - 1);
  if (place.ended || !equalBytes(index, uintBytes(place.index, 4))) {
    throw new ArchiveError(Fault.ORDER, `not the part at place ${place.index}`);
  }
  if (last > 1) throw new ArchiveError(Fault.MALFORMED, "not a part of an archive");
  const body = opened(key, part, boundTo(header, place), place);
  return [body, placeAfter(place, part, last === 1 ? "last" : "more")];
}

/**
 * Check that nothing is missing.
 *
 * @throws ArchiveError - CUT_OFF, the last part is not behind this place.
 */
export function requireEnd(place: Place): void {
  if (!place.ended) {
    throw new ArchiveError(Fault.CUT_OFF, `the archive ends after ${place.index} parts`);
  }
}

function opened(key: Secret, part: Uint8Array, bound: Bytes, place: Place): Bytes {
  const nonce = part.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
  const sealed = part.subarray(HEADER_BYTES + NONCE_BYTES);
  try {
    return new Uint8Array(xchacha20poly1305(key.reveal(), nonce, bound).decrypt(sealed));
  } catch (error) {
    throw new ArchiveError(Fault.CHANGED, `part ${place.index} was changed`, { cause: error });
  }
}

function boundTo(header: Uint8Array, place: Place): Bytes {
  return concat(PART, header, place.chain);
}

function hashed(...parts: readonly Uint8Array[]): Bytes {
  return new Uint8Array(sha256(concat(...parts)));
}

function fieldsOf(data: Uint8Array): readonly cbor.Value[] {
  try {
    const value = cbor.decode(data, HEAD_LIMITS);
    return Array.isArray(value) ? (value as readonly cbor.Value[]) : [];
  } catch (error) {
    if (!(error instanceof cbor.CborError)) throw error;
    throw new ArchiveError(Fault.MALFORMED, "not the head of an archive", { cause: error });
  }
}

function knownOrigin(origin: string): Origin {
  const known = Object.values(Origin).find((each) => each === origin);
  if (known === undefined) {
    throw new ArchiveError(Fault.MALFORMED, "an archive of an unknown origin");
  }
  return known;
}

function idBytes(id: string): Bytes {
  try {
    return identifierBytes(id);
  } catch (error) {
    throw new ArchiveError(Fault.MALFORMED, "not an identifier", { cause: error });
  }
}
