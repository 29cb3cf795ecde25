/** What is noted where there is no account, and that nothing is left of it in the end. */

import { expect, test } from "vitest";

import { NotStoredError } from "../../src/store/errors.ts";
import { notesHere } from "../../src/store/notes.ts";
import type { Factory } from "../../src/store/platform.ts";
import { Origin } from "../support/storage.ts";

async function names(origin: Origin): Promise<readonly (string | undefined)[]> {
  const databases = origin.databases as unknown as {
    databases(): Promise<readonly { readonly name?: string }[]>;
  };
  return (await databases.databases()).map(({ name }) => name);
}

test("a note is there until it is forgotten, and the last one takes the database along", async () => {
  const origin = new Origin();
  const notes = notesHere(origin.tab());
  expect(await notes.read("erased")).toBe(undefined);
  await notes.forget("erased");
  expect(await names(origin)).toEqual([]);
  await notes.keep("erased", { key: "error-wiped" });
  await notes.keep("invitation", { size: 5n });
  await notes.keep("erased", { key: "another" });
  const other = notesHere(origin.tab());
  expect(await other.read("erased")).toEqual({ key: "another" });
  await notes.forget("erased");
  expect(await other.read("erased")).toBe(undefined);
  expect(await other.read("invitation")).toEqual({ size: 5n });
  await other.forget("invitation");
  expect(await names(origin)).toEqual([]);
});

test("where nothing can be kept, nothing is read, and keeping says so", async () => {
  const none: Factory = {
    open: () => {
      throw new Error("not allowed");
    },
    deleteDatabase: () => {
      throw new Error("not allowed");
    },
  };
  const notes = notesHere(new Origin().tab(none));
  expect(await notes.read("erased")).toBe(undefined);
  await notes.forget("erased");
  await expect(notes.keep("erased", {})).rejects.toThrow(NotStoredError);
});
