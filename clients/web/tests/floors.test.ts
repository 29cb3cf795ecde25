/**
 * The floors of the house, as in Python: a room imports the floors below it, never its neighbours
 * and never upwards. `tests/mls/layers.test.ts` keeps the rooms of mls in their own order.
 */

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../src", import.meta.url));
/** From the ground up; byte strings, curves and UTF-8 are everybody's. */
const FLOORS = [
  ["mls", "utf8"],
  ["bridge", "cbor", "clock", "errors", "i18n", "ids", "transparency"],
  ["content", "identity", "wire"],
  ["engine"],
  ["store"],
  ["client"],
  ["service", "ui"],
] as const;
/** Which packages a room may load: the core few, the screens what their build brings. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  mls: /^@noble\//,
  bridge: /^@noble\//,
  transparency: /^@noble\//,
  content: /^@noble\//,
  engine: /^@noble\//,
  identity: /^@noble\//,
  client: /^libsodium-wrappers-sumo$/,
  ui: /./,
};
const NONE = /^$/;

const FILES = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((file) => /\.(ts|svelte)$/.test(file))
  .map(normalize);

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const from = text.matchAll(/^\s*(?:import|export)\b[^;"]*?\bfrom "([^"]+)";$/gm);
  const other = text.matchAll(/\bimport(?:\(|\s+)"([^"]+)"/g);
  return [...from, ...other].map(([, path]) => path ?? "");
}

function within(file: string): readonly string[] {
  return importsOf(file)
    .filter((path) => path.startsWith("."))
    .map((path) => normalize(join(dirname(file), path)));
}

function roomOf(file: string): string {
  return file.split("/")[0]?.replace(/\.ts$/, "") ?? "";
}

function floorOf(file: string): number {
  return FLOORS.findIndex((rooms) => rooms.some((room) => room === roomOf(file)));
}

function isAllowed(file: string, imported: string): boolean {
  return roomOf(file) === roomOf(imported) || floorOf(imported) < floorOf(file);
}

test("every file stands in a room of a floor", () => {
  expect(FILES.length).toBeGreaterThan(80);
  expect(FILES.filter((file) => floorOf(file) < 0)).toEqual([]);
});

test("no room imports a neighbour or a floor above it", () => {
  const against = FILES.flatMap((file) =>
    within(file)
      .filter((imported) => !isAllowed(file, imported))
      .map((imported) => `${file} imports ${imported}`),
  );
  expect(against).toEqual([]);
});

test("the rule finds what is against it", () => {
  expect(isAllowed("wire/body.ts", "cbor.ts")).toBe(true);
  expect(isAllowed("wire/body.ts", "content/codec.ts")).toBe(false);
  expect(isAllowed("cbor/reader.ts", "engine/step.ts")).toBe(false);
  expect(importsOf("cbor.ts")).toContain("./cbor/reader.ts");
  expect(within("wire/framing.ts")).toContain("mls/bytes.ts");
});

test("each package has its rooms", () => {
  const against = FILES.flatMap((file) =>
    importsOf(file)
      .filter((path) => !path.startsWith(".") && !(PACKAGES[roomOf(file)] ?? NONE).test(path))
      .map((path) => `${file} loads ${path}`),
  );
  expect(against).toEqual([]);
});
