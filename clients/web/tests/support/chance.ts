/** Chance from a seed: a test that draws from it draws the same every time. */

/** Draws numbers, and whatever is chosen by them. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Return a whole number; both bounds are allowed. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.#next() * (most - least + 1));
  }

  /** Return one of several. */
  pick<T>(several: readonly T[]): T {
    const found = several[this.whole(0, several.length - 1)];
    if (found === undefined) throw new RangeError("there is nothing to choose from");
    return found;
  }

  /** Return so many that are made one by one. */
  list<T>(least: number, most: number, make: (place: number) => T): readonly T[] {
    return Array.from({ length: this.whole(least, most) }, (_, place) => make(place));
  }

  /** mulberry32: small, and good enough to vary examples. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
