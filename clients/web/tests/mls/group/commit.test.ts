/** Commits: made, lost, followed (RFC 9420 §12.4). */

import { expect, test } from "vitest";

import { ascii, equalBytes, toHex, type Bytes } from "../../../src/mls/bytes.ts";
import { encode } from "../../../src/mls/codec/index.ts";
import type { Credential } from "../../../src/mls/credentials.ts";
import { MlsError, UsageError } from "../../../src/mls/errors.ts";
import {
  adopt,
  encrypt,
  proposeAdd,
  proposeRemove,
  proposeUpdate,
} from "../../../src/mls/group/index.ts";
import { PROPOSAL_REMOVE, type Remove } from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { DEFAULT_CAPABILITIES, LeafNode } from "../../../src/mls/tree/nodes.ts";
import { commitOf } from "../../support/forgery.ts";
import {
  CRYPTO,
  type Crew,
  NOW,
  REGISTRY,
  add,
  bundleOf,
  founded,
  person,
} from "../../support/people.ts";
import { failure, refused } from "../../support/refused.ts";

const trio = (): Promise<Crew> => founded(["alice", "bob", "carol"]);
const remove = (leaf: number): Remove => ({ proposal_type: PROPOSAL_REMOVE, removed: leaf });
const LIGHT = { alwaysPath: false };

function encryptionKey(crew: Crew, name: string): Bytes | undefined {
  return crew.get(name).tree.leaf(crew.leaf(name))?.encryption_key;
}

function names(members: readonly { readonly credential: Credential }[]): readonly unknown[] {
  return members.map(({ credential }) => ("identity" in credential ? credential.identity : null));
}

test("a remove carries a path and a fresh leaf key", async () => {
  const crew = await trio();
  const old = crew.get("alice").tree.leaf(0);
  const pending = await crew.commit("alice", [remove(crew.leaf("bob"))], LIGHT);
  const leaf = commitOf(pending.message).path?.leaf_node;
  expect(leaf?.encryption_key).not.toEqual(old?.encryption_key);
  expect(leaf?.signature).not.toEqual(old?.signature);
  await crew.accept("alice", pending);
  crew.agree();
});

test("a path is left out only where it may be", async () => {
  const crew = await trio();
  const bundle = await bundleOf(await person("dave"));
  const pending = await crew.commit("alice", [add(bundle)], LIGHT);
  expect(commitOf(pending.message).path).toBeNull();
  await crew.accept("alice", pending);
  crew.set("dave", await crew.join(pending, bundle));
  crew.agree();
  await crew.accept("dave", await crew.commit("dave"));
  crew.agree();
});

test("making a commit changes nothing", async () => {
  const crew = await trio();
  const before = crew.get("alice");
  const pending = await crew.commit("alice", [remove(crew.leaf("bob"))]);
  expect(crew.get("alice")).toBe(before);
  expect(pending.before).toBe(before);
  const [, message] = await encrypt(CRYPTO, before, ascii("still in the old epoch"));
  expect((await crew.receive("bob", message)).type).toBe("application");
});

test("a lost race", async () => {
  const crew = await trio();
  const [lost, won] = [await crew.commit("alice"), await crew.commit("bob")];
  await crew.accept("bob", won);
  crew.agree();
  await refused(Rule.EPOCH_CURRENT, () => crew.receive("carol", lost.message));
  expect(await failure(() => adopt(lost, crew.get("alice")))).toBeInstanceOf(UsageError);
});

test("a pending commit is not adopted by another history", async () => {
  const crew = await trio();
  const before = crew.get("alice");
  const [lost, won] = [await crew.commit("alice"), await crew.commit("bob")];
  crew.set("alice", adopt(lost));
  const pending = await crew.commit("alice");
  crew.set("alice", before);
  const received = await crew.receive("alice", won.message);
  if (received.type !== "commit") throw new Error("not followed");
  expect(received.state.context.epoch).toBe(pending.base_epoch);
  expect(await failure(() => adopt(pending, received.state))).toBeInstanceOf(UsageError);
});

test("a key that was used meanwhile stays used", async () => {
  const crew = await trio();
  const pending = await crew.commit("alice");
  const [after, message] = await encrypt(CRYPTO, crew.get("bob"), ascii("meanwhile"));
  crew.set("bob", after);
  await crew.hear("alice", message);
  await crew.accept("alice", pending);
  await refused(Rule.GENERATION_UNUSED, () => crew.receive("alice", message));
});

test("the removed learns it and nothing more", async () => {
  const crew = await trio();
  const ghost = crew.get("bob");
  const pending = await crew.commit("alice", [remove(crew.leaf("bob"))]);
  expect(await crew.receive("bob", pending.message)).toMatchObject({
    type: "removed",
    committer: { leaf: crew.leaf("alice") },
  });
  await crew.accept("alice", pending);
  const [, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("without Bob"));
  crew.set("bob", ghost);
  expect(await failure(() => crew.receive("bob", message))).toBeInstanceOf(MlsError);
});

test("a leaf changes hands in one commit", async () => {
  const crew = await trio();
  const [bundle, leaf] = [await bundleOf(await person("dave")), crew.leaf("bob")];
  const pending = await crew.commit("alice", [add(bundle), remove(leaf)]);
  expect((await crew.receive("bob", pending.message)).type).toBe("removed");
  const received = await crew.receive("carol", pending.message);
  if (received.type !== "commit") throw new Error("not followed");
  expect(names(received.added)).toEqual([ascii("dave")]);
  expect(names(received.removed)).toEqual([ascii("bob")]);
  await crew.accept("alice", pending);
  crew.set("dave", await crew.join(pending, bundle));
  expect(crew.leaf("dave")).toBe(leaf);
  crew.agree();
});

test("an update is committed by another", async () => {
  const crew = await trio();
  await crew.propose("bob", await proposeUpdate(CRYPTO, crew.get("bob")));
  const old = encryptionKey(crew, "bob");
  await crew.accept("carol", await crew.commit("carol"));
  crew.agree();
  expect(encryptionKey(crew, "bob")).not.toEqual(old);
  expect(crew.get("bob").own_updates.size).toBe(0);
  for (const name of ["bob", "alice"]) await crew.accept(name, await crew.commit(name));
  crew.agree();
});

test("the latest update is taken", async () => {
  const crew = await trio();
  await crew.propose("bob", await proposeUpdate(CRYPTO, crew.get("bob")));
  const latest = await proposeUpdate(CRYPTO, crew.get("bob"));
  await crew.propose("bob", latest);
  const sent = latest.state.pending_proposals.get(toHex(latest.ref));
  await crew.accept("carol", await crew.commit("carol"));
  crew.agree();
  const leaf = crew.get("carol").tree.leaf(crew.leaf("bob"));
  if (leaf === null || sent === undefined || !("leaf_node" in sent.proposal)) {
    throw new Error("no update");
  }
  expect(encode(LeafNode, leaf)).toEqual(encode(LeafNode, sent.proposal.leaf_node));
});

test("a remove is taken before any update", async () => {
  const crew = await trio();
  await crew.propose("bob", await proposeUpdate(CRYPTO, crew.get("bob")));
  const leaf = crew.leaf("bob");
  await crew.propose("alice", await proposeRemove(CRYPTO, crew.get("alice"), leaf));
  await crew.accept("carol", await crew.commit("carol"));
  expect([...crew.states.keys()].sort()).toEqual(["alice", "carol"]);
  crew.agree();
});

test("our own update and removal are left to others", async () => {
  const crew = await trio();
  await crew.propose("bob", await proposeUpdate(CRYPTO, crew.get("bob")));
  await crew.propose("bob", await proposeRemove(CRYPTO, crew.get("bob"), crew.leaf("bob")));
  await crew.accept("bob", await crew.commit("bob"));
  crew.agree();
  expect(crew.states.has("bob")).toBe(true);
  for (const state of crew.states.values()) {
    expect([state.pending_proposals.size, state.own_updates.size]).toEqual([0, 0]);
  }
});

test("an update of ours whose keys are lost", async () => {
  const crew = await trio();
  await crew.propose("bob", await proposeUpdate(CRYPTO, crew.get("bob")));
  crew.set("bob", { ...crew.get("bob"), own_updates: new Map() });
  const pending = await crew.commit("carol");
  const error = await failure(() => crew.receive("bob", pending.message));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain("keys");
});

test("a commit by the only member, and one with pending proposals", async () => {
  const crew = await founded(["alice"]);
  for (let round = 0; round < 3; round++) await crew.accept("alice", await crew.commit("alice"));
  expect(crew.get("alice").context.epoch).toBe(3n);
  const bundle = await bundleOf(await person("bob"));
  const update = await proposeUpdate(CRYPTO, crew.get("alice"));
  const by = { authentication: REGISTRY, now: NOW };
  const made = await proposeAdd(CRYPTO, update.state, bundle.key_package, by);
  crew.set("alice", made.state);
  const pending = await crew.commit("alice");
  await crew.accept("alice", pending);
  crew.set("bob", await crew.join(pending, bundle));
  crew.agree();
});

test("the root may be blank: the commit secret is the end of the filtered path", async () => {
  const crew = await founded(["a", "b", "c", "d", "e", "f", "g", "h"]);
  const leaving = ["a", "b", "c", "d"].map((name) => remove(crew.leaf(name)));
  await crew.accept("h", await crew.commit("h", leaving));
  expect(crew.get("e").tree.leafCount).toBe(8);
  for (const name of ["e", "g", "h", "f"]) {
    await crew.accept(name, await crew.commit(name));
    crew.agree();
    expect(crew.get(name).tree.parent(7)).toBeNull();
  }
  await crew.add("f", "i", "j");
  crew.agree();
  expect(crew.leaf("i")).toBe(0);
  await crew.accept("i", await crew.commit("i"));
  crew.agree();
});

test("what fits no other is left out, and the rest is committed", async () => {
  const crew = await trio();
  const bundle = await bundleOf(await person("dave"));
  const by = { authentication: REGISTRY, now: NOW };
  const once = await proposeAdd(CRYPTO, crew.get("alice"), bundle.key_package, by);
  const twice = await proposeAdd(CRYPTO, once.state, bundle.key_package, by);
  const gone = await proposeRemove(CRYPTO, twice.state, 99);
  crew.set("alice", gone.state);
  const pending = await crew.commit("alice");
  expect(commitOf(pending.message).proposals).toEqual([{ type: 2, reference: once.ref }]);
  const welcomed = await crew.join(pending, bundle);
  expect(equalBytes(welcomed.tree.encode(), pending.ratchet_tree)).toBe(true);
});

test("a commit may say that its maker supports more", async () => {
  const crew = await trio();
  const capabilities = {
    ...DEFAULT_CAPABILITIES,
    extensions: [...DEFAULT_CAPABILITIES.extensions, 0xf0f0],
  };
  const said = (): unknown => crew.get("bob").tree.leaf(crew.leaf("alice"))?.capabilities;
  await crew.accept("alice", await crew.commit("alice", [], { capabilities }));
  crew.agree();
  expect(said()).toEqual(capabilities);
  await crew.accept("alice", await crew.commit("alice", []));
  expect(said()).toEqual(capabilities);
});
