/**
 * The stream of libsodium's secretstream_xchacha20poly1305: chunks that are bound to their places.
 *
 * A chunk is one byte of tag, encrypted with it, and 16 bytes of authentication. Nothing here
 * changes keys on the way: our files have two tags, neither of which asks for that, and end long
 * before the counter does.
 */

import { Poly1305 } from "@noble/ciphers/_poly1305.js";
import { chacha20, hchacha } from "@noble/ciphers/chacha.js";

import { type Bytes, ascii, concat } from "../mls/bytes.ts";
import { constantTimeEqual } from "../mls/crypto/secret.ts";

export const KEY_BYTES = 32;
export const HEADER_BYTES = 24;
/** How much longer a chunk is when it is encrypted. */
export const OVERHEAD = 17;

export const TAG_MESSAGE = 0;
export const TAG_FINAL = 3;

const BLOCK = 64;
const MAC_BYTES = 16;
const COUNTER_BYTES = 4;
const SIGMA = words(ascii("expand 32-byte k"));

/** A chunk and its tag. */
export interface Pulled {
  readonly chunk: Bytes;
  readonly tag: number;
}

/** Encrypts chunks, or decrypts them, in their order: one or the other. */
export class SecretStream {
  readonly #key: Bytes;
  /** A counter that begins at 1, little endian, and eight bytes that every chunk changes. */
  readonly #nonce: Bytes;

  /** Key and header have their lengths: whoever calls has looked. */
  constructor(key: Bytes, header: Bytes) {
    this.#key = subkey(key, header.subarray(0, 16));
    this.#nonce = concat(Uint8Array.of(1, 0, 0, 0), header.subarray(16));
  }

  /** Encrypt the next chunk. */
  push(chunk: Uint8Array, tag: number, context: Bytes): Bytes {
    const block = new Uint8Array(BLOCK);
    block[0] = tag;
    const first = this.#xor(block, 1);
    const body = this.#xor(chunk, 2);
    const mac = this.#mac(first, body, context);
    this.#advance(mac);
    return concat(first.subarray(0, 1), body, mac);
  }

  /** Decrypt the next chunk; null if it is not what was written in this place. */
  pull(encrypted: Uint8Array, context: Bytes): Pulled | null {
    if (encrypted.length < OVERHEAD) return null;
    const block = new Uint8Array(BLOCK);
    block[0] = encrypted[0] ?? 0;
    const first = this.#xor(block, 1);
    const tag = first[0] ?? 0;
    first[0] = block[0];
    const body = encrypted.subarray(1, encrypted.length - MAC_BYTES);
    const mac = this.#mac(first, body, context);
    if (!constantTimeEqual(mac, encrypted.subarray(encrypted.length - MAC_BYTES))) return null;
    const chunk = this.#xor(body, 2);
    this.#advance(mac);
    return { chunk, tag };
  }

  #xor(data: Uint8Array, counter: number): Bytes {
    const out = new Uint8Array(data.length);
    chacha20(this.#key, this.#nonce, data, out, counter);
    return out;
  }

  #mac(first: Bytes, body: Uint8Array, context: Bytes): Bytes {
    const mac = new Poly1305(this.#xor(new Uint8Array(BLOCK), 0).subarray(0, 32));
    mac.update(context).update(new Uint8Array(-context.length & 0xf));
    // So many zeros, and not those that would fill a block: libsodium has it so.
    mac
      .update(first)
      .update(body)
      .update(new Uint8Array(body.length & 0xf));
    mac.update(lengths(context.length, BLOCK + body.length));
    return new Uint8Array(mac.digest());
  }

  #advance(mac: Bytes): void {
    const nonce = this.#nonce;
    for (let place = 0; place < 8; place++) {
      const at = COUNTER_BYTES + place;
      nonce[at] = (nonce[at] ?? 0) ^ (mac[place] ?? 0);
    }
    const view = new DataView(nonce.buffer);
    view.setUint32(0, view.getUint32(0, true) + 1, true);
  }
}

function subkey(key: Bytes, nonce: Uint8Array): Bytes {
  const out = new Uint32Array(8);
  hchacha(SIGMA, words(key), words(nonce), out);
  const bytes = new Uint8Array(KEY_BYTES);
  const view = new DataView(bytes.buffer);
  out.forEach((word, place) => {
    view.setUint32(4 * place, word, true);
  });
  return bytes;
}

function words(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at, true));
}

function lengths(...values: readonly [number, number]): Bytes {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  values.forEach((value, place) => {
    view.setBigUint64(8 * place, BigInt(value), true);
  });
  return bytes;
}
