/** PrivateMessage: content and sender, encrypted (RFC 9420 §6.3). */

import { type Bytes, concat } from "../bytes.ts";
import { type Infer, Reader, decode, encode, fixed, struct, uint32 } from "../codec/index.ts";
import { expandWithLabel } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { CryptoError, UsageError, ValidationError } from "../errors.ts";
import { Rule } from "../rules.ts";
import type { MessageKey } from "../schedule/secret_tree.ts";
import {
  type AuthenticatedContent,
  CONTENT_APPLICATION,
  CONTENT_BODIES,
  CONTENT_COMMIT,
  CONTENT_PROPOSAL,
  type Content,
  type ContentType,
  SENDER_MEMBER,
  WIRE_PRIVATE_MESSAGE,
  encodeAuthData,
  readAuthData,
} from "./content.ts";
import { PrivateContentAAD, type PrivateMessage, SenderDataAAD } from "./private_message.ts";

/** Plaintexts are padded to a multiple of this many bytes unless asked otherwise. */
export const PADDING_MULTIPLE = 256;

/** Plaintexts are padded to a multiple of this many bytes at most. */
export const MAX_PADDING_MULTIPLE = 2 ** 16;

/** SenderData: whose ratchet, which generation (§6.3.2). */
export const SenderData = struct({ leaf_index: uint32, generation: uint32, reuse_guard: fixed(4) });
export type SenderData = Infer<typeof SenderData>;

/** Derive key and nonce of a message's sender data from a sample of its ciphertext. */
export function senderDataKey(
  crypto: CryptoProvider,
  suite: CipherSuite,
  senderDataSecret: Secret,
  ciphertext: Bytes,
): MessageKey {
  const sample = ciphertext.slice(0, suite.hash_length);
  const expand = (label: string, length: number): Secret =>
    expandWithLabel(crypto, suite, senderDataSecret, label, sample, length);
  return {
    generation: 0,
    key: expand("key", suite.aead_key_length),
    nonce: expand("nonce", suite.aead_nonce_length),
  };
}

/**
 * Encrypt a signed content with the next key of its sender.
 *
 * @throws UsageError - The sender is not a member, or the padding is not to a multiple of
 *   1 to MAX_PADDING_MULTIPLE bytes.
 */
export async function seal(
  crypto: CryptoProvider,
  suite: CipherSuite,
  message: AuthenticatedContent,
  key: MessageKey,
  senderDataSecret: Secret,
  paddingMultiple: number,
): Promise<PrivateMessage> {
  const { group_id, epoch, sender, authenticated_data, content } = message.content;
  if (sender.sender_type !== SENDER_MEMBER) {
    throw new UsageError("only a member can send a PrivateMessage");
  }
  const data: SenderData = {
    leaf_index: sender.leaf_index,
    generation: key.generation,
    reuse_guard: crypto.random(4),
  };
  const frame = { group_id, epoch, content_type: content.content_type };
  const ciphertext = await crypto.aeadSeal(
    suite,
    key.key,
    guarded(key.nonce, data.reuse_guard),
    encode(PrivateContentAAD, { ...frame, authenticated_data }),
    padded(concat(encodeBody(content), encodeAuthData(message.auth)), paddingMultiple),
  );
  const opener = senderDataKey(crypto, suite, senderDataSecret, ciphertext);
  const encrypted_sender_data = await crypto.aeadSeal(
    suite,
    opener.key,
    opener.nonce.reveal(),
    encode(SenderDataAAD, frame),
    encode(SenderData, data),
  );
  return { ...frame, authenticated_data, encrypted_sender_data, ciphertext };
}

/**
 * Decrypt who sent a message. Not yet to be believed: only the signature tells.
 *
 * @throws CryptoError - The sender data does not decrypt.
 * @throws DecodeError - It is not sender data.
 */
export async function openSenderData(
  crypto: CryptoProvider,
  suite: CipherSuite,
  message: PrivateMessage,
  senderDataSecret: Secret,
): Promise<SenderData> {
  const opener = senderDataKey(crypto, suite, senderDataSecret, message.ciphertext);
  const aad = encode(SenderDataAAD, message);
  const sealed = message.encrypted_sender_data;
  const opening = crypto.aeadOpen(suite, opener.key, opener.nonce.reveal(), aad, sealed);
  return decode(SenderData, await orElse(opening, Rule.SENDER_DATA_DECRYPTS));
}

/**
 * Decrypt a message's content. Its signature is still to be verified.
 *
 * @throws CryptoError - The content does not decrypt.
 * @throws DecodeError - It is not a content.
 * @throws ValidationError - Its padding is not zero.
 */
export async function openContent(
  crypto: CryptoProvider,
  suite: CipherSuite,
  message: PrivateMessage,
  sender: SenderData,
  key: MessageKey,
): Promise<AuthenticatedContent> {
  const aad = encode(PrivateContentAAD, message);
  const nonce = guarded(key.nonce, sender.reuse_guard);
  const opening = crypto.aeadOpen(suite, key.key, nonce, aad, message.ciphertext);
  return parsed(message, sender, await orElse(opening, Rule.CONTENT_DECRYPTS));
}

async function orElse(opening: Promise<Bytes>, rule: Rule): Promise<Bytes> {
  try {
    return await opening;
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CryptoError(rule, "", { cause: error });
  }
}

function parsed(message: PrivateMessage, sender: SenderData, data: Bytes): AuthenticatedContent {
  const reader = new Reader(data);
  const content = readBody(reader, message.content_type);
  const auth = readAuthData(reader, message.content_type);
  const padding = reader.take(reader.end - reader.position);
  if (padding.some((byte) => byte !== 0)) throw new ValidationError(Rule.PADDING_ZERO);
  return {
    wire_format: WIRE_PRIVATE_MESSAGE,
    content: {
      group_id: message.group_id,
      epoch: message.epoch,
      sender: { sender_type: SENDER_MEMBER, leaf_index: sender.leaf_index },
      authenticated_data: message.authenticated_data,
      content,
    },
    auth,
  };
}

function readBody(reader: Reader, contentType: ContentType): Content {
  switch (contentType) {
    case CONTENT_APPLICATION:
      return { content_type: contentType, ...CONTENT_BODIES[contentType].read(reader) };
    case CONTENT_PROPOSAL:
      return { content_type: contentType, ...CONTENT_BODIES[contentType].read(reader) };
    case CONTENT_COMMIT:
      return { content_type: contentType, ...CONTENT_BODIES[contentType].read(reader) };
  }
}

function encodeBody(content: Content): Bytes {
  switch (content.content_type) {
    case CONTENT_APPLICATION:
      return encode(CONTENT_BODIES[CONTENT_APPLICATION], content);
    case CONTENT_PROPOSAL:
      return encode(CONTENT_BODIES[CONTENT_PROPOSAL], content);
    case CONTENT_COMMIT:
      return encode(CONTENT_BODIES[CONTENT_COMMIT], content);
  }
}

function guarded(nonce: Secret, guard: Bytes): Bytes {
  return nonce.reveal().map((byte, place) => byte ^ (guard[place] ?? 0));
}

function padded(plaintext: Bytes, multiple: number): Bytes {
  if (!Number.isInteger(multiple) || multiple < 1 || multiple > MAX_PADDING_MULTIPLE) {
    throw new UsageError(`nothing is padded to a multiple of ${multiple} bytes`);
  }
  const missing = (multiple - (plaintext.length % multiple)) % multiple;
  return concat(plaintext, new Uint8Array(missing));
}
