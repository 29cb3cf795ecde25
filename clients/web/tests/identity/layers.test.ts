/** What this room takes from outside, and what of it never shows. */

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const SOURCE = fileURLToPath(new URL("../../src", import.meta.url));
const BELOW = /^(identity|mls|transparency)\/|^(cbor|errors|ids|utf8)\.ts$/;
/** Of mls, byte strings and cryptography alone: no group, no message. */
const OF_MLS = /^mls\/(bytes|errors|crypto\/[a-z0-9_]+)\.ts$/;
const OF_TRANSPARENCY = /^transparency\/encoding\.ts$/;

const FILES = readdirSync(join(SOURCE, "identity"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => join("identity", file));

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SOURCE, file), "utf8");
  return [...text.matchAll(/\bfrom "([^"]+)"/g)].map(([, path = ""]) => path);
}

test("a file imports what is below, and of the rooms there what it may", () => {
  expect(FILES.length).toBeGreaterThan(25);
  const against = FILES.flatMap((file) =>
    importsOf(file)
      .filter((path) => path.startsWith("."))
      .map((path) => normalize(join(dirname(file), path)))
      .filter(
        (path) =>
          !BELOW.test(path) ||
          (path.startsWith("mls/") && !OF_MLS.test(path)) ||
          (path.startsWith("transparency/") && !OF_TRANSPARENCY.test(path)),
      )
      .map((path) => `${file} imports ${path}`),
  );
  expect(against).toEqual([]);
});

test("nothing but the @noble libraries comes from outside", () => {
  const outside = FILES.flatMap(importsOf).filter((path) => !path.startsWith("."));
  expect(outside.length).toBeGreaterThan(0);
  expect(outside.filter((path) => !path.startsWith("@noble/"))).toEqual([]);
});
