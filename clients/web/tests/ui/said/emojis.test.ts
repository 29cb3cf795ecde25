/** Emojis are found by their words in both languages, and by themselves. */

import { expect, test } from "vitest";

import { emojis } from "../../../build/catalogue.ts";
import { found } from "../../../src/ui/said/emojis.ts";

const GERMAN = emojis().map(([emoji, german]) => ({ emoji, name: german, words: german }));

function all(typed: string): readonly string[] {
  return found(GERMAN, typed).map(({ emoji }) => emoji);
}

test("each is there once, with words in both languages", () => {
  const list = emojis();
  expect(list.length).toBeGreaterThan(100);
  expect(new Set(list.map(([emoji]) => emoji)).size).toBe(list.length);
  for (const [emoji, german, english] of list) {
    expect([...new Intl.Segmenter().segment(emoji)], emoji).toHaveLength(1);
    expect(german.trim() && english.trim(), emoji).not.toBe("");
  }
});

test("the first are those that the catalogue names one by one", () => {
  const often = emojis().slice(0, 6);
  expect(often.map(([emoji]) => emoji)).toEqual(["👍", "❤️", "😂", "🎉", "👀", "🙏"]);
});

test("by how a word begins, whatever its case and marks; by several words, all of them", () => {
  expect(all("Kaff")).toEqual(["☕"]);
  expect(all("daumen RUNTER")).toEqual(["👎"]);
  expect(all("gruß")).toEqual([]);
  expect(all("grun")).toContain("🟢");
  expect(all("nothing is called that")).toEqual([]);
});

test("nothing typed finds all; signs that are no words find none", () => {
  expect(all(" ")).toHaveLength(GERMAN.length);
  expect(all("!!")).toEqual([]);
});

test("an emoji finds itself, drawn or not, or is itself if it is none of ours", () => {
  expect(all("❤")).toEqual(["❤️"]);
  expect(all(" 🦦 ")).toEqual(["🦦"]);
  expect(all("🦦🦦")).toEqual([]);
  expect(all("👩‍🔧")).toEqual(["👩‍🔧"]);
});
