/**
 * Plays tapes of Python's engine to ours: `node tapes.mjs FOLDER [PART OF A NAME]`.
 *
 * It writes what differed, one line of JSON each, then the figures; it ends with 1 if anything did.
 */

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { play } from "../support/tape.ts";

const [folder = ".", part = ""] = process.argv.slice(2);
const tapes = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".jsonl") && name.includes(part))
  .sort();
let events = 0;
let differences = 0;
for (const name of tapes) {
  const lines = readFileSync(join(folder, name), "utf8").trimEnd().split("\n");
  const [played, difference] = await play(lines);
  events += played;
  if (difference === null) continue;
  differences += 1;
  process.stdout.write(`${JSON.stringify({ tape: name, ...difference })}\n`);
}
process.stdout.write(`${JSON.stringify({ tapes: tapes.length, events, differences })}\n`);
process.exitCode = differences === 0 && events > 0 ? 0 : 1;
