/** A room imports from those before it, never from those after it: the order of `index.ts`. */

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../src/transparency", import.meta.url));
const FLOORS: readonly (readonly string[])[] = [
  ["errors"],
  ["encoding"],
  ["keys", "hashing"],
  ["note", "compact"],
  ["checkpoint", "proofs", "tiles"],
  ["witness", "tiled_tree"],
  ["monitor", "tlog_proof"],
];
/** What is taken from elsewhere: byte strings, curves, UTF-8. Nothing of teamchat. */
const OUTSIDE = ["../mls/bytes", "../mls/crypto/available_curves", "../utf8"];

const ROOMS = readdirSync(ROOT)
  .filter((file) => file !== "index.ts")
  .map((file) => file.replace(/\.ts$/, ""));

function floorOf(room: string): number {
  return FLOORS.findIndex((floor) => floor.includes(room));
}

test("every room stands on a floor, and imports from those below", () => {
  expect([...ROOMS].sort()).toEqual(FLOORS.flat().sort());
  const against = ROOMS.flatMap((room) => {
    const text = readFileSync(`${ROOT}/${room}.ts`, "utf8");
    const found = [...text.matchAll(/\bfrom "(\.[^"]+)\.ts"/g)].map(([, path = ""]) => path);
    expect(found.length + Number(room === "errors")).toBeGreaterThan(0);
    return found
      .filter((path) => !OUTSIDE.includes(path))
      .filter((path) => !(floorOf(path.slice(2)) >= 0 && floorOf(path.slice(2)) < floorOf(room)))
      .map((path) => `${room} imports ${path}`);
  });
  expect(against).toEqual([]);
});
