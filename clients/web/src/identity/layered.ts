/**
 * Maps of which one version follows another, each with a few entries more.
 *
 * A new version shares what is large with the one before and copies only what is recent: a log of
 * many thousand entries is read in steps, and no step copies all that came before it.
 */

/** What is recent becomes part of what is large when it is more than this part of it. */
const PART = 4;
const FEW = 1024;

/** One version: never changed. */
export class Layered<V> {
  readonly #large: ReadonlyMap<string, V>;
  readonly #recent: ReadonlyMap<string, V>;

  private constructor(large: ReadonlyMap<string, V>, recent: ReadonlyMap<string, V>) {
    this.#large = large;
    this.#recent = recent;
  }

  static of<V>(entries: Iterable<readonly [string, V]>): Layered<V> {
    return new Layered<V>(new Map(entries), new Map<string, V>());
  }

  get(key: string): V | undefined {
    return this.#recent.get(key) ?? this.#large.get(key);
  }

  /** Return the next version, as far as this one goes. */
  next(): Next<V> {
    const [large, recent] = [this.#large, new Map(this.#recent)];
    return {
      get: (key) => recent.get(key) ?? large.get(key),
      set: (key, value) => void recent.set(key, value),
      done: () => {
        if (recent.size <= FEW + large.size / PART) return new Layered<V>(large, recent);
        return new Layered<V>(new Map([...large, ...recent]), new Map<string, V>());
      },
    };
  }
}

/** The next version, while it is made. */
export interface Next<V> {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
  /** Return it; afterwards nothing more is set. */
  readonly done: () => Layered<V>;
}
