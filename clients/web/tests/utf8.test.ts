import { expect, test } from "vitest";

import { Utf8Error, isUnicode, utf8Bytes, utf8Text } from "../src/utf8.ts";

test.each(["", "a", "\u00fc\u65e9\u{1f642}", "\ufeffa", "a\0b", "\u{10ffff}"])(
  "%j is written and read",
  (text) => {
    expect(utf8Text(utf8Bytes(text))).toBe(text);
  },
);

test.each(["\ud800", "a\udc00", "\udc00\ud800"])("half a character is not written: %j", (text) => {
  expect(isUnicode(text)).toBe(false);
  expect(() => utf8Bytes(text)).toThrow(Utf8Error);
});

test.each([[[0xc3]], [[0xc0, 0xaf]], [[0xed, 0xa0, 0x80]], [[0xf4, 0x90, 0x80, 0x80]], [[0x80]]])(
  "%j is no text",
  (bytes) => {
    expect(() => utf8Text(Uint8Array.from(bytes))).toThrow(Utf8Error);
  },
);
