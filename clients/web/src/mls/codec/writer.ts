/** The inverse of `Reader`: bytes, appended. */

import type { Bytes } from "../bytes.ts";
import { encodeLength } from "./varint.ts";

/** Collects the encoding of a value. */
export class Writer {
  /** How many bytes have been written. */
  length = 0;
  #buffer: Bytes = new Uint8Array(256);

  /** Append `data` as it is. */
  put(data: Uint8Array): void {
    this.#reserve(data.length);
    this.#buffer.set(data, this.length);
    this.length += data.length;
  }

  /** Append an unsigned integer of `size` bytes, big endian; it is known to fit. */
  putUint(value: number, size: number): void {
    this.#reserve(size);
    for (let place = this.length + size - 1, rest = value; place >= this.length; place--) {
      this.#buffer[place] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    this.length += size;
  }

  /**
   * Put a length header before what was written since `start`.
   *
   * @throws UsageError - That is more than a vector can hold.
   */
  close(start: number): void {
    const header = encodeLength(this.length - start);
    this.#reserve(header.length);
    this.#buffer.copyWithin(start + header.length, start, this.length);
    this.#buffer.set(header, start);
    this.length += header.length;
  }

  /** Return all that was written. */
  finish(): Bytes {
    return this.#buffer.slice(0, this.length);
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.length));
    this.#buffer = larger;
  }
}
