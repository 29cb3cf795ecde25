/** A finding as files, and the digest that stands for it. */

import { expect, test } from "vitest";

import { digestOf, filesOf, listed } from "../../src/engine/evidence.ts";
import { FindingRecord } from "../../src/engine/key_records.ts";
import { ascii, toHex } from "../../src/mls/bytes.ts";

const FOUND = FindingRecord.of({
  kind: "alarm-log-fork",
  time_ms: 1,
  ours: ascii("ours"),
  claim: "7 ab",
  entry: ascii("{}"),
  log_key: "log+1+x",
});

test("a finding is the files that it has", () => {
  const texts = [...filesOf(FOUND)].map(([name, data]) => [name, new TextDecoder().decode(data)]);
  expect(texts).toEqual([
    ["log.vkey", "log+1+x\n"],
    ["known.checkpoint", "ours"],
    ["claim.txt", "7 ab\n"],
    ["entry.json", "{}"],
  ]);
});

test("its list is that of sha256sum, by name, and its digest is the list's", () => {
  const files = filesOf(FOUND);
  const names = listed(files).trimEnd().split("\n");
  expect(names.map((line) => line.slice(66))).toEqual([
    "claim.txt",
    "entry.json",
    "known.checkpoint",
    "log.vkey",
  ]);
  expect(names[1]).toBe(
    "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a  entry.json",
  );
  // As Python says of the same finding.
  expect(toHex(digestOf(FOUND))).toBe(
    "e76181fdb4f219fcddf1472d79c6e4f83bf46dddd37c9ad04f73b45a6480abd4",
  );
});

test("nothing found is nothing to list", () => {
  expect(listed(filesOf(FindingRecord.of({ kind: "", time_ms: 0 })))).toBe("");
});
