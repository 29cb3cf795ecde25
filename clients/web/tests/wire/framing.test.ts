import { expect, test } from "vitest";

import type { ConversationId } from "../../src/ids.ts";
import { equalBytes } from "../../src/mls/bytes.ts";
import { WireError } from "../../src/wire/errors.ts";
import type { Send } from "../../src/wire/frames.ts";
import { decodeClient, decodeServer, encodeFrame } from "../../src/wire/framing.ts";
import { COMMIT_BYTES, FRAME_BYTES, MIB } from "../../src/wire/limits.ts";
import { readMessagePack, writeMessagePack } from "../../src/wire/message_pack.ts";
import type { Tree } from "../../src/wire/tree.ts";

const SEND: Send = {
  type: "Send",
  request: 1,
  conversation: "a".repeat(26) as ConversationId,
  client_id: new Uint8Array(16),
  body: Uint8Array.of(1, 2, 3),
  group_info: new Uint8Array(),
  welcome: new Uint8Array(),
};

test("a frame is read back, and shares no memory with its bytes", () => {
  const data = encodeFrame(SEND);
  const read = decodeClient(data);
  data.fill(0xff);
  expect(read).toEqual(SEND);
});

test("a frame is measured before it is read", () => {
  expect(() => decodeClient(new Uint8Array(FRAME_BYTES + 1))).toThrow("too large");
  expect(() => decodeServer(new Uint8Array(FRAME_BYTES + MIB + 1))).toThrow("too large");
});

test("the server may say a little more than a client", () => {
  expect(decodeServer(writeMessagePack([127, new Uint8Array(FRAME_BYTES)]))).toBeNull();
});

test("the largest commit fits, one byte more does not", () => {
  const most = { ...SEND, body: new Uint8Array(COMMIT_BYTES) };
  expect(decodeClient(encodeFrame(most))).toMatchObject({ body: { length: COMMIT_BYTES } });
  const more = { ...SEND, body: new Uint8Array(COMMIT_BYTES + 1) };
  expect(() => decodeClient(encodeFrame(more))).toThrow(WireError);
});

test("few bytes do not become deep or many values", () => {
  for (const opener of [[0x91], [0x81, 0x00], [0xdd, 0, 0, 0, 1]]) {
    const deep = Uint8Array.from({ length: 100_000 }, (_, at) => opener[at % opener.length] ?? 0);
    expect(() => decodeServer(deep)).toThrow("nested too deeply");
  }
  const many = new Uint8Array(200_005).fill(0xc0);
  many.set([0xdd, 0, 3, 0x0d, 0x40]);
  expect(() => decodeServer(many)).toThrow("more values");
  for (const said of [0xdd, 0xdf, 0xdb, 0xc6]) {
    expect(() => decodeServer(Uint8Array.of(said, 255, 255, 255, 255, 1))).toThrow("cut off");
  }
});

test.each<[string, Tree, number]>([
  ["numbers of each length", [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32], 32],
  ["and below zero", [-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31), -(2 ** 31) - 1], 32],
  ["texts", ["a".repeat(31), "a".repeat(32), "a".repeat(255), "a".repeat(256), "\u00fc"], 586],
  ["a long text", "a".repeat(65_536), 65_541],
  ["bytes", [new Uint8Array(0), new Uint8Array(255), new Uint8Array(256)], 519],
  ["many bytes", new Uint8Array(65_536), 65_541],
  ["15 items", new Array<null>(15).fill(null), 16],
  ["16 items", new Array<null>(16).fill(null), 19],
  ["65,536 items", new Array<null>(65_536).fill(null), 65_541],
  ["16 entries", new Map(Array.from({ length: 16 }, (_, at) => [at, true])), 35],
  ["words", [null, true, false], 4],
])("%s are written in their shortest form", (_name, tree, length) => {
  const written = writeMessagePack(tree);
  expect(written).toHaveLength(length);
  expect(equalBytes(writeMessagePack(readMessagePack(written)), written)).toBe(true);
});

test.each<[string, Tree]>([
  ["half a character", "\ud800"],
  ["a fraction", 1.5],
  ["a large number", 2n ** 60n],
])("%s is not written", (_name, tree) => {
  expect(() => writeMessagePack(tree)).toThrow(WireError);
});

test("a key that is there twice is refused", () => {
  expect(() => readMessagePack(Uint8Array.of(0x82, 1, 1, 1, 2))).toThrow("twice");
});
