/** What has been read from JSON or MessagePack, before anybody asks what it means. */

import type { Bytes } from "../mls/bytes.ts";
import { WireError } from "./errors.ts";

/** A whole number is exact or a `bigint`; `NaN` stands for every other number: nothing takes one. */
export type Tree =
  null | boolean | number | bigint | string | Bytes | readonly Tree[] | ReadonlyMap<Tree, Tree>;

/** How much a reader is willing to build; how large the bytes are, its caller looks after. */
export interface Bounds {
  /** How many arrays and maps stand inside each other. */
  readonly depth: number;
  /** How many values there are, so that few bytes cannot become much memory. */
  readonly items: number;
}

/** Counts what is built, and refuses more than is allowed. */
export class Budget {
  #depth: number;
  #items: number;

  constructor(bounds: Bounds) {
    this.#depth = bounds.depth;
    this.#items = bounds.items;
  }

  /** Another value. */
  take(): void {
    if (--this.#items < 0) throw new WireError("more values than allowed");
  }

  /** What is inside an array or a map. */
  inside<T>(read: () => T): T {
    if (--this.#depth < 0) throw new WireError("nested too deeply");
    const found = read();
    this.#depth += 1;
    return found;
  }
}

/** Add to a map what is not there yet. */
export function add(map: Map<Tree, Tree>, key: Tree, value: Tree): void {
  if (map.has(key)) throw new WireError("a name is there twice");
  map.set(key, value);
}

export function isMap(tree: Tree): tree is ReadonlyMap<Tree, Tree> {
  return tree instanceof Map;
}

export function isArray(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}
