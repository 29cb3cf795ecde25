/**
 * A bounded cursor over bytes.
 *
 * Every read is checked against `end`, so a length taken from the input can never lead
 * outside it. What is taken out is a copy: the input may change afterwards.
 */

import type { Bytes } from "../bytes.ts";
import { DecodeError } from "../errors.ts";

/** Reads from `position` up to `end`. */
export class Reader {
  readonly data: Uint8Array;
  position = 0;
  end: number;

  constructor(data: Uint8Array) {
    this.data = data;
    this.end = data.length;
  }

  /**
   * Return the next `length` bytes.
   *
   * @throws DecodeError - The input ends before that.
   */
  take(length: number): Bytes {
    const start = this.position;
    this.skip(length);
    return this.slice(start, this.position);
  }

  /**
   * Return the next unsigned integer of `size` (at most 4) bytes, big endian.
   *
   * @throws DecodeError - The input ends before that.
   */
  takeUint(size: number): number {
    const start = this.position;
    this.skip(size);
    let value = 0;
    for (let place = start; place < this.position; place++) value = value * 256 + this.at(place);
    return value;
  }

  /** Return a copy of the bytes from `start` up to `stop`, both already passed. */
  slice(start: number, stop: number): Bytes {
    return new Uint8Array(this.data.subarray(start, stop));
  }

  /**
   * Check that nothing is left.
   *
   * @throws DecodeError - Bytes follow the end of the value.
   */
  finish(): void {
    if (this.position !== this.end) {
      throw new DecodeError(`${this.end - this.position} bytes follow the end of the value`);
    }
  }

  private skip(length: number): void {
    const stop = this.position + length;
    if (stop > this.end) {
      throw new DecodeError(
        `${length} bytes expected at ${this.position}, ${this.end - this.position} left`,
      );
    }
    this.position = stop;
  }

  private at(place: number): number {
    return this.data[place] ?? 0;
  }
}
