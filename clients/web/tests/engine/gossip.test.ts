/** What others have seen: believed when it was ours, proved when it is smaller, told when not. */

import { beforeAll, expect, test } from "vitest";

import type { Ask, Command } from "../../src/engine/commands.ts";
import * as gossip from "../../src/engine/gossip.ts";
import { type KeyLogState, begin, offered, pinned } from "../../src/engine/key_log.ts";
import type { AccountRecord } from "../../src/engine/records.ts";
import { Leaf } from "../../src/engine/state.ts";
import { Step } from "../../src/engine/step.ts";
import type { DeviceId, UserId } from "../../src/ids.ts";
import { EMPTY } from "../../src/mls/bytes.ts";
import type { TreeHead } from "../../src/transparency/compact.ts";
import type { Tile } from "../../src/transparency/tiles.ts";
import { Code } from "../../src/wire/problems.ts";
import { accountOf } from "../support/account.ts";
import { BEGUN, followed, readAll, shown, treeOf } from "../support/key_logs.ts";
import { stepOf } from "../support/steps.ts";
import { CRYPTO } from "../support/suite.ts";
import { Log, entries } from "../support/tlog.ts";

const BO = Leaf.of({
  index: 1,
  user: "b".repeat(26) as UserId,
  device: "c".repeat(26) as DeviceId,
  identity_key: EMPTY,
});
const NOTHING = new Uint8Array(32);
const LOG = new Log(entries(71));
let own: AccountRecord;
let keys: KeyLogState;

beforeAll(async () => {
  own = await accountOf(1);
  keys = await followed(LOG.entries, await followed(LOG.entries.slice(0, 1)));
});

/** A device that is online and has read a log of 71 entries, the first of them before. */
function reader(): Step {
  const step = stepOf(own, [], CRYPTO);
  step.desk = { ...step.desk, keys };
  return step;
}

function hear(step: Step, { size, root }: TreeHead, begun = BEGUN, sender = BO): void {
  gossip.hear(step, sender, { begun, size: Number(size), root });
}

function tree(size: number): TreeHead {
  return treeOf(LOG.entries.slice(0, size));
}

function findings(step: Step): readonly string[] {
  return step.desk.keys.findings.map((each) => each.kind);
}

function heard(step: Step): number {
  return step.desk.keys.pin?.monitor.heard.length ?? 0;
}

function asked(step: Step): readonly Ask[] {
  const isAsk = (each: Command): each is Ask => each.type === "Ask";
  return step.adopt().filter(isAsk);
}

function tilesAsked(step: Step): readonly Tile[] {
  const purposes = [...step.desk.purposes.values()];
  return purposes.flatMap((each) => (each.type === "ForTile" ? [each.tile] : []));
}

function answer(step: Step): void {
  for (const [tile, data] of LOG.read(tilesAsked(step))) gossip.takeTile(step, tile, data);
}

test("what was seen is said, once there is something", () => {
  expect(gossip.seen(stepOf(own, [], CRYPTO))).toBeNull();
  const { root } = LOG.head;
  expect(gossip.seen(reader())).toEqual({ begun: BEGUN, size: 71, root });
});

test("a smaller tree is proved from tiles", () => {
  const step = reader();
  hear(step, tree(40));
  expect(heard(step)).toBe(1);
  expect(tilesAsked(step).length).toBeGreaterThan(0);
  answer(step);
  expect([findings(step), heard(step)]).toEqual([[], 0]);
  expect(step.desk.keys.proving).toBeNull();
});

test("a smaller tree that is none of ours is told of all who have seen it, one after another", () => {
  const step = reader();
  const wei = { ...BO, user: "w".repeat(26) as UserId };
  for (const who of [BO, wei]) hear(step, { size: 40n, root: NOTHING }, BEGUN, who);
  hear(step, tree(30), BEGUN, { ...BO, device: "d".repeat(26) as DeviceId });
  answer(step);
  expect(findings(step)).toEqual(["alarm-key-log-split", "alarm-key-log-split"]);
  expect(step.desk.keys.findings.map((each) => each.who)).toEqual([BO.user, wei.user]);
  expect(heard(step)).toBe(1);
  answer(step);
  expect(heard(step)).toBe(0);
});

test("wrong tiles prove nothing", () => {
  for (const data of [new Uint8Array(32 * 71), new Uint8Array(5), EMPTY]) {
    const step = reader();
    hear(step, tree(40));
    for (const tile of tilesAsked(step)) gossip.takeTile(step, tile, data);
    expect([findings(step), heard(step)]).toEqual([["alarm-key-log-split"], 0]);
  }
});

test("what is no tile, or comes when nothing is proved, is passed over", () => {
  const step = reader();
  const [tile] = LOG.read([{ level: 0, index: 0n, width: 71 }])[0] ?? [];
  if (tile === undefined) throw new Error("there is a tile");
  gossip.takeTile(step, tile, EMPTY);
  hear(step, tree(40));
  gossip.takeTile(step, tile, null);
  expect([findings(step), heard(step)]).toEqual([[], 1]);
});

test.each([
  [Code.NOT_FOUND, 1],
  [Code.OVERLOADED, 0],
  [null, 0],
])("a tile that is refused for good leaves it unproved: %s", (code, told) => {
  const step = reader();
  hear(step, tree(40));
  gossip.takeNoTile(step, code);
  expect([findings(step).length, heard(step)]).toEqual([told, 1 - told]);
});

test("a proof that comes when another tree is pinned settles nothing", async () => {
  const step = reader();
  hear(step, tree(40));
  const grown = new Log(entries(72));
  const before = step.desk.keys;
  const reading = begin(before, await offered(await shown(grown.head), before));
  const pin = pinned(before, await readAll(grown.entries, reading));
  const proving = before.proving;
  step.desk = { ...step.desk, keys: { ...before, pin } };
  answer(step);
  expect([findings(step), heard(step)]).toEqual([[], 1]);
  expect(step.desk.keys.proving).not.toEqual(proving);
  expect(step.desk.keys.proving?.demand.new).toEqual(grown.head);
});

test("one's own tree and what was pinned before are known", () => {
  const step = reader();
  for (const size of [71, 1]) hear(step, tree(size));
  expect([asked(step), heard(step), findings(step)]).toEqual([[], 0, []]);
  for (const size of [71n, 1n]) hear(step, { size, root: NOTHING });
  expect(findings(step)).toEqual(["alarm-key-log-split"]);
});

test("a larger tree is looked for once", () => {
  const step = reader();
  for (let times = 0; times < 2; times++) hear(step, { size: 72n, root: NOTHING });
  expect(step.desk.keys.again).toBe(false);
  gossip.judge(step);
  expect(findings(step)).toEqual(["alarm-key-log-split"]);
  const asks = asked(step);
  expect(asks.map((each) => each.query.path)).toEqual(["/keys", "/me/alarms"]);
});

test("an older log is none of our business, and a newer one is looked for", () => {
  const step = reader();
  hear(step, { size: 5n, root: NOTHING }, BEGUN - 1);
  expect(step.desk.keys.asking).toBe(0);
  for (let more = 0; more < gossip.STRANGE + 2; more++) {
    hear(step, { size: 5n, root: NOTHING }, BEGUN + 1);
  }
  expect(step.desk.keys.asking).toBeGreaterThan(0);
  expect(step.desk.keys.strange.length).toBe(gossip.STRANGE);
  expect(findings(step)).toEqual([]);
  gossip.judge(step);
  expect(findings(step)).toEqual(["alarm-key-log-split"]);
  expect(step.desk.keys.strange).toEqual([]);
});

test("sizes beyond what a list holds are only compared", () => {
  const step = reader();
  hear(step, { size: BigInt(Number.MAX_SAFE_INTEGER), root: NOTHING });
  gossip.judge(step);
  const [found] = step.desk.keys.findings;
  expect(found?.claim).toBe(`9007199254740991 ${"00".repeat(32)}`);
});
