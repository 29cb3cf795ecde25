/** The examples of draft-ietf-mimi-content-08: every byte, and every message id. */

import { readFileSync, readdirSync } from "node:fs";
import { type TestContext, expect, test } from "vitest";

import { decode, encode } from "../../src/content/codec.ts";
import * as derived from "../../src/content/derived.ts";
import { plainText } from "../../src/content/fallback.ts";
import { messageId } from "../../src/content/message_id.ts";
import { toHex } from "../../src/mls/bytes.ts";
import { folder } from "../support/vectors.ts";

const IDS: Readonly<Record<string, string>> = {
  original: "017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4",
  reply: "015354973c2b65ca937bf1e035ae53a5ab80e947afa43d46920d4202e5cc0b27",
  reaction: "0158c4288911e50a8f6be3f47746b6682f10fd91bc8c05557aa589a3157aff68",
  mention: "018d825adf9f6be00dcafc5704c4102f5022e74219d0b603e4ba7622654042af",
  "mention-html": "01967ff8e9a66819738ad5cf26d2e0388a3b81d86b0f61d129c077d043ee2a4e",
  edit: "014028c0deddbdea56bec26172f6ede953d11024cb82b8192b5e2aea62d7fb47",
  delete: "011d9efc78d04d4dcf4d82b07d5199bbef37011c1f0c7e004b6111c6dda504b4",
  unlike: "013aadbb8f313253c8930f4e93c6ca54b2ed06d258185bdcec3870534c8a4ec4",
  expiring: "01e59db8173939facc2c8a4a0f0ae8d0c7a11a81239626630c9464a8d6717a03",
  attachment: "0176180c7d19a925021fe446d241134d05c38e0d999cdc0f39c391d2377ed9d1",
  conferencing: "01496d15a8dba28d7397f9868b70768e4a67f765d5b5b1ae9e03848c5fdeb0ba",
  "multipart-1": "01da5a515ec5db42cc4dcc19b90c3c31245d8a1cfcce11318f24eb11dce0990e",
  "multipart-2": "01d65918c6c51c8e76546337276ae6f4bfd873d867d5cb57c76bcdca3d999dd7",
  "multipart-3": "01cfebeadbdb83c1eefb6403ba4852daf8bbbf9cd53bf5035a74d5d741950c9f",
};

const TEXTS: Readonly<Record<string, string>> = {
  original: "Hi everyone, we just shipped release 2.0. __Good  work__!",
  reaction: "\u2764",
  "mention-html": "Kudos to @Alice Smith for making the release happen!",
  delete: "",
  attachment: "2 hours of key signing video",
  conferencing: "Join the Foo 118 conference",
  "multipart-1": "# Welcome!",
  "multipart-3": "Welcome!\nWelcome image",
};

function example(context: TestContext, name: string): Uint8Array {
  return readFileSync(`${folder(context, "mimi-content")}/${name}.cbor`);
}

test.for(Object.entries(IDS))("%s comes out in the same bytes", ([name, id], context) => {
  const data = example(context, name);
  expect(toHex(encode(decode(data)))).toBe(toHex(data));
  expect(toHex(messageId(data))).toBe(id);
});

test.for(Object.entries(TEXTS))("%s has its plain text", ([name, text], context) => {
  expect(plainText(decode(example(context, name)))).toBe(text);
});

test("the derived values", (context) => {
  const data = example(context, "implied-original");
  const values = derived.decode(data);
  expect(toHex(derived.encode(values))).toBe(toHex(data));
  expect(values.accepted).toBe(1644387225019);
  expect(values.sender_leaf_index).toBe(4);
  expect(values.room_url).toBe("mimi://example.com/r/engineering_team");
});

test("no example is left out", (context) => {
  const files = readdirSync(folder(context, "mimi-content"))
    .filter((file) => file.endsWith(".cbor"))
    .map((file) => file.replace(/\.cbor$/, ""));
  expect(new Set(files)).toEqual(new Set([...Object.keys(IDS), "implied-original"]));
});
