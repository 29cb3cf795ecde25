/**
 * Shapes: what a value must be to be taken, and how it is written; bodies and frames are made of them.
 *
 * The files that name bodies and frames are generated from `teamchat.wire`; what a bound means
 * here is what msgspec means by it there.
 */

import type { Bytes } from "../mls/bytes.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { WireError } from "./errors.ts";
import { type Tree, isArray, isMap } from "./tree.ts";

/** Reads and writes values of one type. */
export interface Shape<T> {
  /** @throws WireError - This is something else. */
  read(tree: Tree): T;
  write(value: T): Tree;
}

/** A shape that may be left out, and what is read then. */
interface Defaulted<T> extends Shape<T> {
  readonly fallback: T;
}

export type Infer<S> = S extends Shape<infer T> ? T : never;
type Fields = Readonly<Record<string, Shape<unknown>>>;
type Struct<F extends Fields> = { readonly [Name in keyof F]: Infer<F[Name]> };

/** At least and at most so many: characters of a text, bytes, items of a list. */
export interface Bounds {
  readonly least?: number;
  readonly most?: number;
}

export interface TextBounds extends Bounds {
  readonly pattern?: RegExp;
}

// --- single values --------------------------------------------------------------------

export const flag: Shape<boolean> = {
  read: (tree) => {
    if (typeof tree !== "boolean") throw new WireError("true or false is missing");
    return tree;
  },
  write: (value) => value,
};

/** A whole number; the bounds themselves are allowed. */
export function whole(least: number, most: number): Shape<number> {
  return {
    read: (tree) => {
      if (typeof tree !== "number" || !(least <= tree && tree <= most)) {
        throw new WireError("a whole number is missing, too small or too large");
      }
      return tree;
    },
    write: (value) => value,
  };
}

/** A text; `T` says what kind of name it is, where it is one. */
export function text<T extends string = string>(bounds: TextBounds = {}): Shape<T> {
  const { pattern = null } = bounds;
  return {
    read: (tree) => {
      if (typeof tree !== "string") throw new WireError("a text is missing");
      checkCount(characters(tree, bounds), bounds);
      if (pattern !== null && !pattern.test(tree)) throw new WireError("a text is not of its form");
      return tree as T;
    },
    write: (value) => value,
  };
}

/** Bytes of a frame. */
export function bytes(bounds: Bounds = {}): Shape<Bytes> {
  return {
    read: (tree) => {
      if (!(tree instanceof Uint8Array)) throw new WireError("bytes are missing");
      checkCount(tree.length, bounds);
      return tree;
    },
    write: (value) => value,
  };
}

/** Bytes of a body, where they travel as base64. */
export function base64(bounds: Bounds = {}): Shape<Bytes> {
  return {
    read: (tree) => {
      if (typeof tree !== "string") throw new WireError("bytes are missing");
      const found = fromBase64(tree);
      checkCount(found.length, bounds);
      return found;
    },
    write: (value) => toBase64(value),
  };
}

/** One of the values of an enumeration. */
export function oneOf<T extends string | number>(values: Readonly<Record<string, T>>): Shape<T> {
  const known = new Set<Tree>(Object.values(values));
  return {
    read: (tree) => {
      if (!known.has(tree)) throw new WireError("nothing that is known here");
      return tree as T;
    },
    write: (value) => value,
  };
}

/** A value, or null. */
export function maybe<T>(shape: Shape<T>): Shape<T | null> {
  return {
    read: (tree) => (tree === null ? null : shape.read(tree)),
    write: (value) => (value === null ? null : shape.write(value)),
  };
}

// --- several values -------------------------------------------------------------------

export function list<T>(shape: Shape<T>, bounds: Bounds = {}): Shape<readonly T[]> {
  return {
    read: (tree) => {
      const items = array(tree);
      checkCount(items.length, bounds);
      return items.map((item, place) => within(place, () => shape.read(item)));
    },
    write: (value) => value.map((item) => shape.write(item)),
  };
}

export function pair<A, B>(first: Shape<A>, second: Shape<B>): Shape<readonly [A, B]> {
  return {
    read: (tree) => {
      const [one, other, ...more] = array(tree);
      if (one === undefined || other === undefined || more.length > 0) {
        throw new WireError("not two values");
      }
      return [within(0, () => first.read(one)), within(1, () => second.read(other))];
    },
    write: ([one, other]) => [first.write(one), second.write(other)],
  };
}

export function map<K, V>(
  key: Shape<K>,
  value: Shape<V>,
  bounds: Bounds = {},
): Shape<ReadonlyMap<K, V>> {
  return {
    read: (tree) => {
      if (!isMap(tree)) throw new WireError("a map is missing");
      checkCount(tree.size, bounds);
      const entries = [...tree].map(
        ([name, item], place) =>
          [within(place, () => key.read(name)), within(place, () => value.read(item))] as const,
      );
      return new Map(entries);
    },
    write: (found) =>
      new Map([...found].map(([name, item]) => [key.write(name), value.write(item)])),
  };
}

// --- bodies and frames ----------------------------------------------------------------

/** A field that may be left out. */
export function defaulted<T>(shape: Shape<T>, fallback: T): Defaulted<T> {
  return { ...shape, fallback };
}

/** A body that a client sends: fields that nobody knows are refused. */
export function request<F extends Fields>(fields: F): Shape<Struct<F>> {
  const open = answer(fields);
  return {
    ...open,
    read: (tree) => {
      if (isMap(tree)) checkKnown(tree, fields);
      return open.read(tree);
    },
  };
}

/** A body that the server sends: a newer one may say more, which is skipped. */
export function answer<F extends Fields>(fields: F): Shape<Struct<F>> {
  const shapes = entriesOf(fields);
  return {
    read: (tree) => {
      if (!isMap(tree)) throw new WireError("an object is missing");
      return Object.fromEntries(
        shapes.map(([name, shape]) => [name, field(name, shape, tree.get(name))]),
      ) as Struct<F>;
    },
    write: (value) => new Map(shapes.map(([name, shape]) => [name, shape.write(at(value, name))])),
  };
}

/** A part of a frame: an array of its fields; a newer server may add some at the end. */
export function row<F extends Fields>(fields: F): Shape<Struct<F>> {
  const shapes = entriesOf(fields);
  return {
    read: (tree) => {
      const items = array(tree);
      return Object.fromEntries(
        shapes.map(([name, shape], place) => [name, field(name, shape, items[place])]),
      ) as Struct<F>;
    },
    write: (value) => shapes.map(([name, shape]) => shape.write(at(value, name))),
  };
}

/** A frame of the socket: a row whose first element is its tag. */
export interface FrameShape<T> extends Shape<T> {
  readonly type: string;
  readonly tag: number;
}

/** A frame; its values carry the name of their type, for `switch`. */
export function frame<N extends string, F extends Fields>(
  type: N,
  tag: number,
  fields: F,
): FrameShape<{ readonly type: N } & Struct<F>> {
  const body = row(fields);
  return {
    type,
    tag,
    read: (tree) => {
      const [first, ...rest] = array(tree);
      if (first !== tag) throw new WireError("another frame");
      return { type, ...within(type, () => body.read(rest)) };
    },
    write: (value) => [tag, ...array(body.write(value))],
  };
}

type Entries = readonly (readonly [string, Shape<unknown>])[];

function entriesOf(fields: Fields): Entries {
  return Object.entries(fields);
}

function at(value: object, name: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[name];
}

function field(name: string, shape: Shape<unknown>, tree: Tree | undefined): unknown {
  if (tree !== undefined) return within(name, () => shape.read(tree));
  if ("fallback" in shape) return shape.fallback;
  throw new WireError("missing", [name]);
}

function checkKnown(tree: ReadonlyMap<Tree, Tree>, fields: Fields): void {
  for (const name of tree.keys()) {
    if (typeof name !== "string" || !Object.hasOwn(fields, name)) {
      throw new WireError("a field that nobody knows");
    }
  }
}

function array(tree: Tree): readonly Tree[] {
  if (!isArray(tree)) throw new WireError("an array is missing");
  return tree;
}

function checkCount(count: number, { least = 0, most = Infinity }: Bounds): void {
  if (count < least || count > most) throw new WireError("too short or too long");
}

/** Count as Python does: a character beyond the first plane is one. */
function characters(value: string, { least = 0, most = Infinity }: Bounds): number {
  if (least === 0 && most === Infinity) return 0;
  return Array.from(value).length;
}

function within<T>(place: string | number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof WireError ? error.within(place) : error;
  }
}
