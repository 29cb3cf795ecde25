/** A state survives storage, in parts that change only when they must. */

import { expect, test } from "vitest";

import { ascii, toHex, type Bytes } from "../../../src/mls/bytes.ts";
import { decode, encode } from "../../../src/mls/codec/index.ts";
import type { Secret } from "../../../src/mls/crypto/secret.ts";
import { DecodeError } from "../../../src/mls/errors.ts";
import {
  type GroupState,
  type Parts,
  changes,
  encrypt,
  proposeReinit,
  proposeRemove,
  proposeUpdate,
  restore,
  snapshot,
} from "../../../src/mls/group/index.ts";
import { KeysRecord, PastRecord } from "../../../src/mls/group/records.ts";
import { PROPOSAL_REINIT } from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { takeKey } from "../../../src/mls/schedule/secret_tree.ts";
import { CRYPTO, type Crew, NOW, SUITE, founded } from "../../support/people.ts";
import { failure, refused } from "../../support/refused.ts";

/** A group with past epochs, skipped keys and pending proposals. */
async function lived(): Promise<Crew> {
  const crew = await founded(["alice", "bob", "carol"]);
  for (const name of ["alice", "bob"]) {
    const [skipped] = await encrypt(CRYPTO, crew.get(name), ascii("never arrives"));
    const [after, message] = await encrypt(CRYPTO, skipped, ascii("arrives"));
    crew.set(name, after);
    await crew.hear("carol", message);
    await crew.accept("carol", await crew.commit("carol"));
  }
  const update = await proposeUpdate(CRYPTO, crew.get("carol"));
  const remove = await proposeRemove(CRYPTO, update.state, 0);
  crew.set("carol", remove.state);
  return crew;
}

function written(state: GroupState): readonly string[] {
  return [...snapshot(state)].map(([name, part]) => `${name} ${toHex(part)}`).sort();
}

test("a state comes back as it was", async () => {
  const state = (await lived()).get("carol");
  expect(state.past.length).toBeGreaterThan(0);
  expect(state.own_updates.size).toBe(1);
  const again = restore(snapshot(state));
  expect(written(again)).toEqual(written(state));
  expect([...again.roster.keys()]).toEqual([...state.roster.keys()]);
  expect(again.past.map((past) => past.ended)).toEqual(state.past.map((past) => past.ended));
});

test("a group that has ended comes back ended", async () => {
  const crew = await founded(["alice", "bob"]);
  const reinit = {
    proposal_type: PROPOSAL_REINIT,
    group_id: ascii("new"),
    version: 1,
    cipher_suite: 1,
    extensions: [],
  } as const;
  const made = await proposeReinit(CRYPTO, crew.get("alice"), reinit);
  crew.set("alice", made.state);
  const { next } = await crew.commit("alice");
  expect(restore(snapshot(next)).reinit?.group_id).toEqual(ascii("new"));
});

test("changes add up", async () => {
  const crew = await founded(["alice", "bob", "carol"]);
  const stored = new Map(snapshot(crew.get("carol")));
  for (let step = 0; step < 8; step++) {
    const before = crew.get("carol");
    if (step % 3 === 2) {
      await crew.accept("bob", await crew.commit("bob"));
    } else {
      const [after, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("hello"));
      crew.set("alice", after);
      await crew.hear("carol", message);
    }
    const change = changes(before, crew.get("carol"));
    expect([...change.put.keys()].some((name) => change.delete.has(name))).toBe(false);
    for (const name of change.delete) stored.delete(name);
    for (const [name, part] of change.put) stored.set(name, part);
    expect(written(restore(stored))).toEqual(written(crew.get("carol")));
  }
});

test.each([4, 24])("a message in a group of %i changes one small part", async (size) => {
  const crew = await founded(Array.from({ length: size }, (_, number) => `m${number}`));
  const [once, first] = await encrypt(CRYPTO, crew.get("m1"), ascii("first"));
  const [, second] = await encrypt(CRYPTO, once, ascii("second"));
  await crew.hear("m0", first);
  const before = crew.get("m0");
  await crew.hear("m0", second);
  const change = changes(before, crew.get("m0"));
  expect(change.delete.size).toBe(0);
  expect([...change.put.values()].map((part) => part.length < 200)).toEqual([true]);
});

test("what was consumed is in no part", async () => {
  const crew = await founded(["alice", "bob"]);
  const [, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("once"));
  const tree = crew.get("bob").secret_tree;
  const [key] = takeKey(CRYPTO, SUITE, tree, 0, "application", 0);
  await crew.hear("bob", message);
  const secret = toHex(key.key.reveal());
  expect(written(crew.get("bob")).some((part) => part.includes(secret))).toBe(false);
  crew.set("bob", restore(snapshot(crew.get("bob"))));
  await refused(Rule.GENERATION_UNUSED, () => crew.receive("bob", message));
});

test("a skipped key is kept as a key, not as what makes the later ones", async () => {
  const crew = await founded(["alice", "bob"]);
  const [one] = await encrypt(CRYPTO, crew.get("alice"), ascii("skipped"));
  const [two, read] = await encrypt(CRYPTO, one, ascii("read"));
  crew.set("alice", two);
  const before = crew.get("bob").secret_tree;
  await crew.hear("bob", read);
  const [skipped, after] = takeKey(CRYPTO, SUITE, before, 0, "application", 0);
  const [consumed] = takeKey(CRYPTO, SUITE, after, 0, "application", 1);
  const parts = written(crew.get("bob")).join("\n");
  expect(parts).toContain(toHex(skipped.key.reveal()));
  expect(parts).not.toContain(toHex(consumed.key.reveal()));
  const opened = after.root.kind === "branch" ? after.root.left : after.root;
  if (opened.kind !== "ratchets") throw new Error("the sender's leaf is not open");
  expect(parts).not.toContain(toHex(opened.application.secret.reveal()));
});

test("missing and damaged parts are refused", async () => {
  const parts = snapshot((await lived()).get("carol"));
  for (const name of parts.keys()) {
    if (name.startsWith("proposal:") || name.startsWith("past:")) continue;
    const some = new Map([...parts].filter(([other]) => other !== name));
    expect(await failure(() => restore(some)), name).toBeInstanceOf(DecodeError);
  }
  const damaged = new Map(parts);
  const group = Uint8Array.from(parts.get("group") ?? []);
  damaged.set("group", group.fill(2, 0, 1));
  expect(await failure(() => restore(damaged))).toBeInstanceOf(DecodeError);
  const misnamed = new Map(parts).set("proposal:zz", new Uint8Array());
  expect(await failure(() => restore(misnamed))).toBeInstanceOf(DecodeError);
});

test("parts of two states make no third", async () => {
  const crew = await founded(["alice", "bob", "carol"]);
  await crew.accept("alice", await crew.commit("alice"));
  const early = snapshot(crew.get("bob"));
  await crew.add("alice", "dave", "erin");
  const late = snapshot(crew.get("bob"));
  const eve = await founded(["eve", "mallory", "trudy"]);
  await eve.accept("eve", await eve.commit("eve"));
  const foreign = snapshot(eve.get("trudy"));
  const only = (parts: Parts, start: string): Parts =>
    new Map([...parts].filter(([name]) => name.startsWith(start)));
  const renamed = new Map([...only(late, "past:").keys()].map((name) => [name, past(foreign)]));
  for (const mixture of [
    [early, only(late, "group")],
    [late, only(early, "group")],
    [early, new Map([...late].filter(([name]) => name !== "group"))],
    [early, only(foreign, "group")],
    [late, renamed],
  ]) {
    const parts = new Map(mixture.flatMap((each) => [...each]));
    expect(await failure(() => restore(parts))).toBeInstanceOf(DecodeError);
  }
});

function past(parts: Parts): Bytes {
  const found = [...parts].find(([name]) => name.startsWith("past:"));
  if (found === undefined) throw new Error("no past epoch");
  return found[1];
}

test("whatever is done to the parts, they are a state or refused", async () => {
  const crew = await founded(["alice", "bob"]);
  const [after] = await encrypt(CRYPTO, crew.get("alice"), ascii("hello"));
  const parts = snapshot((await proposeRemove(CRYPTO, after, 1)).state);
  for (const [name, part] of parts) {
    for (let place = 0; place < part.length; place += 3) {
      const changed = part.map((byte, at) => (at === place ? byte ^ 0x41 : byte));
      try {
        restore(new Map(parts).set(name, changed));
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }
  }
});

test("a state whose parts do not fit each other is refused", async () => {
  const state = (await lived()).get("carol");
  const [deep] = state.past;
  if (deep === undefined) throw new Error("no past epoch");
  const none = new Map<number, Secret>();
  for (const broken of [
    { ...state, private_keys: none },
    { ...state, private_keys: new Map([...state.private_keys, [9999, state.signature_key]]) },
    { ...state, own_leaf: 3 },
    { ...state, secret_tree: { ...state.secret_tree, depth: 7 } },
    { ...state, past: [{ ...deep, context: { ...deep.context, group_id: ascii("x") } }] },
    { ...state, past: [{ ...deep, context: state.context }] },
  ]) {
    expect(await failure(() => restore(snapshot(broken)))).toBeInstanceOf(DecodeError);
  }
});

function withEnded(parts: Parts, ended: bigint): Parts {
  const found = [...parts.keys()].find((name) => name.startsWith("past:"));
  const record = decode(PastRecord, past(parts));
  return new Map(parts).set(found ?? "", encode(PastRecord, { ...record, ended }));
}

function withGeneration(parts: Parts, generation: bigint): Parts {
  for (const [name, part] of parts) {
    const record = name.startsWith("keys:") ? decode(KeysRecord, part) : null;
    if (record === null || !("application" in record)) continue;
    const application = { ...record.application, generation };
    return new Map(parts).set(name, encode(KeysRecord, { ...record, application }));
  }
  throw new Error("nobody has sent anything");
}

test("a number that this language cannot hold is in no state", async () => {
  const parts = snapshot((await lived()).get("carol"));
  for (const ended of [2n ** 53n - 1n, BigInt(NOW)]) {
    expect(restore(withEnded(parts, ended)).past[0]?.ended).toBe(Number(ended));
  }
  for (const ended of [2n ** 53n, 2n ** 64n - 1n]) {
    expect(await failure(() => restore(withEnded(parts, ended)))).toBeInstanceOf(DecodeError);
  }
});

test("a ratchet ends with its last generation", async () => {
  const parts = snapshot((await lived()).get("carol"));
  for (const generation of [0n, 2n ** 32n - 1n, 2n ** 32n]) {
    const given = withGeneration(parts, generation);
    expect(snapshot(restore(given)).size).toBe(given.size);
  }
  for (const generation of [2n ** 32n + 1n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
    const given = withGeneration(parts, generation);
    expect(await failure(() => restore(given))).toBeInstanceOf(DecodeError);
  }
});
