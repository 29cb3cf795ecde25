/**
 * What stands in an MLS application message: one byte that says what follows, then that.
 *
 * The draft that `content` follows is not finished. With a version inside the encrypted and
 * signed bytes, a client knows before it reads whether it can, and says so if it cannot.
 */

import { type Bytes, concat } from "../mls/bytes.ts";
import * as codec from "./codec.ts";
import { ContentError, NewerContentError } from "./errors.ts";
import { idOf } from "./message_id.ts";
import { MAX_BYTES, type Message, type MessageId } from "./model.ts";

/** The content is draft-ietf-mimi-content-08 in our profile. */
export const MIMI_DRAFT_08 = 1;

/** A message and its name. */
export interface Opened {
  readonly id: MessageId;
  readonly message: Message;
}

/**
 * Return the bytes to encrypt.
 *
 * @throws ContentError - The message breaks a rule, is too large or does not name its sender.
 */
export function pack(message: Message): Bytes {
  const content = codec.encode(message);
  idOf(message, content);
  return concat(Uint8Array.of(MIMI_DRAFT_08), content);
}

/**
 * Read what was encrypted.
 *
 * @throws NewerContentError - A newer client wrote it.
 * @throws ContentError - It is malformed.
 */
export function unpack(plaintext: Uint8Array): Opened {
  const [version] = plaintext;
  if (version === undefined) throw new ContentError("an empty message");
  if (plaintext.length > MAX_BYTES + 1) throw new ContentError("the message is too large");
  if (version !== MIMI_DRAFT_08) throw new NewerContentError(`content of version ${version}`);
  const content = plaintext.subarray(1);
  const message = codec.decode(content);
  return { id: idOf(message, content), message };
}
