/** The cases that Python has written: the same meaning, the same refusals, the same bytes. */

import { expect, test } from "vitest";

import {
  type Head,
  archiveKey,
  encodeHead,
  firstPlace,
  openPart,
  readHead,
  requireEnd,
  seal,
} from "../../src/content/archive.ts";
import { Unframer, framed } from "../../src/content/archive_file.ts";
import { Decryptor, Encryptor, blobIn, externalPart } from "../../src/content/blobs.ts";
import { decode, encode } from "../../src/content/codec.ts";
import { pack, unpack } from "../../src/content/envelope.ts";
import { givenIn, message as giving } from "../../src/content/given.ts";
import { externalPart as part } from "../../src/content/model.ts";
import { Author, blobUri } from "../../src/content/profile.ts";
import type { BlobId, ConversationId, UserId } from "../../src/ids.ts";
import { type Bytes, concat, fromHex, toHex } from "../../src/mls/bytes.ts";
import { type Said, ofContent } from "../support/content_verdict.ts";
import { ownVectors } from "../support/own_vectors.ts";

interface Archive {
  readonly key: string;
  readonly head: string;
  readonly parts: readonly string[];
  readonly bodies: readonly string[];
  readonly chain: string;
  readonly file: string;
}

interface Cases {
  readonly author: { readonly user: UserId; conversation: ConversationId; blob: BlobId };
  readonly said: Readonly<Record<string, string>>;
  readonly archive: Archive;
  readonly cases: readonly (Said & { readonly name: string; readonly plaintext: string })[];
}

const CASES = ownVectors<Cases>("content-cases");
const SALT = Uint8Array.from({ length: 16 }, (_, place) => place);
const ID = concat(Uint8Array.of(1), new Uint8Array(31));

test.each(CASES.cases)("$name", ({ name, plaintext, ...said }) => {
  expect({ name, ...ofContent(fromHex(plaintext)) }).toEqual({ name, ...said });
});

test("what is said is said in the same bytes", () => {
  const { user, conversation, blob } = CASES.author;
  const root = Uint8Array.from({ length: 32 }, (_, place) => place);
  const author = new Author(user, conversation, { begun: 1_790_000_000, size: 3, root });
  const file = part({ content_type: "image/png", url: blobUri(blob), filename: "a.png" });
  const gift = givenIn(unpack(fromHex(CASES.said.given ?? "")).message);
  if (gift === null) throw new Error("nothing is given");
  const said = {
    text: author.text("Moin", SALT, ID),
    markdown: author.markdown("1 < 2 <b>x</b> <!-- --> <?a", SALT, undefined),
    edit: author.edit(ID, "Moin!", SALT, ID),
    reaction: author.reaction(ID, "\u{1f469}\u{1f3fd}\u200d\u2695\ufe0f", SALT),
    deletion: author.deletion(ID, SALT),
    "reaction taken back": author.deletion(ID, SALT, ID),
    title: author.roomTitle("Werk \u6df1\u5733", SALT, 17),
    files: author.files([file, file], SALT, "Plan"),
    file: author.files([file], SALT),
    given: giving(author, gift, SALT),
  };
  const written = Object.entries(said).map(([name, message]) => [name, toHex(pack(message))]);
  expect(Object.fromEntries(written)).toEqual(CASES.said);
});

test("an archive is sealed in the same bytes, and opened", () => {
  const { archive } = CASES;
  const key = archiveKey(fromHex(archive.key));
  const head: Head = readHead(fromHex(archive.head));
  expect(toHex(encodeHead(head))).toBe(archive.head);
  const [found, ...parts] = new Unframer().add(fromHex(archive.file));
  expect(toHex(found ?? new Uint8Array())).toBe(archive.head);
  let place = firstPlace(head);
  const sealed: Bytes[] = [];
  for (const [number, body] of archive.bodies.entries()) {
    const nonce = new Uint8Array(24).fill(number);
    const end = number === 1 ? "last" : "more";
    sealed.push(seal(key, head, place, fromHex(body), end, nonce));
    const [opened, next] = openPart(key, head, place, parts[number] ?? new Uint8Array());
    expect(toHex(opened)).toBe(body);
    place = next;
  }
  requireEnd(place);
  expect(toHex(place.chain)).toBe(archive.chain);
  expect(sealed.map(toHex)).toEqual(archive.parts);
  expect(toHex(concat(...[fromHex(archive.head), ...sealed].map(framed)))).toBe(archive.file);
});

interface Zeros {
  readonly zeros: number;
  readonly key: string;
  readonly header: string;
  readonly encrypted_size: number;
  readonly encrypted_sha256: string;
  readonly encrypted_head: string;
  readonly message: string;
}

test.each(ownVectors<readonly Zeros[]>("blob"))("a file of $zeros zeros", (known) => {
  const encryptor = new Encryptor(fromHex(known.key), fromHex(known.header));
  const begun = encryptor.update(new Uint8Array(known.zeros));
  const [last, blob] = encryptor.finish();
  const encrypted = concat(begun, last);
  expect(encrypted).toHaveLength(known.encrypted_size);
  expect(toHex(encrypted.subarray(0, 64))).toBe(known.encrypted_head);
  expect(toHex(blob.encrypted_hash)).toBe(known.encrypted_sha256);
  const message = decode(fromHex(known.message));
  if (message.part.kind !== "external") throw new Error("no file");
  const [id, found] = blobIn(message.part);
  expect(found).toEqual(blob);
  const words = { content_type: "x/zeros", filename: "zeros" };
  const again = { ...message, part: externalPart(blob, id, words) };
  expect(toHex(encode(again))).toBe(known.message);
  const decryptor = new Decryptor(found);
  const middle = Math.floor(encrypted.length / 2);
  const opened = concat(
    decryptor.update(encrypted.subarray(0, middle)),
    decryptor.update(encrypted.subarray(middle)),
    decryptor.finish(),
  );
  expect(opened).toHaveLength(known.zeros);
  expect(opened.every((byte) => byte === 0)).toBe(true);
});
