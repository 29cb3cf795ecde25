/** What no tape reaches: an error that nobody foresaw costs one item of the log. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { pack } from "../../src/content/envelope.ts";
import { Author } from "../../src/content/profile.ts";
import * as groups from "../../src/engine/groups.ts";
import { take } from "../../src/engine/inbox.ts";
import { type AccountRecord, ConversationRecord, Phase, Rejoin } from "../../src/engine/records.ts";
import { rosterOf } from "../../src/engine/roster.ts";
import { ConversationState } from "../../src/engine/state.ts";
import type { Step } from "../../src/engine/step.ts";
import { type ConversationId, identifier } from "../../src/ids.ts";
import type { Bytes } from "../../src/mls/bytes.ts";
import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import type { Secret } from "../../src/mls/crypto/index.ts";
import { type Item, Kind } from "../../src/wire/frames.ts";
import { accountOf } from "../support/account.ts";
import { START } from "../support/memory_store.ts";
import { stepOf } from "../support/steps.ts";
import { CRYPTO } from "../support/suite.ts";

const TALK = identifier<ConversationId>(new Uint8Array(16).fill(5));
const CLIENT_ID = new Uint8Array(16).fill(7);
const told: string[] = [];

/** A library that has a bug. */
class Broken extends DefaultCrypto {
  override aeadOpen(): Promise<Bytes> {
    return Promise.reject(new RangeError("hello"));
  }

  override hpkeOpen(): Promise<Secret> {
    return Promise.reject(new RangeError("hello"));
  }
}

let anna: AccountRecord;
let bo: AccountRecord;
/** Anna's group, and the conversation as it is on Bo's device. */
let group: groups.GroupState;
let talk: ConversationState;

beforeEach(async () => {
  told.length = 0;
  vi.spyOn(console, "error").mockImplementation((text: string) => {
    told.push(text);
  });
  anna = await accountOf(1);
  bo = await accountOf(2);
  const founded = await groups.create(CRYPTO, anna, TALK, START);
  const [ref, held] = await groups.makeKeyPackage(CRYPTO, bo, START, 3600, { lastResort: false });
  const made = await groups.commit(CRYPTO, founded.group, START, { add: [held.key_package] });
  group = groups.restored(made.parts);
  const tree = group.tree.encode();
  const known = new Map([[ref, held]]);
  const joined = await groups.join(CRYPTO, TALK, made.welcome, tree, known, bo, START);
  talk = ConversationState.of({
    record: ConversationRecord.of({ id: TALK, direct: false, phase: Phase.JOINED, seq: 1 }),
    group: joined.group,
    roster: await rosterOf(joined.group),
    caught_up: true,
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

function itemOf(kind: Kind, body: Bytes): Item {
  return { kind, epoch: 1, sender: anna.device, client_id: CLIENT_ID, time_ms: 9, body };
}

async function said(text: string): Promise<Item> {
  const content = pack(new Author(anna.user, TALK).text(text, new Uint8Array(16)));
  const [after, body] = await groups.encrypt(CRYPTO, group, content, CLIENT_ID);
  group = after;
  return itemOf(Kind.APPLICATION, body);
}

async function read(step: Step, seq: number, item: Item): Promise<void> {
  await take(step, step.known(TALK), seq, item);
}

test("what is said is a line", async () => {
  const step = stepOf(bo, [talk], CRYPTO);
  await read(step, 2, await said("hello"));
  expect(step.known(TALK).last).toMatchObject({ text: "hello", sender: anna.user, position: 2 });
  expect(told).toEqual([]);
});

test("an error that nobody foresaw costs one line, and what is behind it is read", async () => {
  const step = stepOf(bo, [talk], new Broken());
  await read(step, 2, await said("hello"));
  const after = step.known(TALK);
  expect(after.last).toMatchObject({ text: "system-undecryptable", sender: anna.user });
  expect(after.group).toBe(talk.group);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/RangeError at .*inbox\.ts:\d+/);
  expect(told[0]).not.toContain("hello");
  const next = stepOf(bo, [after], CRYPTO);
  await read(next, 3, await said("again"));
  expect(next.known(TALK).last).toMatchObject({ text: "again" });
});

test("an error at a commit lets the device join again", async () => {
  const { body } = await groups.commit(CRYPTO, group, START);
  const step = stepOf(bo, [talk], new Broken());
  await read(step, 2, itemOf(Kind.COMMIT, body));
  const { record } = step.known(TALK);
  expect(record.intents).toEqual([Rejoin(true)]);
  expect(record.rejoined_at).toBe(START);
});

test("what is no message is a line, and no error", async () => {
  const step = stepOf(bo, [talk], CRYPTO);
  await read(step, 2, itemOf(Kind.APPLICATION, new Uint8Array(9)));
  expect(step.known(TALK).last).toMatchObject({ text: "system-undecryptable", position: 2 });
  expect(told).toEqual([]);
});

test("what the server has moved to another id is not read as its sender's", async () => {
  const step = stepOf(bo, [talk], CRYPTO);
  const client_id = new Uint8Array(16).fill(8);
  await read(step, 2, { ...(await said("hello")), client_id });
  expect(step.known(TALK).last).toMatchObject({ text: "system-undecryptable", sender: anna.user });
});
