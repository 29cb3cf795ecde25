import { expect, test } from "vitest";

import { readJson } from "../../src/wire/json.ts";
import {
  answer,
  base64,
  bytes,
  defaulted,
  flag,
  frame,
  list,
  map,
  maybe,
  oneOf,
  pair,
  request,
  row,
  text,
  whole,
} from "../../src/wire/shape.ts";
import { WireError } from "../../src/wire/errors.ts";
import type { Tree } from "../../src/wire/tree.ts";
import { utf8Bytes } from "../../src/utf8.ts";

const json = (text: string): Tree => readJson(utf8Bytes(text));
const Inner = answer({ left: whole(0, 9) });
const Outer = answer({
  name: text({ least: 1, most: 3 }),
  inner: list(Inner, { most: 2 }),
  flag: defaulted(flag, false),
  other: defaulted(maybe(Inner), null),
});

test("what may be left out has the value that was agreed", () => {
  expect(Outer.read(json('{"name":"a","inner":[]}'))).toEqual({
    name: "a",
    inner: [],
    flag: false,
    other: null,
  });
});

test.each([
  ['{"name":"a","inner":[{"left":3},{"left":10}]}', "(in inner.1.left)"],
  ['{"name":"","inner":[]}', "(in name)"],
  ['{"inner":[]}', "missing (in name)"],
  ['{"name":"a","inner":[],"other":{"left":"3"}}', "(in other.left)"],
])("a refusal says where, and nothing of what: %s", (body, where) => {
  expect(() => Outer.read(json(body))).toThrow(where);
});

test("characters are counted as people do, not as JavaScript does", () => {
  const three = text({ least: 3, most: 3 });
  expect(three.read("\u{1f642}\u{1f642}\u{1f642}")).toHaveLength(6);
  expect(() => three.read("\u{1f642}\u{1f642}")).toThrow(WireError);
});

test("what a request says beyond what is known is refused, an answer's is skipped", () => {
  const more = json('{"left":1,"toString":2}');
  expect(Inner.read(more)).toEqual({ left: 1 });
  expect(() => request({ left: whole(0, 9) }).read(more)).toThrow("nobody knows");
});

test("a field is no property that every object has", () => {
  expect(() => answer({ constructor: text() }).read(json("{}"))).toThrow("missing");
});

test.each<[string, { read: (tree: Tree) => unknown }, Tree]>([
  ["a number for a flag", flag, 1],
  ["a number that is not exact", whole(0, 9), NaN],
  ["a large number", whole(0, 9), 5n],
  ["a text for bytes of a frame", bytes(), "AA=="],
  ["bytes for a text", text(), new Uint8Array(1)],
  ["bytes for bytes of a body", base64(), new Uint8Array(1)],
  ["three of two", pair(flag, flag), [true, true, true]],
  ["one of two", pair(flag, flag), [true]],
  ["an array for a map", map(text(), flag), [["a", true]]],
  [
    "too many in a map",
    map(text(), flag, { most: 1 }),
    new Map([
      ["a", true],
      ["b", true],
    ]),
  ],
  ["a key of another type", map(text(), flag), new Map<Tree, Tree>([[1, true]])],
  ["what is not in the list", oneOf({ A: "a" }), "b"],
  ["the name of what is in the list", oneOf({ A: "a" }), "A"],
  ["an object for a row", row({ a: flag }), new Map([["a", true]])],
  ["the tag of another frame", frame("A", 1, { a: flag }), [2, true]],
])("refused: %s", (_name, shape, tree) => {
  expect(() => shape.read(tree)).toThrow(WireError);
});

test("a frame says which it is", () => {
  const shape = frame("Sent", 68, { seq: whole(0, 9), again: defaulted(flag, false) });
  expect(shape.read([68, 3])).toEqual({ type: "Sent", seq: 3, again: false });
  expect(shape.read([68, 3, true, "of a newer server"])).toMatchObject({ again: true });
  expect(shape.write({ type: "Sent", seq: 3, again: true })).toEqual([68, 3, true]);
});
