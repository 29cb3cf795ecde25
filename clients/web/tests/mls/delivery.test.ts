import { beforeAll, expect, test } from "vitest";

import { EMPTY, ascii, concat, toHex } from "../../src/mls/bytes.ts";
import { peek, welcomed } from "../../src/mls/delivery.ts";
import { DecodeError } from "../../src/mls/errors.ts";
import {
  CONTENT_APPLICATION,
  CONTENT_COMMIT,
  CONTENT_PROPOSAL,
  SENDER_MEMBER,
  WIRE_KEY_PACKAGE,
  WIRE_PRIVATE_MESSAGE,
  WIRE_PUBLIC_MESSAGE,
} from "../../src/mls/framing/content.ts";
import { wrap } from "../../src/mls/framing/message.ts";
import { encrypt, groupInfo, proposeRemove } from "../../src/mls/group/index.ts";
import { keyPackageReference } from "../../src/mls/key_package.ts";
import { bytes } from "../support/bytes.ts";
import { CRYPTO, type Crew, add, bundleOf, founded, person } from "../support/people.ts";

let crew: Crew;
beforeAll(async () => {
  crew = await founded(["alice", "bob"]);
});

test("the header of a PublicMessage", async () => {
  const { group_id, epoch } = crew.get("alice").context;
  const { message } = await proposeRemove(CRYPTO, crew.get("bob"), 0);
  expect(peek(message)).toEqual({
    wire_format: WIRE_PUBLIC_MESSAGE,
    group_id,
    epoch,
    content_type: CONTENT_PROPOSAL,
    sender: { sender_type: SENDER_MEMBER, leaf_index: crew.leaf("bob") },
  });
  const commit = await crew.commit("bob");
  expect(peek(commit.message).content_type).toBe(CONTENT_COMMIT);
});

test("the header of a PrivateMessage names no sender", async () => {
  const { group_id, epoch } = crew.get("alice").context;
  const [, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("hello"));
  const header = { wire_format: WIRE_PRIVATE_MESSAGE, group_id, epoch };
  expect(peek(message)).toEqual({ ...header, content_type: CONTENT_APPLICATION, sender: null });
});

test("it reads no further than the header", async () => {
  const [, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("hello".repeat(1000)));
  expect(peek(message.slice(0, 40))).toEqual(peek(message));
});

test("what is not sent to a group has no header", async () => {
  const { key_package } = await bundleOf(await person("carol"));
  const wrong = [
    wrap({ wire_format: WIRE_KEY_PACKAGE, key_package }),
    await groupInfo(CRYPTO, crew.get("alice")),
    EMPTY,
    bytes("00020001"),
    bytes("00010007"),
  ];
  for (const message of wrong) expect(() => peek(message)).toThrow(DecodeError);
});

test("version and wire format are read first", async () => {
  const [, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("hello"));
  for (const start of ["00020002", "00010003", "00010005"]) {
    expect(() => peek(concat(bytes(start), message.slice(4)))).toThrow(DecodeError);
  }
});

test("any bytes have a header or are refused", () => {
  let seed = 1;
  const next = (): number => (seed = (seed * 48271) % 0x7fff_ffff);
  for (let trial = 0; trial < 2000; trial++) {
    const data = Uint8Array.from({ length: next() % 60 }, () => next());
    for (const start of ["", "00010001", "00010002"]) {
      try {
        expect([1, 2, 3]).toContain(peek(concat(bytes(start), data)).content_type);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }
  }
});

test("a Welcome says whom it is for", async () => {
  const bundles = [await bundleOf(await person("carol")), await bundleOf(await person("dave"))];
  const pending = await crew.commit("alice", bundles.map(add));
  const { suite } = crew.get("alice");
  const references = bundles.map((each) => keyPackageReference(CRYPTO, suite, each.key_package));
  const named = welcomed(pending.welcome ?? EMPTY);
  expect(named.map(toHex).sort()).toEqual(references.map(toHex).sort());
  expect(() => welcomed(pending.message)).toThrow(DecodeError);
});
