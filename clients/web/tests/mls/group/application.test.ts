/** The life of a group when all goes well. */

import { expect, test } from "vitest";

import { ascii } from "../../../src/mls/bytes.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { UsageError } from "../../../src/mls/errors.ts";
import { WIRE_PRIVATE_MESSAGE } from "../../../src/mls/framing/content.ts";
import { MAX_PADDING_MULTIPLE } from "../../../src/mls/framing/private.ts";
import {
  PUBLIC,
  encrypt,
  exportSecret,
  proposeRemove,
  restore,
  snapshot,
} from "../../../src/mls/group/index.ts";
import { CRYPTO, founded } from "../../support/people.ts";

test("three people talk", async () => {
  const crew = await founded(["alice", "bob", "carol"]);
  crew.agree();
  const [after, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("good morning"));
  crew.set("alice", after);
  for (const name of ["bob", "carol"]) {
    const received = await crew.hear(name, message);
    expect(received).toMatchObject({ type: "application", data: ascii("good morning") });
    if (received.type === "application") expect(received.sender.leaf).toBe(crew.leaf("alice"));
  }
});

test("everybody exports the same", async () => {
  const crew = await founded(["alice", "bob", "carol"]);
  const of = (name: string, label: string) =>
    exportSecret(CRYPTO, crew.get(name), label, ascii("1"), 32);
  const files = of("alice", "files");
  expect(of("bob", "files").equals(files)).toBe(true);
  expect(of("carol", "files").equals(files)).toBe(true);
  expect(of("bob", "calls").equals(files)).toBe(false);
});

test("a state survives its snapshot", async () => {
  const crew = await founded(["alice", "bob", "carol"]);
  const [, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("before"));
  crew.set("bob", restore(snapshot(crew.get("bob"))));
  expect((await crew.receive("bob", message)).type).toBe("application");
});

test.each([0, -1, 1.5, Number.NaN, Infinity, MAX_PADDING_MULTIPLE + 1, 2 ** 53])(
  "padding is to a multiple within bounds, not of %s",
  async (padding) => {
    const state = (await founded(["alice", "bob"])).get("alice");
    const attempt = encrypt(CRYPTO, state, ascii("hello"), { padding });
    await expect(attempt).rejects.toThrow(UsageError);
    const framing = { ...PUBLIC, wire_format: WIRE_PRIVATE_MESSAGE, padding } as const;
    await expect(proposeRemove(CRYPTO, state, 1, framing)).rejects.toThrow(UsageError);
  },
);

test.each([1, MAX_PADDING_MULTIPLE])("padding may be to a multiple of %s", async (padding) => {
  const crew = await founded(["alice", "bob"]);
  const [, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("hello"), { padding });
  expect(await crew.receive("bob", message)).toMatchObject({ data: ascii("hello") });
});

test("a signature key that is none is the caller's mistake", async () => {
  const crew = await founded(["alice", "bob"]);
  const state = { ...crew.get("alice"), signature_key: new Secret(new Uint8Array(31)) };
  await expect(encrypt(CRYPTO, state, ascii("hello"))).rejects.toThrow(UsageError);
});

test("members commit in turn", async () => {
  const crew = await founded(["alice", "bob", "carol"]);
  for (const name of ["bob", "carol", "alice"]) {
    await crew.accept(name, await crew.commit(name));
    crew.agree();
  }
});

test("additional data arrives with the message", async () => {
  const crew = await founded(["alice", "bob"]);
  const authenticatedData = ascii("shown to all");
  const [, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("x"), { authenticatedData });
  expect(await crew.receive("bob", message)).toMatchObject({
    authenticated_data: authenticatedData,
  });
});
