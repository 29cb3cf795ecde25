/** A room imports from those before it, never from those after it: the order of `index.ts`. */

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../src/mls", import.meta.url));
const ORDER = [
  "rules",
  "errors",
  "bytes",
  "codec",
  "crypto",
  "credentials",
  "extensions",
  "tree_math",
  "tree",
  "key_package",
  "schedule",
  "messages",
  "framing",
  "evolution",
  "delivery",
  "public_group",
  "group",
] as const;
/** What a delivery service must not load: it decrypts, or knows a group from inside. */
const SECRETIVE =
  /^(group\/|framing\/private\.ts|schedule\/(epoch|exporter|psk|secret_tree)\.ts|tree\/treekem\.ts)/;

const FILES = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && file !== "index.ts")
  .map(normalize);

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const found = text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)";$/gms);
  return [...found].map(([, path]) => normalize(join(dirname(file), path ?? "")));
}

/** Imports that are there at run time: not `import type`. */
function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(ROOT, file), "utf8");
  for (const [, what, path] of text.matchAll(
    /^(?:import|export) (?!type )([^;]*?)\bfrom "(\.[^"]+)";$/gms,
  )) {
    const names = (what ?? "")
      .replace(/[{}\s]/g, "")
      .split(",")
      .filter(Boolean);
    if (names.length > 0) loadedBy(normalize(join(dirname(file), path ?? "")), seen);
  }
  return seen;
}

function roomOf(file: string): number {
  const name = file.split("/")[0]?.replace(/\.ts$/, "") ?? "";
  return ORDER.findIndex((room) => room === name);
}

test("every file stands in a room of the map", () => {
  expect(FILES.length).toBeGreaterThan(60);
  expect(FILES.filter((file) => roomOf(file) < 0)).toEqual([]);
});

test("no room imports from one after it", () => {
  const against = FILES.flatMap((file) =>
    importsOf(file)
      .filter((imported) => roomOf(imported) > roomOf(file))
      .map((imported) => `${file} imports ${imported}`),
  );
  expect(against).toEqual([]);
});

describe.each(["delivery.ts", "public_group.ts"])("%s", (entry) => {
  test("loads nothing that decrypts", () => {
    const loaded = [...loadedBy(entry)];
    expect(loaded).toContain("framing/content.ts");
    expect(loaded.filter((file) => SECRETIVE.test(file))).toEqual([]);
  });
});

test("nothing but the @noble libraries comes from outside", () => {
  const outside = FILES.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    return [...text.matchAll(/\bfrom "([^.][^"]*)"/g)].map(([, name]) => name ?? "");
  });
  expect(outside.length).toBeGreaterThan(0);
  expect(outside.filter((name) => !name.startsWith("@noble/"))).toEqual([]);
});
