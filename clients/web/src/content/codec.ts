/**
 * MIMI content to bytes and back: deterministic CBOR (draft-ietf-mimi-content-08 §6, App. B).
 *
 * What is read is checked against the whole CDDL and the limits of §6.2 and §6.3; what is
 * written is checked by reading it the same way.
 */

import * as cbor from "../cbor.ts";
import type { Bytes } from "../mls/bytes.ts";
import { utf8Bytes } from "../utf8.ts";
import { ContentError } from "./errors.ts";
import {
  Cardinality,
  type Expiration,
  type ExtensionKey,
  type ExternalPart,
  MAX_BYTES,
  MAX_EXTENSION_LEVELS,
  MAX_PART_LEVELS,
  MESSAGE_ID_BYTES,
  type Message,
  type MessageId,
  type MultiPart,
  type Part,
  PartSemantics,
  ROOM_URI,
  SALT_BYTES,
  SENDER_URI,
} from "./model.ts";

export const MAX_ITEMS = 4096;
export const MAX_EXTENSION_KEY_BYTES = 255;
export const MAX_EXTENSION_BYTES = 4095;
const LIMITS: cbor.Limits = { size: MAX_BYTES, depth: 16, items: MAX_ITEMS };
const UINT8 = 2 ** 8 - 1;
const UINT16 = 2 ** 16 - 1;
const UINT32 = 2 ** 32 - 1;
const NOTHING: cbor.Value = null;

/**
 * Return the bytes of a message.
 *
 * @throws ContentError - The message breaks a rule of the draft or is too large.
 */
export function encode(message: Message): Bytes {
  const { expires } = message;
  const value = [
    message.salt,
    message.replaces,
    message.topic,
    expires === null ? null : [expires.relative, expires.seconds],
    message.in_reply_to,
    message.extensions,
    written(message.part),
  ];
  const data = encoded(value);
  decode(data);
  return data;
}

/**
 * Read a message.
 *
 * @throws ContentError - It is not deterministic CBOR, breaks a rule of the draft or is too large.
 */
export function decode(data: Uint8Array): Message {
  const value = decoded(data);
  if (!isArray(value) || value.length !== 7)
    throw new ContentError("MIMI content is an array of 7");
  const [salt, replaces, topic, expires, inReplyTo, extensions, part] = value;
  if (bytes(salt).length !== SALT_BYTES) throw new ContentError(`the salt has ${SALT_BYTES} bytes`);
  return {
    salt: bytes(salt),
    replaces: messageId(replaces),
    topic: bytes(topic),
    expires: expiration(expires),
    in_reply_to: messageId(inReplyTo),
    extensions: extensionsOf(extensions),
    part: partOf(part, MAX_PART_LEVELS),
  };
}

// --- writing --------------------------------------------------------------------------

function encoded(value: cbor.Value): Bytes {
  try {
    return cbor.encode(value, LIMITS.depth);
  } catch (error) {
    if (!(error instanceof cbor.CborError)) throw error;
    throw new ContentError(error.message, { cause: error });
  }
}

function written(part: Part): readonly cbor.Value[] {
  const head = [part.disposition, part.language];
  switch (part.kind) {
    case "null":
      return [...head, Cardinality.NULL];
    case "single":
      return [...head, Cardinality.SINGLE, part.content_type, part.content];
    case "external":
      return [...head, Cardinality.EXTERNAL, ...writtenExternal(part)];
    case "multi":
      return [...head, Cardinality.MULTI, part.semantics, part.parts.map(written)];
    case "unknown":
      return [...head, part.cardinality, ...part.rest];
  }
}

function writtenExternal(part: ExternalPart): readonly cbor.Value[] {
  return [
    part.content_type,
    part.url,
    part.expires,
    part.size,
    part.enc_alg,
    part.key,
    part.nonce,
    part.aad,
    part.hash_alg,
    part.content_hash,
    part.description,
    part.filename,
  ];
}

// --- reading --------------------------------------------------------------------------

function decoded(data: Uint8Array): cbor.Value {
  try {
    return cbor.decode(data, LIMITS);
  } catch (error) {
    if (!(error instanceof cbor.CborError)) throw error;
    throw new ContentError(`not MIMI content: ${error.message}`, { cause: error });
  }
}

function partOf(value: cbor.Value = NOTHING, levels: number): Part {
  if (levels === 0) {
    throw new ContentError(`parts are nested more than ${MAX_PART_LEVELS} levels deep`);
  }
  if (!isArray(value) || value.length < 3)
    throw new ContentError("a part is an array of at least 3");
  const described = { disposition: uint(value[0], UINT8), language: text(value[1]) };
  const cardinality = uint64(value[2]);
  const rest = value.slice(3);
  if (cardinality === Cardinality.NULL && rest.length === 0) return { kind: "null", ...described };
  if (cardinality === Cardinality.SINGLE && rest.length === 2) {
    return { kind: "single", content_type: text(rest[0]), content: bytes(rest[1]), ...described };
  }
  if (cardinality === Cardinality.EXTERNAL && rest.length === 12) {
    return { kind: "external", ...external(rest), ...described };
  }
  if (cardinality === Cardinality.MULTI && rest.length === 2) {
    return { kind: "multi", ...multi(rest, levels), ...described };
  }
  if (cardinality <= Cardinality.MULTI) {
    throw new ContentError("a part has another number of fields than its kind");
  }
  return { kind: "unknown", cardinality, rest, ...described };
}

type Undescribed<P> = Omit<P, "kind" | "disposition" | "language">;

function external(rest: readonly cbor.Value[]): Undescribed<ExternalPart> {
  return {
    content_type: text(rest[0]),
    url: text(rest[1]),
    expires: uint(rest[2], UINT32),
    size: uint64(rest[3]),
    enc_alg: uint(rest[4], UINT16),
    key: bytes(rest[5]),
    nonce: bytes(rest[6]),
    aad: bytes(rest[7]),
    hash_alg: uint(rest[8], UINT8),
    content_hash: bytes(rest[9]),
    description: text(rest[10]),
    filename: text(rest[11]),
  };
}

function multi(rest: readonly cbor.Value[], levels: number): Undescribed<MultiPart> {
  const [semantics, inner] = rest;
  if (!isArray(inner) || inner.length < 2) {
    throw new ContentError("a MultiPart has at least two parts");
  }
  return {
    semantics: uint(semantics, PartSemantics.PROCESS_ALL) as PartSemantics,
    parts: inner.map((child) => partOf(child, levels - 1)),
  };
}

function expiration(value: cbor.Value = NOTHING): Expiration | null {
  if (value === null) return null;
  if (isArray(value) && value.length === 2 && typeof value[0] === "boolean") {
    return { relative: value[0], seconds: uint(value[1], UINT32) };
  }
  throw new ContentError("an expiration is null or an array of 2");
}

function extensionsOf(value: cbor.Value = NOTHING): ReadonlyMap<ExtensionKey, cbor.Value> {
  if (!isMap(value)) throw new ContentError("the extensions are a map");
  const found = new Map<ExtensionKey, cbor.Value>();
  for (const [key, extension] of value) {
    if (key instanceof Uint8Array) {
      throw new ContentError("the key of an extension is a whole number or a text");
    }
    checkKeyLength(key);
    if (key === SENDER_URI || key === ROOM_URI) text(extension);
    const exact = exactKey(key);
    checkExtension(extension);
    found.set(exact, extension);
  }
  return found;
}

function checkKeyLength(key: number | bigint | string): void {
  if (typeof key !== "string") return;
  const size = utf8Bytes(key).length;
  if (size < 1 || size > MAX_EXTENSION_KEY_BYTES) {
    throw new ContentError("the key of an extension is empty or too long");
  }
}

function checkExtension(value: cbor.Value): void {
  if (extensionSize(value) > MAX_EXTENSION_BYTES) {
    throw new ContentError(`an extension is larger than ${MAX_EXTENSION_BYTES} bytes`);
  }
  checkKeys(value);
}

function extensionSize(value: cbor.Value): number {
  try {
    return cbor.encode(value, MAX_EXTENSION_LEVELS - 1).length;
  } catch (error) {
    if (!(error instanceof cbor.CborError)) throw error;
    throw new ContentError(`an extension is ${error.message}`, { cause: error });
  }
}

/** Refuse numbers as keys that not every language holds exactly (§6.2). */
function checkKeys(value: cbor.Value): void {
  if (isMap(value)) {
    for (const key of value.keys()) if (!(key instanceof Uint8Array)) exactKey(key);
    for (const inner of value.values()) checkKeys(inner);
  } else if (isArray(value)) value.forEach(checkKeys);
  else if (value instanceof cbor.Tag) checkKeys(value.value);
}

function exactKey(key: number | bigint | string): ExtensionKey {
  // A number that was read is no bigint unless it has to be.
  if (typeof key === "bigint") {
    throw new ContentError("the key of an extension is too large a number");
  }
  return key;
}

function messageId(value: cbor.Value = NOTHING): MessageId | null {
  if (value === null) return null;
  if (bytes(value).length !== MESSAGE_ID_BYTES) {
    throw new ContentError(`a message id has ${MESSAGE_ID_BYTES} bytes`);
  }
  return bytes(value);
}

function isArray(value: cbor.Value = NOTHING): value is readonly cbor.Value[] {
  return Array.isArray(value);
}

function isMap(value: cbor.Value): value is ReadonlyMap<cbor.Key, cbor.Value> {
  return value instanceof Map;
}

function bytes(value: cbor.Value = NOTHING): Bytes {
  if (!(value instanceof Uint8Array)) throw new ContentError("bytes are missing");
  return value;
}

function text(value: cbor.Value = NOTHING): string {
  if (typeof value !== "string") throw new ContentError("a text is missing");
  return value;
}

function uint(value: cbor.Value = NOTHING, largest: number): number {
  if (typeof value !== "number" || value < 0 || value > largest) {
    throw new ContentError("a whole number is missing or too large");
  }
  return value;
}

function uint64(value: cbor.Value = NOTHING): number | bigint {
  if ((typeof value !== "number" && typeof value !== "bigint") || value < 0) {
    throw new ContentError("a whole number is missing or too large");
  }
  return value;
}
