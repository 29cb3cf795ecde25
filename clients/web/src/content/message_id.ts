/**
 * The name of a message (draft-ietf-mimi-content-08 §3.3): a hash, computed and never carried.
 *
 * It binds what was said to who said it and where, so it cannot be claimed by another message.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import { concat, uintBytes } from "../mls/bytes.ts";
import { utf8Bytes } from "../utf8.ts";
import { decode } from "./codec.ts";
import { ContentError } from "./errors.ts";
import { type Message, type MessageId, roomUri, senderUri } from "./model.ts";

/** The IANA named-information number of SHA-256. */
export const SHA_256 = 1;

/**
 * Return the id of a message from its bytes, which name its sender and room.
 *
 * @throws ContentError - It is no message, or does not name its sender and room.
 */
export function messageId(data: Uint8Array): MessageId {
  return idOf(decode(data), data);
}

/**
 * Return the id of a message that was read from `data`, or written as it.
 *
 * @throws ContentError - It does not name its sender and room.
 */
export function idOf(message: Message, data: Uint8Array): MessageId {
  const [sender, room] = [senderUri(message), roomUri(message)];
  if (sender === null || room === null) {
    throw new ContentError("the message does not name its sender and its room");
  }
  const uris = [utf8Bytes(sender), utf8Bytes(room)];
  const hashed = uris.flatMap((uri) => [uintBytes(uri.length, 2), uri]);
  const digest = sha256(concat(...hashed, data, message.salt));
  return concat(Uint8Array.of(SHA_256), digest.subarray(0, 31));
}
