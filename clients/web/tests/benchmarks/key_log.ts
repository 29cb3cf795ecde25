/**
 * What following the key directory costs a client: the twin of `benchmarks/key_log/client.py`.
 *
 * CPU time of this process, and the most of it in which it did nothing else. A directory of
 * 10,000 people with three devices each is read entry by entry, as a new device does; then three
 * entries more, as a connected one does a few times a day. `npx esbuild` this file with `--bundle
 * --platform=node --format=esm`, run it by Node: it prints the figures as one line of JSON.
 */

import { sha256 } from "@noble/hashes/sha2.js";

import { KeyLogState, personRecord, recordOf } from "../../src/engine/key_log.ts";
import { KeyLogRecord, PersonKeysRecord } from "../../src/engine/key_records.ts";
import { issue } from "../../src/identity/certificate.ts";
import { encodeStatement } from "../../src/identity/entries.ts";
import { DeviceKey, IdentityKey } from "../../src/identity/keys.ts";
import { dayOf } from "../../src/identity/statements.ts";
import { type DeviceId, type UserId, identifier } from "../../src/ids.ts";
import { type Bytes, ascii } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { follow, shown, treeOf } from "../support/key_logs.ts";

const PEOPLE = Number(process.argv[2] ?? 10_000);
const DEVICES = 3;
const NOW = 1_790_000_000;

interface Costs {
  readonly keys: KeyLogState;
  /** CPU seconds; seconds; the most CPU seconds at once in which nothing else could run. */
  readonly cpu: number;
  readonly wall: number;
  readonly stall: number;
}

function hashed(text: string): Bytes {
  return new Uint8Array(sha256(ascii(text)));
}

async function entriesOf(number: number): Promise<readonly Bytes[]> {
  const user = identifier<UserId>(hashed(`user ${number}`).slice(0, 16));
  const identity = await IdentityKey.of(new Secret(hashed(`identity ${number}`)));
  const found: Bytes[] = [];
  for (let which = 0; which < DEVICES; which++) {
    const device = identifier<DeviceId>(hashed(`device ${number} ${which}`).slice(0, 16));
    const key = await DeviceKey.of(new Secret(hashed(`key ${number} ${which}`)));
    const certificate = await issue(identity, user, device, key.public, NOW);
    found.push(encodeStatement({ op: "add", user, device, certificate, day: dayOf(NOW) }));
  }
  return found;
}

/** Let a client read what is new, bundle by bundle, and write it down; return what it costs. */
async function measured(before: KeyLogState, entries: readonly Bytes[]): Promise<Costs> {
  const body = await shown(treeOf(entries));
  const stalls = watched();
  const [cpu, wall] = [clock(), performance.now()];
  const keys = await follow(entries, body, before);
  for (const [user, each] of keys.directory.people) {
    if (before.directory.people.get(user) !== each) PersonKeysRecord.encode(personRecord(each));
  }
  KeyLogRecord.encode(recordOf(keys));
  const taken = { cpu: clock() - cpu, wall: (performance.now() - wall) / 1000 };
  return { keys, ...taken, stall: stalls.end() };
}

function clock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Look for how much CPU time at once nothing else could run. */
function watched(): { readonly end: () => number } {
  let longest = 0;
  let before = clock();
  const look = () => {
    const now = clock();
    longest = Math.max(longest, now - before);
    before = now;
  };
  const timer = setInterval(look, 1);
  return {
    end: () => {
      clearInterval(timer);
      look();
      return longest;
    },
  };
}

const entries: Bytes[] = [];
for (let number = 0; number < PEOPLE; number++) entries.push(...(await entriesOf(number)));
const more = await entriesOf(PEOPLE);
const replay = await measured(KeyLogState.of({}), entries);
const after = await measured(replay.keys, [...entries, ...more]);
const figures = {
  entries: entries.length,
  replay: replay.cpu,
  replay_wall: replay.wall,
  longest_stall: replay.stall,
  three_more: after.cpu,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
