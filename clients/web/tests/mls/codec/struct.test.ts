import { describe, expect, expectTypeOf, test, vi } from "vitest";

import {
  type Codec,
  type Infer,
  type OtherTag,
  decode,
  encode,
  enumerated,
  fixed,
  kept,
  maybe,
  opaque,
  otherTag,
  select,
  struct,
  uint8,
  uint16,
  uint32,
  uint64,
  vector,
} from "../../../src/mls/codec/index.ts";
import type { Bytes } from "../../../src/mls/bytes.ts";
import { DecodeError, UsageError } from "../../../src/mls/errors.ts";
import { bytes } from "../../support/bytes.ts";

const Point = struct({ x: uint16, name: opaque });
const Shape = select(
  "kind",
  uint8,
  { 1: Point, 2: struct({ radius: uint32 }), 3: struct({}) },
  struct({ data: opaque }),
);
type Shape = Infer<typeof Shape>;

describe("integers", () => {
  test.each([
    [uint8, 0xab, "ab"],
    [uint16, 0xabcd, "abcd"],
    [uint32, 0xffff_fffe, "fffffffe"],
  ])("are big endian", (codec, value, hex) => {
    expect(encode(codec, value)).toEqual(bytes(hex));
    expect(decode(codec, bytes(hex))).toBe(value);
  });

  test("of 64 bits are bigints, to the last bit", () => {
    expect(encode(uint64, 2n ** 64n - 1n)).toEqual(bytes("ffffffffffffffff"));
    expect(decode(uint64, bytes("0123456789abcdef"))).toBe(0x0123456789abcdefn);
  });

  test.each([-1, 256, 1.5, Number.NaN])("that do not fit are refused: %s", (value) => {
    expect(() => encode(uint8, value)).toThrow(UsageError);
  });

  test.each([-1n, 2n ** 64n])("of 64 bits that do not fit are refused: %s", (value) => {
    expect(() => encode(uint64, value)).toThrow(UsageError);
  });

  test("that are cut off are refused", () => {
    expect(() => decode(uint32, bytes("000000"))).toThrow(DecodeError);
    expect(() => decode(uint64, bytes("00000000000000"))).toThrow(DecodeError);
  });
});

describe("byte strings", () => {
  test("have a length header or a fixed length", () => {
    expect(encode(opaque, bytes("0102"))).toEqual(bytes("020102"));
    expect(decode(fixed(2), bytes("0102"))).toEqual(bytes("0102"));
    expect(() => encode(fixed(2), bytes("01"))).toThrow(UsageError);
  });

  test.each(["", "02", "0201", "020102ff", "4002ffff", "c0", "80000001ff"])(
    "%j is no opaque",
    (hex) => {
      expect(() => decode(opaque, bytes(hex))).toThrow(DecodeError);
    },
  );

  test("do not share memory with the input", () => {
    const input = bytes("020102");
    const value = decode(opaque, input);
    input.fill(0xff);
    expect(value).toEqual(bytes("0102"));
  });
});

describe("vectors", () => {
  test("count bytes, not items", () => {
    expect(encode(vector(uint16), [1, 2])).toEqual(bytes("0400010002"));
    expect(decode(vector(uint16), bytes("0400010002"))).toEqual([1, 2]);
  });

  test("do not let an item read beyond them", () => {
    expect(() => decode(struct({ a: vector(uint16), b: uint8 }), bytes("03000102ff"))).toThrow(
      DecodeError,
    );
    expect(() => decode(struct({ a: vector(opaque), b: uint8 }), bytes("0201ff"))).toThrow(
      DecodeError,
    );
  });

  test("nest, and take more than 64 and than 16,384 bytes", () => {
    const codec = vector(vector(uint8));
    for (const length of [63, 64, 16383, 16384]) {
      const value = [Array.from({ length }, (_, place) => place % 256), []];
      expect(decode(codec, encode(codec, value))).toEqual(value);
    }
  });
});

test("an encoding is the caller's own, though the structure remembers it", () => {
  const codec = kept(Point);
  const value = decode(codec, encode(codec, { x: 1, name: bytes("0102") }));
  const made = { x: 1, name: bytes("0102") };
  for (const each of [value, made]) {
    encode(codec, each).fill(0xff);
    expect(encode(codec, each)).toEqual(bytes("0001020102"));
  }
});

test("a vector may bound how much is in it", () => {
  const numbers = vector(uint16, 2);
  expect(decode(numbers, encode(numbers, [1, 2]))).toEqual([1, 2]);
  expect(() => decode(numbers, bytes("06000100020003"))).toThrow(DecodeError);
  expect(() => encode(numbers, [1, 2, 3])).toThrow(UsageError);
});

test("presence is 0 or 1", () => {
  expect(decode(maybe(uint8), bytes("00"))).toBeNull();
  expect(decode(maybe(uint8), bytes("0107"))).toBe(7);
  expect(encode(maybe(uint8), null)).toEqual(bytes("00"));
  expect(() => decode(maybe(uint8), bytes("0207"))).toThrow(DecodeError);
});

test("an enumeration is closed both ways", () => {
  const codec = enumerated(uint8, [1, 3] as const);
  expectTypeOf<Infer<typeof codec>>().toEqualTypeOf<1 | 3>();
  expect(decode(codec, bytes("03"))).toBe(3);
  expect(() => decode(codec, bytes("02"))).toThrow(DecodeError);
  expect(() => encode(codec, 2 as never)).toThrow(UsageError);
});

describe("a structure", () => {
  test("is its fields in order, and nothing after them", () => {
    expect(encode(Point, { x: 7, name: bytes("aa") })).toEqual(bytes("000701aa"));
    expect(decode(Point, bytes("000701aa"))).toEqual({ x: 7, name: bytes("aa") });
    expect(() => decode(Point, bytes("000701aa00"))).toThrow(DecodeError);
  });

  test("with a field missing is refused", () => {
    expect(() => encode(Point, { x: 7 } as never)).toThrow(UsageError);
    expect(() => encode(Point, null as never)).toThrow(UsageError);
  });
});

describe("a select", () => {
  test("carries its tag, and narrows by it", () => {
    const shape = decode(Shape, bytes("01000701aa"));
    expect(shape).toEqual({ kind: 1, x: 7, name: bytes("aa") });
    expect(encode(Shape, shape)).toEqual(bytes("01000701aa"));
    if (shape.kind === 1) expectTypeOf(shape.name).toEqualTypeOf<Bytes>();
    if (shape.kind === 2) expectTypeOf(shape.radius).toEqualTypeOf<number>();
    if (shape.kind !== 1 && shape.kind !== 2 && shape.kind !== 3) {
      expectTypeOf(shape.kind).toEqualTypeOf<OtherTag>();
      expectTypeOf(shape.data).toEqualTypeOf<Bytes>();
    }
  });

  test("keeps what it does not know, if there is room for it", () => {
    const other = decode(Shape, bytes("0901aa"));
    expect(other).toEqual({ kind: otherTag(9), data: bytes("aa") });
    expect(encode(Shape, other)).toEqual(bytes("0901aa"));
    const closed = select("kind", uint8, { 1: Point });
    expect(() => decode(closed, bytes("0901aa"))).toThrow(DecodeError);
    expect(() => encode(closed, { kind: 9 } as never)).toThrow(UsageError);
  });

  test("is not taken in by names that every object has", () => {
    const shape = { kind: "constructor", data: bytes("") } as never;
    expect(() => encode(select("kind", uint8, { 1: Point }), shape)).toThrow(UsageError);
  });

  test("may have a case of no fields", () => {
    expect(decode(Shape, bytes("03"))).toEqual({ kind: 3 });
    expect(encode<Shape>(Shape, { kind: 3 })).toEqual(bytes("03"));
  });
});

describe("a kept structure", () => {
  const Kept = kept(struct({ numbers: vector(uint8) }));

  test("encodes to the very bytes it came from, alone and inside another", () => {
    const value = decode(Kept, bytes("020102"));
    expect(encode(Kept, value)).toEqual(bytes("020102"));
    const Outer = struct({ inner: Kept, next: uint8 });
    expect(encode(Outer, { inner: value, next: 9 })).toEqual(bytes("02010209"));
  });

  test("is encoded once when it was made here", () => {
    const write = vi.fn<Codec<number>["write"]>((writer, number) => {
      uint8.write(writer, number);
    });
    const Counted = kept(struct({ number: { ...uint8, write } }));
    const value = { number: 7 };
    expect(encode(Counted, value)).toEqual(bytes("07"));
    expect(encode(Counted, value)).toEqual(bytes("07"));
    expect(write).toHaveBeenCalledTimes(1);
  });

  test("does not hand its encoding to a changed copy", () => {
    const value = decode(Kept, bytes("020102"));
    expect(encode(Kept, { ...value, numbers: [3] })).toEqual(bytes("0103"));
  });
});
