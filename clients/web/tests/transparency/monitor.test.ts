import { expect, test } from "vitest";

import { ascii } from "../../src/mls/bytes.ts";
import { openCheckpoint } from "../../src/transparency/checkpoint.ts";
import {
  Finding,
  InconsistentLogError,
  SplitViewError,
  UsageError,
} from "../../src/transparency/errors.ts";
import { ED25519 } from "../../src/transparency/keys.ts";
import {
  type Demand,
  MAX_SOURCES,
  type Monitor,
  advance,
  behind,
  compare,
  demands,
  hear,
  monitor,
  pinnedHead,
  settle,
} from "../../src/transparency/monitor.ts";
import { decodeNote, encodeNote } from "../../src/transparency/note.ts";
import { check, policy } from "../../src/transparency/witness.ts";
import { LOG_KEY, LOG_ONLY, Log, SigningKey, entries, logOf, signedHead } from "../support/tlog.ts";

const ROOT = new Uint8Array(32);

async function pinned(log: Log): Promise<Monitor> {
  return monitor(await log.publish());
}

function forkOf(count: number): Log {
  return new Log([...entries(count - 1), ascii("a ghost")]);
}

function found<Found extends Error>(
  kind: abstract new (...given: never[]) => Found,
  act: () => unknown,
): Found {
  try {
    act();
  } catch (error) {
    if (error instanceof kind) return error;
    throw error;
  }
  throw new Error("nothing was found");
}

function only(memory: Monitor): Demand {
  const [demand, ...others] = demands(memory);
  if (demand === undefined || others.length > 0) throw new Error("not one demand");
  return demand;
}

test("a pin moves on with a log that grows", async () => {
  let log = logOf(10);
  let memory = await pinned(log);
  for (const count of [1, 2, 300]) {
    log = log.grown(count);
    memory = advance(memory, await log.publish(), log.consistency(pinnedHead(memory).size));
  }
  expect(pinnedHead(memory)).toEqual(log.head);
  expect(advance(memory, await log.publish(), [])).toEqual(memory);
});

test("a client that pinned the empty log follows it", async () => {
  const memory = await pinned(logOf(0));
  expect(pinnedHead(advance(memory, await logOf(3).publish(), [])).size).toBe(3n);
});

test("a restored backup is detected by a pinned checkpoint", async () => {
  const memory = await pinned(logOf(10));
  const backup = await logOf(7).publish();
  const smaller = found(InconsistentLogError, () => advance(memory, backup, []));
  expect(smaller.finding).toBe(Finding.ROLLED_BACK);
  const other = new Log([...entries(7), ...Array.from({ length: 5 }, () => ascii("another"))]);
  const restored = await other.publish();
  const larger = found(InconsistentLogError, () =>
    advance(memory, restored, other.consistency(10n)),
  );
  expect(larger.finding).toBe(Finding.UNPROVEN);
});

test("a fork of one size is conclusive, and the evidence is what the log signed", async () => {
  const memory = await pinned(logOf(10));
  const other = await forkOf(10).publish();
  const fork = found(InconsistentLogError, () => { compare(memory, other.signed, []); }); // prettier-ignore
  expect(fork.finding).toBe(Finding.FORKED);
  expect(found(InconsistentLogError, () => advance(memory, other, [])).finding).toBe(fork.finding);
  const heads = await Promise.all(
    [fork.ours, fork.theirs].map(
      async (note) => (await openCheckpoint(decodeNote(note), LOG_KEY.verifier)).checkpoint.head,
    ),
  );
  expect(heads).toEqual([pinnedHead(memory), other.signed.checkpoint.head]);
});

test("a checkpoint without its proof is not pinned", async () => {
  const memory = await pinned(logOf(10));
  const log = logOf(15);
  const shown = await log.publish();
  for (const proof of [[], log.consistency(9n), log.consistency(10n).slice(0, -1)]) {
    const error = found(InconsistentLogError, () => advance(memory, shown, proof));
    expect(error.finding).toBe(Finding.UNPROVEN);
  }
});

test("another log's checkpoint is the caller's mistake", async () => {
  const key = await SigningKey.of("another.example", ED25519, new Uint8Array(32));
  const other = await check(policy(key.verifier), await signedHead(logOf(10).head, key));
  const memory = await pinned(logOf(10));
  expect(() => advance(memory, other, [])).toThrow(UsageError);
  expect(() => { compare(memory, other.signed, []); }).toThrow(UsageError); // prettier-ignore
});

test("an older checkpoint of the same history is no evidence", async () => {
  const log = logOf(10);
  compare(await pinned(log), (await logOf(7).publish()).signed, log.consistency(7n));
});

test("what a member saw earlier has to be proven", async () => {
  const log = logOf(10);
  const memory = hear(await pinned(log), "anna/laptop", logOf(7).head);
  const demand = only(memory);
  expect([demand.old, demand.new]).toEqual([logOf(7).head, log.head]);
  expect(demands(settle(memory, demand, log.consistency(7n)))).toEqual([]);
});

test("what a member saw later waits for a newer checkpoint", async () => {
  let memory = hear(await pinned(logOf(7)), "anna/laptop", logOf(10).head);
  expect([demands(memory), behind(memory)]).toEqual([[], 3n]);
  const log = logOf(11);
  memory = advance(memory, await log.publish(), log.consistency(7n));
  memory = settle(memory, only(memory), log.consistency(10n));
  expect([demands(memory), behind(memory)]).toEqual([[], 0n]);
});

test("what a member saw is settled when it is pinned", async () => {
  const log = logOf(10);
  const memory = hear(await pinned(logOf(7)), "anna/laptop", log.head);
  expect(advance(memory, await log.publish(), log.consistency(7n)).heard).toEqual([]);
});

test("a split view is noticed by gossip", async () => {
  const ghost = forkOf(7).head;
  const seven = await pinned(logOf(7));
  const forked = found(SplitViewError, () => hear(seven, "anna/laptop", ghost));
  expect([forked.finding, forked.source]).toEqual([Finding.FORKED, "anna/laptop"]);
  const log = logOf(9);
  const memory = hear(await pinned(log), "anna/laptop", ghost);
  const demand = only(memory);
  const split = found(SplitViewError, () => settle(memory, demand, log.consistency(7n)));
  expect(split.finding).toBe(Finding.UNPROVEN);
});

test("a split view shows when the sizes meet", async () => {
  const log = logOf(10);
  let memory = hear(await pinned(logOf(7)), "anna/laptop", forkOf(10).head);
  memory = advance(memory, await log.publish(), log.consistency(7n));
  const met = memory;
  expect(found(SplitViewError, () => settle(met, only(met), [])).finding).toBe(Finding.FORKED);
});

test("members are remembered once, and not without number", async () => {
  let memory = await pinned(logOf(7));
  expect(hear(memory, "anna/laptop", pinnedHead(memory))).toBe(memory);
  for (let number = 0; number < MAX_SOURCES + 5; number++) {
    memory = hear(memory, `${number}`, { size: 8n, root: ROOT });
  }
  expect(memory.heard).toHaveLength(MAX_SOURCES);
  expect(behind(hear(memory, "0", { size: 9n, root: ROOT }))).toBe(2n);
  for (const source of ["", "x".repeat(129)]) {
    expect(() => hear(memory, source, { size: 8n, root: ROOT })).toThrow(UsageError);
  }
  expect(hear(memory, "\u{1f600}".repeat(128), { size: 8n, root: ROOT })).toBe(memory);
});

test("only what was demanded is settled", async () => {
  const demand = only(hear(await pinned(logOf(9)), "anna/laptop", logOf(7).head));
  const other = await pinned(logOf(9));
  expect(() => settle(other, demand, logOf(9).consistency(7n))).toThrow(UsageError);
});

test("a pin survives a restart as its note", async () => {
  const memory = await pinned(logOf(7));
  const stored = encodeNote(memory.pinned.signed.note);
  expect(monitor(await check(LOG_ONLY, decodeNote(stored)))).toEqual(memory);
});
