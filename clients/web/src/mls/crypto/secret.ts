/**
 * Secret: bytes that compare in constant time and never print.
 *
 * The wrapper guards against carelessness, not against a reader of memory: JavaScript cannot
 * promise to erase bytes the engine has copied.
 */

import type { Bytes } from "../bytes.ts";

const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/** Bytes that must not leak. `reveal` is the one way to them. */
export class Secret {
  readonly #data: Bytes;

  /** The bytes are copied: whoever has read them from somewhere may wipe them there. */
  constructor(data: Bytes) {
    this.#data = data.slice();
  }

  /** Return the bytes themselves, for a primitive or the vault. They must not be changed. */
  reveal(): Bytes {
    return this.#data;
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#data.length;
  }

  /** Compare with another secret, in constant time. */
  equals(other: Secret): boolean {
    return constantTimeEqual(this.#data, other.#data);
  }

  toString(): string {
    return `Secret(${this.#data.length} bytes)`;
  }

  toJSON(): string {
    return this.toString();
  }

  [INSPECT](): string {
    return this.toString();
  }
}

/** Compare byte strings in a time that depends on their lengths alone. */
export function constantTimeEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  let difference = 0;
  for (let place = 0; place < one.length; place++) {
    difference |= (one[place] ?? 0) ^ (other[place] ?? 0);
  }
  return difference === 0;
}
