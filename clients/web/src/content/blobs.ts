/**
 * Encrypted files: chunks of 64 KiB under secretstream XChaCha20-Poly1305; bytes in, bytes out.
 *
 * The sender uploads what `Encryptor` gives out and sends the `Blob` inside a message
 * (docs/spec/content.md). Every chunk is authenticated in its place and the last one says that
 * it is the last, so nothing of a file can be changed, moved, left out or cut off. Memory stays
 * at one chunk and what is handed in, however large the file.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import type { BlobId } from "../ids.ts";
import { type Bytes, EMPTY, ascii, concat } from "../mls/bytes.ts";
import { constantTimeEqual } from "../mls/crypto/secret.ts";
import { ContentError } from "./errors.ts";
import { SHA_256 } from "./message_id.ts";
import * as model from "./model.ts";
import { blobOf, blobUri } from "./profile.ts";
import {
  HEADER_BYTES,
  KEY_BYTES,
  OVERHEAD,
  SecretStream,
  TAG_FINAL,
  TAG_MESSAGE,
} from "./secret_stream.ts";

export { HEADER_BYTES, KEY_BYTES } from "./secret_stream.ts";

export const CHUNK_BYTES = 64 * 1024;
export const ENCRYPTED_CHUNK_BYTES = CHUNK_BYTES + OVERHEAD;
/** Our number for this scheme, in the private range of the IANA AEAD registry. */
export const SECRETSTREAM = 0xf101;
export const MAX_BYTES = 2 ** 40;
const CONTEXT = ascii("teamchat blob 1");
const HASH_BYTES = 32;

/**
 * What opens an encrypted file; never to be shown.
 *
 * `size` is of the file itself, in bytes; `encrypted_hash` is the SHA-256 of what lies on the
 * server.
 */
export interface Blob {
  readonly key: Bytes;
  readonly header: Bytes;
  readonly size: number;
  readonly encrypted_hash: Bytes;
}

/** Return how large a file of `size` bytes is when it is encrypted. */
export function encryptedSize(size: number): number {
  return size + Math.max(1, Math.ceil(size / CHUNK_BYTES)) * OVERHEAD;
}

/** Encrypts one file, piece by piece. */
export class Encryptor {
  readonly #stream: SecretStream;
  readonly #key: Bytes;
  readonly #header: Bytes;
  readonly #hash = sha256.create();
  #rest = EMPTY;
  #size = 0;

  /**
   * `key` is 32 random bytes, for this file only; `header` 24 random bytes.
   *
   * @throws ContentError - Key or header have the wrong length.
   */
  constructor(key: Bytes, header: Bytes) {
    this.#stream = stream(key, header);
    this.#key = key;
    this.#header = header;
  }

  /** Take more of the file; return what can be uploaded so far. */
  update(plaintext: Uint8Array): Bytes {
    this.#size += plaintext.length;
    const [chunks, rest] = cut(concat(this.#rest, plaintext), CHUNK_BYTES);
    this.#rest = rest;
    return concat(...chunks.map((chunk) => this.#push(chunk, TAG_MESSAGE)));
  }

  /** Return the last bytes to upload, and what opens the file. */
  finish(): [Bytes, Blob] {
    const last = this.#push(this.#rest, TAG_FINAL);
    this.#rest = EMPTY;
    const hash = new Uint8Array(this.#hash.digest());
    return [last, { key: this.#key, header: this.#header, size: this.#size, encrypted_hash: hash }];
  }

  #push(chunk: Uint8Array, tag: number): Bytes {
    const encrypted = this.#stream.push(chunk, tag, CONTEXT);
    this.#hash.update(encrypted);
    return encrypted;
  }
}

/** Decrypts one file, piece by piece. What it returns is authentic; only `finish` says whole. */
export class Decryptor {
  readonly #stream: SecretStream;
  readonly #blob: Blob;
  readonly #hash = sha256.create();
  #left: number;
  #rest = EMPTY;

  /** @throws ContentError - The descriptor is malformed. */
  constructor(blob: Blob) {
    if (!(blob.size >= 0 && blob.size <= MAX_BYTES))
      throw new ContentError("no file is that large");
    this.#stream = stream(blob.key, blob.header);
    this.#blob = blob;
    this.#left = encryptedSize(blob.size);
  }

  /**
   * Take more of what was downloaded; return what of the file is there so far.
   *
   * @throws ContentError - The bytes were changed, or are more than there should be.
   */
  update(encrypted: Uint8Array): Bytes {
    this.#left -= encrypted.length;
    if (this.#left < 0) throw new ContentError("the file is longer than its sender said");
    this.#hash.update(encrypted);
    const [chunks, rest] = cut(concat(this.#rest, encrypted), ENCRYPTED_CHUNK_BYTES);
    this.#rest = rest;
    return concat(...chunks.map((chunk) => this.#pull(chunk, TAG_MESSAGE)));
  }

  /**
   * Return the last bytes of the file, now that all of it was there.
   *
   * @throws ContentError - The file is cut off, or is not the one its sender meant.
   */
  finish(): Bytes {
    if (this.#left > 0) throw new ContentError("the file is cut off");
    if (!constantTimeEqual(this.#hash.digest(), this.#blob.encrypted_hash)) {
      throw new ContentError("the file is not the one its sender meant");
    }
    return this.#pull(this.#rest, TAG_FINAL);
  }

  #pull(encrypted: Uint8Array, expected: number): Bytes {
    const pulled = this.#stream.pull(encrypted, CONTEXT);
    if (pulled === null) throw new ContentError("the file was changed");
    if (pulled.tag !== expected) {
      throw new ContentError("the file is cut off or goes on behind its end");
    }
    return pulled.chunk;
  }
}

/** What a file is called, and what it is for. */
export interface FileWords {
  readonly content_type: string;
  readonly filename: string;
  readonly description?: string;
  readonly disposition?: number;
}

/** Return the part of a message that carries a file. */
export function externalPart(blob: Blob, blobId: BlobId, words: FileWords): model.ExternalPart {
  return model.externalPart({
    url: blobUri(blobId),
    size: blob.size,
    enc_alg: SECRETSTREAM,
    key: blob.key,
    nonce: blob.header,
    hash_alg: SHA_256,
    content_hash: blob.encrypted_hash,
    disposition: model.Disposition.ATTACHMENT,
    ...words,
  });
}

/**
 * Return which file a part carries, and what opens it.
 *
 * @throws ContentError - It is not kept on our server, or encrypted in a way we do not know.
 */
export function blobIn(part: model.ExternalPart): [BlobId, Blob] {
  const { key, nonce: header, size, content_hash } = part;
  const isKnown = part.enc_alg === SECRETSTREAM && part.hash_alg === SHA_256;
  if (!isKnown || part.aad.length > 0 || content_hash.length !== HASH_BYTES) {
    throw new ContentError("a file that is encrypted in an unknown way");
  }
  const isLarge = typeof size !== "number" || size > MAX_BYTES;
  if (key.length !== KEY_BYTES || header.length !== HEADER_BYTES || isLarge) {
    throw new ContentError("a file whose key is malformed");
  }
  return [blobOf(part.url), { key, header, size, encrypted_hash: content_hash }];
}

function stream(key: Bytes, header: Bytes): SecretStream {
  if (key.length !== KEY_BYTES || header.length !== HEADER_BYTES) {
    throw new ContentError("a key or header has the wrong length");
  }
  return new SecretStream(key, header);
}

/** Cut off pieces of a length as long as something is left behind each. */
function cut(data: Bytes, length: number): [readonly Uint8Array[], Bytes] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  for (; data.length - start > length; start += length) {
    pieces.push(data.subarray(start, start + length));
  }
  return [pieces, data.slice(start)];
}
