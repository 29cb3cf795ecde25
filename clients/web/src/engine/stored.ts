/**
 * How values are stored: MessagePack arrays, byte for byte as the Python client writes them.
 *
 * An older device wrote fewer fields, a newer one may have written more: what is missing at the
 * end is as its default says, what is too much is passed over. Nothing else is forgiven.
 */

import { TeamchatError } from "../errors.ts";
import type { Bytes } from "../mls/bytes.ts";
import { WireError } from "../wire/errors.ts";
import { readMessagePack, writeMessagePack } from "../wire/message_pack.ts";
import {
  type FrameShape,
  type Infer,
  type Shape,
  defaulted,
  row,
  text,
  whole,
} from "../wire/shape.ts";
import { type Tree, isArray } from "../wire/tree.ts";
import { type Valued, valued } from "./valued.ts";

/** How deep arrays and maps stand inside each other, at most; of ours it is 5. */
const DEPTH = 32;

/** Stored bytes are not what is to stand here; the message holds nothing of them. */
export class StoredError extends TeamchatError {
  override readonly name = "StoredError";
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type Struct<F extends Fields> = { readonly [Name in keyof F]: Infer<F[Name]> };
/** The fields that may be left out. */
type Defaults<F extends Fields> = {
  [Name in keyof F]: F[Name] extends { readonly fallback: unknown } ? Name : never;
}[keyof F];

/** A stored value: how it is made, and how it is written and read, alone or inside another. */
export interface Stored<T, Optional extends keyof T> extends Shape<T>, Valued<T, Optional> {
  /**
   * Return the value as it is stored.
   *
   * @throws WireError - A text holds half a character, or a number is not exact.
   */
  encode(value: T): Bytes;

  /**
   * Read what is stored.
   *
   * @throws StoredError - It is something else.
   */
  decode(data: Uint8Array): T;
}

/** A stored value of these fields, in this order for ever: a new one goes last, with a default. */
export function record<F extends Fields>(fields: F): Stored<Struct<F>, Defaults<F>> {
  const shape = row(fields);
  const fallbacks = Object.entries(fields).flatMap(([name, each]) =>
    "fallback" in each ? [[name, each.fallback]] : [],
  );
  const of = valued<Struct<F>>()(Object.fromEntries(fallbacks) as Partial<Struct<F>>).of;
  return {
    ...shape,
    of: of as Valued<Struct<F>, Defaults<F>>["of"],
    encode: (value) => writeMessagePack(shape.write(value)),
    decode: (data) => decodeStored(shape, data),
  };
}

/**
 * Read stored bytes of any shape.
 *
 * @throws StoredError - They are something else.
 */
export function decodeStored<T>(shape: Shape<T>, data: Uint8Array): T {
  try {
    // However much there is, this device has stored it: a group of thousands is many values.
    return shape.read(readMessagePack(data, { depth: DEPTH, items: data.length }));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new StoredError("stored bytes are not what they should be", { cause: error });
  }
}

// --- shapes that only stored values have ------------------------------------------------

/** A whole number that every language of a client holds exactly. */
export const int = whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

/** An identifier; empty if there is none, which is the default. */
export function named<T extends string>(): ReturnType<typeof defaulted<T>> {
  return defaulted(text<T>(), "" as T);
}

/** Three values. */
export function triple<A, B, C>(
  first: Shape<A>,
  second: Shape<B>,
  third: Shape<C>,
): Shape<readonly [A, B, C]> {
  const shape = row({ first, second, third });
  return {
    read: (tree) => {
      if (!isArray(tree) || tree.length !== 3) throw new WireError("not three values");
      const found = shape.read(tree);
      return [found.first, found.second, found.third];
    },
    write: ([one, other, last]) => shape.write({ first: one, second: other, third: last }),
  };
}

/** As `frame` makes them. */
interface TaggedShape {
  readonly type: string;
  readonly tag: number;
  read(tree: Tree): unknown;
  write(value: never): Tree;
}

/** One of several values, each made by `frame`: its tag says which. */
export function either<const S extends readonly TaggedShape[]>(shapes: S): Shape<Infer<S[number]>> {
  type One = Infer<S[number]>;
  const known = shapes as unknown as readonly FrameShape<One>[];
  return {
    read: (tree) => {
      const tag = isArray(tree) ? tree[0] : undefined;
      const shape = known.find((each) => each.tag === tag);
      if (shape === undefined) throw new WireError("nothing that is known here");
      return shape.read(tree);
    },
    write: (value) => {
      const shape = known.find((each) => each.type === (value as FrameShape<One>).type);
      if (shape === undefined) throw new WireError("nothing that is known here");
      return shape.write(value);
    },
  };
}
