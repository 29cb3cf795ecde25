/** What is refused when it is written, and what only this language could get wrong. */

import { describe, expect, test } from "vitest";

import {
  ArchiveError,
  Fault,
  type Head,
  MAX_BODY,
  archiveKey,
  encodeHead,
  firstPlace,
  openPart,
  placeAfter,
  readHead,
  requireEnd,
  seal,
} from "../../src/content/archive.ts";
import { Unframer, framed } from "../../src/content/archive_file.ts";
import { type Blob, Decryptor, Encryptor, blobIn, externalPart } from "../../src/content/blobs.ts";
import { decode, encode } from "../../src/content/codec.ts";
import * as derived from "../../src/content/derived.ts";
import { ContentError } from "../../src/content/errors.ts";
import { withoutTags } from "../../src/content/html_text.ts";
import { type Message, multiPart, nullPart, parts } from "../../src/content/model.ts";
import {
  Author,
  MAX_TEXT_BYTES,
  blobUri,
  checkOrigin,
  checkReplaces,
} from "../../src/content/profile.ts";
import { type BlobId, type ConversationId, type UserId, identifier } from "../../src/ids.ts";
import * as cbor from "../../src/cbor.ts";
import { type Bytes, concat } from "../../src/mls/bytes.ts";

const ANNA = identifier<UserId>(new Uint8Array(16).fill(1));
const WEI = identifier<UserId>(new Uint8Array(16).fill(2));
const ROOM = identifier<ConversationId>(new Uint8Array(16).fill(3));
const HALL = identifier<ConversationId>(new Uint8Array(16).fill(4));
const BLOB = identifier<BlobId>(new Uint8Array(16).fill(5));
const SALT = new Uint8Array(16);
const AUTHOR = new Author(ANNA, ROOM);
const TEXT = AUTHOR.text("Moin", SALT);
const ID = concat(Uint8Array.of(1), new Uint8Array(31));

describe("a message", () => {
  test.each(["", " \n", "\u3000\x1c\x85", "x".repeat(MAX_TEXT_BYTES + 1), "\ud800"])(
    "of this text is not said: %j",
    (text) => {
      expect(() => AUTHOR.text(text, SALT)).toThrow(ContentError);
      expect(() => AUTHOR.edit(ID, text, SALT)).toThrow(ContentError);
    },
  );

  test("that says nothing that is seen is said all the same: a byte order mark is a character", () => {
    expect(AUTHOR.text("\ufeff", SALT).part.kind).toBe("single");
  });

  test.each(["", " ", "a\nb", "a\x07", "x".repeat(201), "\ud800"])("no title: %j", (title) => {
    expect(() => AUTHOR.roomTitle(title, SALT)).toThrow(ContentError);
  });

  test.each(["", "x".repeat(65), "\udc00"])("no reaction: %j", (reaction) => {
    expect(() => AUTHOR.reaction(ID, reaction, SALT)).toThrow(ContentError);
  });

  test("of no file, or of one elsewhere, is not said", () => {
    const file = externalPart(blobOf(3), BLOB, { content_type: "a/b", filename: "a" });
    expect(() => AUTHOR.files([], SALT)).toThrow("no file");
    expect(() => AUTHOR.files([{ ...file, url: "https://example.com/x" }], SALT)).toThrow(
      "not kept",
    );
    const hidden = { ...TEXT, part: multiPart(2, [nullPart(), { ...file, url: BLOB }]) };
    expect(() => {
      checkOrigin(hidden, ANNA, ROOM);
    }).toThrow("not kept");
  });

  test("is said by nobody in another's name", () => {
    checkOrigin(TEXT, ANNA, ROOM);
    for (const [sender, room] of [[WEI, ROOM] as const, [ANNA, HALL] as const]) {
      expect(() => {
        checkOrigin(TEXT, sender, room);
      }).toThrow(ContentError);
    }
    expect(() => {
      checkReplaces(WEI, ANNA);
    }).toThrow(ContentError);
  });

  test("has parts that are counted depth first, and not too many", () => {
    const inner = multiPart(1, [nullPart(), nullPart()]);
    expect([...parts(multiPart(0, [inner, TEXT.part]))].map((part) => part.kind)).toEqual([
      "multi",
      "multi",
      "null",
      "null",
      "single",
    ]);
    const many = { ...TEXT, part: multiPart(2, new Array(64).fill(nullPart()) as []) };
    expect(() => {
      checkOrigin(many, ANNA, ROOM);
    }).toThrow("too many");
  });

  test.each<[string, Message]>([
    ["a short salt", { ...TEXT, salt: new Uint8Array(15) }],
    ["half a character", { ...TEXT, part: { ...nullPart(), language: "\ud800" } }],
    ["one part of several", { ...TEXT, part: multiPart(0, [nullPart()]) }],
    ["a fraction", { ...TEXT, expires: { relative: true, seconds: 1.5 } }],
    ["too many values", { ...TEXT, part: multiPart(2, new Array(2000).fill(nullPart()) as []) }],
    ["too many bytes", { ...TEXT, topic: new Uint8Array(200 * 1024) }],
  ])("with %s is not written", (_name, message) => {
    expect(() => encode(message)).toThrow(ContentError);
  });

  test("shares no memory with the bytes it was read from", () => {
    const data = encode(TEXT);
    const read = decode(data);
    data.fill(0);
    expect(read).toEqual(TEXT);
  });
});

test.each<[string, cbor.Value]>([
  ["no array", 7],
  ["too little", [new Uint8Array(32), 0, SALT, 0, "", ""]],
  ["a short id", [new Uint8Array(31), 0, SALT, 0, "", "", ""]],
  ["a time before", [new Uint8Array(32), -1, SALT, 0, "", "", ""]],
  ["a time that is true", [new Uint8Array(32), true, SALT, 0, "", "", ""]],
  ["another tag", [new Uint8Array(32), new cbor.Tag(1, new Map()), SALT, 0, "", "", ""]],
  ["an empty tag", [new Uint8Array(32), new cbor.Tag(1001, 1), SALT, 0, "", "", ""]],
  ["a leaf too far", [new Uint8Array(32), 0, SALT, 2 ** 32, "", "", ""]],
  ["a leaf that is true", [new Uint8Array(32), 0, SALT, true, "", "", ""]],
])("derived values are refused: %s", (_name, value) => {
  expect(() => derived.decode(cbor.encode(value))).toThrow(ContentError);
});

describe("HTML", () => {
  test.each([
    ["<p>a</p><p>b</p>", "a\nb"],
    ["1 < 2 &amp; 3 &lt;b&gt; &#x41;&#66; &unknown; &amp", "1 < 2 & 3 <b> AB &unknown; &amp"],
    ['<a title="x > y">a</a><!-- > -- --><?x?><!DOCTYPE html>b', "ab"],
    ["<script>alert('<b>')</script><style>x</style>a<head>b</head>c", "ac"],
    ['<img alt="a &gt; b" src=x><img alt=c><img>', "a > bc"],
    ["a<b", "a"],
    ["a<!--b", "a"],
    ["</p>a</script>b", "ab"],
    ["&#0;&#xd800;&#x110000;", "\ufffd\ufffd\ufffd"],
    ["<SCRIPT>a</ScRiPt>b", "b"],
    ["<", "<"],
  ])("%j says %j", (html, words) => {
    expect(withoutTags(html)).toBe(words);
  });

  test("is read in one pass, whatever is opened in it", () => {
    for (const opened of ["<a ", "<!--", "<", "&", '<a "', "<img alt=", " "]) {
      expect(withoutTags(opened.repeat(60_000)).length).toBeLessThanOrEqual(120_000);
    }
  });
});

function blobOf(size: number): Blob {
  const zero = new Uint8Array(32);
  return { key: zero, header: new Uint8Array(24), size, encrypted_hash: zero };
}

describe("a file", () => {
  const encryptor = new Encryptor(new Uint8Array(32).fill(7), new Uint8Array(24).fill(8));
  const begun = encryptor.update(new Uint8Array(65_540).fill(9));
  const [last, blob] = encryptor.finish();
  const encrypted = concat(begun, last);

  function opened(data: Bytes, of: Blob = blob): Bytes {
    const decryptor = new Decryptor(of);
    return concat(decryptor.update(data), decryptor.finish());
  }

  test("is opened", () => {
    expect(opened(encrypted)).toEqual(new Uint8Array(65_540).fill(9));
  });

  test.each([0, 1, 100, 65_552, 65_553, 65_560])("is refused if byte %i is changed", (at) => {
    const changed = encrypted.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => opened(changed)).toThrow(ContentError);
  });

  test("is refused if it is shorter, longer, or another", () => {
    expect(() => opened(encrypted.slice(0, -1))).toThrow("cut off");
    expect(() => opened(concat(encrypted, new Uint8Array(1)))).toThrow("longer");
    expect(() => opened(encrypted, { ...blob, encrypted_hash: new Uint8Array(32) })).toThrow(
      "meant",
    );
    expect(() => opened(begun, { ...blob, size: 65_536 })).toThrow(ContentError);
  });

  test("needs a key of its length", () => {
    expect(() => new Encryptor(new Uint8Array(31), new Uint8Array(24))).toThrow("wrong length");
    expect(() => new Decryptor({ ...blob, size: 2 ** 41 })).toThrow("that large");
    const part = externalPart(blob, BLOB, { content_type: "a/b", filename: "a" });
    expect(blobIn(part)).toEqual([BLOB, blob]);
    for (const wrong of [{ enc_alg: 1 }, { aad: SALT }, { key: SALT }, { size: 2n ** 60n }]) {
      expect(() => blobIn({ ...part, ...wrong })).toThrow(ContentError);
    }
    expect(() => blobIn({ ...part, url: blobUri(BLOB).toUpperCase() })).toThrow("not kept");
  });
});

describe("an archive", () => {
  const key = archiveKey(new Uint8Array(32).fill(1));
  const head: Head = {
    archive: SALT,
    origin: "device",
    user: ANNA,
    device: identifier(new Uint8Array(16).fill(6)),
    created: 1,
    since_ms: 0,
    lines: 1,
  };
  const start = firstPlace(head);
  const nonce = new Uint8Array(24);
  const part = seal(key, head, start, Uint8Array.of(1, 2, 3), "last", nonce);

  function faultOf(act: () => unknown): Fault | null {
    try {
      act();
    } catch (error) {
      if (error instanceof ArchiveError) return error.fault;
      throw error;
    }
    return null;
  }

  test.each<[string, Fault, () => unknown]>([
    ["nothing", Fault.MALFORMED, () => openPart(key, head, start, new Uint8Array())],
    ["another version", Fault.MALFORMED, () => openPart(key, head, start, changed(0))],
    ["another archive", Fault.OTHER, () => openPart(key, head, start, changed(1))],
    ["another place", Fault.ORDER, () => openPart(key, head, start, changed(20))],
    ["no last", Fault.CHANGED, () => openPart(key, head, start, changed(21))],
    ["a last that is none", Fault.MALFORMED, () => openPart(key, head, start, changed(21, 3))],
    ["a changed nonce", Fault.CHANGED, () => openPart(key, head, start, changed(22))],
    ["a changed body", Fault.CHANGED, () => openPart(key, head, start, changed(46))],
    [
      "another head",
      Fault.CHANGED,
      () => openPart(key, head, firstPlace({ ...head, lines: 2 }), part),
    ],
    [
      "behind the end",
      Fault.ORDER,
      () => openPart(key, head, placeAfter(start, part, "last"), part),
    ],
    [
      "no end",
      Fault.CUT_OFF,
      () => {
        requireEnd(start);
      },
    ],
    [
      "too much",
      Fault.MALFORMED,
      () => seal(key, head, start, new Uint8Array(MAX_BODY + 1), "more", nonce),
    ],
    ["a key too short", Fault.MALFORMED, () => archiveKey(SALT)],
    ["no head", Fault.MALFORMED, () => readHead(SALT)],
    [
      "a head of no origin",
      Fault.MALFORMED,
      () => readHead(encodeHead({ ...head, origin: "x" as never })),
    ],
    ["a head of nobody", Fault.MALFORMED, () => encodeHead({ ...head, user: "x" as UserId })],
    ["a head before", Fault.MALFORMED, () => encodeHead({ ...head, created: -1 })],
    ["a length of nothing", Fault.MALFORMED, () => new Unframer().add(new Uint8Array(4))],
    ["a length too large", Fault.MALFORMED, () => new Unframer().add(new Uint8Array(4).fill(255))],
    [
      "a piece",
      Fault.CUT_OFF,
      () => {
        const unframer = new Unframer();
        unframer.add(framed(SALT).subarray(0, 5));
        unframer.end();
      },
    ],
  ])("is refused: %s", (_name, fault, act) => {
    expect(faultOf(act)).toBe(fault);
  });

  test("is taken apart however it comes", () => {
    const unframer = new Unframer();
    const file = concat(framed(encodeHead(head)), framed(part));
    const found = Array.from(file).flatMap((byte) => unframer.add(Uint8Array.of(byte)));
    unframer.end();
    expect(found).toEqual([encodeHead(head), part]);
  });

  test("prints nothing of its key", () => {
    expect(JSON.stringify({ key })).toBe('{"key":"Secret(32 bytes)"}');
  });

  function changed(at: number, flip = 1): Bytes {
    const copy = part.slice();
    copy[at] = (copy[at] ?? 0) ^ flip;
    return copy;
  }
});
