/**
 * A MIMI message as values (draft-ietf-mimi-content-08 §4, Appendix B); field names as there.
 *
 * Numbers the draft leaves open (dispositions, extension keys, cardinalities) stay what they
 * are, so that a message of a newer client is kept and passed on whole.
 */

import type { Value } from "../cbor.ts";
import { type Bytes, EMPTY } from "../mls/bytes.ts";

/** 32 bytes: a hash algorithm and 31 bytes of a hash (§3.3). */
export type MessageId = Bytes;

export type ExtensionKey = number | string;

export const SALT_BYTES = 16;
export const MESSAGE_ID_BYTES = 32;
/** A message of ours is no larger; files travel as blobs. */
export const MAX_BYTES = 200 * 1024;
export const MAX_PART_LEVELS = 4;
export const MAX_EXTENSION_LEVELS = 4;

export const SENDER_URI = 1;
export const ROOM_URI = 2;

/** What a part is for (§4.4). */
export const Disposition = {
  UNSPECIFIED: 0,
  RENDER: 1,
  REACTION: 2,
  PROFILE: 3,
  INLINE: 4,
  ICON: 5,
  ATTACHMENT: 6,
  SESSION: 7,
  PREVIEW: 8,
} as const;

/** Which shape a part has. */
export const Cardinality = { NULL: 0, SINGLE: 1, EXTERNAL: 2, MULTI: 3 } as const;

/** How the parts of a MultiPart belong together. */
export const PartSemantics = { CHOOSE_ONE: 0, SINGLE_UNIT: 1, PROCESS_ALL: 2 } as const;
export type PartSemantics = (typeof PartSemantics)[keyof typeof PartSemantics];

interface Described {
  readonly disposition: number;
  readonly language: string;
}

/** No content: what remains of something deleted. */
export interface NullPart extends Described {
  readonly kind: "null";
}

/** Content of one media type. */
export interface SinglePart extends Described {
  readonly kind: "single";
  readonly content_type: string;
  readonly content: Bytes;
}

/**
 * Content that is kept elsewhere (§4.5).
 *
 * `expires` is in seconds since 1970 and `size` in bytes; 0 means not said. `enc_alg` is an
 * IANA AEAD number, `hash_alg` an IANA named-information hash number. `key` opens it: a part is
 * never logged.
 */
export interface ExternalPart extends Described {
  readonly kind: "external";
  readonly content_type: string;
  readonly url: string;
  readonly expires: number;
  readonly size: number | bigint;
  readonly enc_alg: number;
  readonly key: Bytes;
  readonly nonce: Bytes;
  readonly aad: Bytes;
  readonly hash_alg: number;
  readonly content_hash: Bytes;
  readonly description: string;
  readonly filename: string;
}

/** Several parts; at least two. */
export interface MultiPart extends Described {
  readonly kind: "multi";
  readonly semantics: PartSemantics;
  readonly parts: readonly Part[];
}

/** A part of a shape that a newer draft has; `rest` is what follows the cardinality. */
export interface UnknownPart extends Described {
  readonly kind: "unknown";
  readonly cardinality: number | bigint;
  readonly rest: readonly Value[];
}

export type Part = NullPart | SinglePart | ExternalPart | MultiPart | UnknownPart;

/** When a message should be forgotten: `seconds` after reading it if `relative`, else after 1970. */
export interface Expiration {
  readonly relative: boolean;
  readonly seconds: number;
}

/**
 * One MIMI message (§4.1).
 *
 * `salt` is 16 random bytes. `replaces` names the first version of the message that this one
 * edits or deletes, `in_reply_to` the version that it answers.
 */
export interface Message {
  readonly salt: Bytes;
  readonly part: Part;
  readonly replaces: MessageId | null;
  readonly topic: Bytes;
  readonly expires: Expiration | null;
  readonly in_reply_to: MessageId | null;
  readonly extensions: ReadonlyMap<ExtensionKey, Value>;
}

export function nullPart(): NullPart {
  return { kind: "null", disposition: Disposition.RENDER, language: "" };
}

export function singlePart(
  contentType: string,
  content: Bytes,
  disposition: number = Disposition.RENDER,
): SinglePart {
  return { kind: "single", content_type: contentType, content, disposition, language: "" };
}

export function multiPart(semantics: PartSemantics, parts: readonly Part[]): MultiPart {
  return { kind: "multi", semantics, parts, disposition: Disposition.RENDER, language: "" };
}

/** Make a part of what is said of it; what is not said is 0 or empty. */
export function externalPart(
  said: Partial<ExternalPart> & Pick<ExternalPart, "content_type" | "url">,
): ExternalPart {
  return {
    kind: "external",
    expires: 0,
    size: 0,
    enc_alg: 0,
    key: EMPTY,
    nonce: EMPTY,
    aad: EMPTY,
    hash_alg: 0,
    content_hash: EMPTY,
    description: "",
    filename: "",
    disposition: Disposition.RENDER,
    language: "",
    ...said,
  };
}

/** Return who says they wrote it; to be compared with who did. */
export function senderUri(message: Message): string | null {
  return textOf(message, SENDER_URI);
}

/** Return where it was meant to be read. */
export function roomUri(message: Message): string | null {
  return textOf(message, ROOM_URI);
}

/** Go through a part and all parts inside, depth first: the n-th has part index n (§4.4). */
export function* parts(part: Part): Generator<Part> {
  yield part;
  if (part.kind === "multi") for (const inner of part.parts) yield* parts(inner);
}

function textOf(message: Message, key: ExtensionKey): string | null {
  const found = message.extensions.get(key);
  return typeof found === "string" ? found : null;
}
