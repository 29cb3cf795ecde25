/** The deletion schedule: what is consumed is gone (RFC 9420 §9.2). */

import { expect, test } from "vitest";

import { UsageError } from "../../../src/mls/errors.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { Rule } from "../../../src/mls/rules.ts";
import {
  MAX_FORWARD,
  MAX_SKIPPED,
  RATCHET_APPLICATION,
  RATCHET_HANDSHAKE,
  type Ratchet,
  type Ratchets,
  type Sealed,
  type SecretTree,
  type SecretTreeNode,
  changed,
  nextKey,
  secretTreeOf,
  step,
  takeKey,
} from "../../../src/mls/schedule/secret_tree.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";
import { refused } from "../../support/refused.ts";

const ROOT = new Secret(new Uint8Array(32));
const TREE = secretTreeOf(ROOT, 8);

function take(tree: SecretTree, leaf: number, generation: number): [Secret, SecretTree] {
  const [key, next] = takeKey(CRYPTO, SUITE, tree, leaf, RATCHET_APPLICATION, generation);
  return [key.key, next];
}

function after(tree: SecretTree, leaf: number, generation: number): SecretTree {
  return take(tree, leaf, generation)[1];
}

function ends(node: SecretTreeNode): (Sealed | Ratchets)[] {
  return node.kind === "branch" ? [...ends(node.left), ...ends(node.right)] : [node];
}

/** Return every secret from which others could still be derived. */
function secretsIn(tree: SecretTree): Secret[] {
  return ends(tree.root).flatMap((end) =>
    end.kind === "sealed" ? [end.secret] : [end.handshake.secret, end.application.secret],
  );
}

function ratchetOf(tree: SecretTree, leaf: number): Ratchet {
  let node = tree.root;
  for (let level = tree.depth - 1; level >= 0; level--) {
    if (node.kind !== "branch") throw new Error("the leaf is not open");
    node = (leaf >> level) & 1 ? node.right : node.left;
  }
  if (node.kind !== "ratchets") throw new Error("the leaf is not open");
  return node.application;
}

const has = (secrets: readonly Secret[], secret: Secret): boolean =>
  secrets.some((each) => each.equals(secret));

test("sender and receiver derive the same keys", () => {
  let [sending, receiving] = [TREE, TREE];
  for (const generation of [0, 1, 2]) {
    const [key, sent] = nextKey(CRYPTO, SUITE, sending, 5, RATCHET_APPLICATION);
    const [taken, received] = take(receiving, 5, generation);
    expect(taken.equals(key.key)).toBe(true);
    [sending, receiving] = [sent, received];
  }
  const [ours, theirs] = [secretsIn(sending), secretsIn(receiving)];
  expect(ours.every((secret, place) => theirs[place]?.equals(secret))).toBe(true);
});

test("opening a leaf forgets every secret above it", () => {
  const tree = after(TREE, 5, 0);
  expect(has(secretsIn(TREE), ROOT)).toBe(true);
  expect(has(secretsIn(tree), ROOT)).toBe(false);
  expect(ends(tree.root).filter((end) => end.kind === "sealed")).toHaveLength(tree.depth);
});

test("a skipped generation is kept as key and nonce, never as a ratchet secret", () => {
  const fresh = after(TREE, 2, 0);
  const ahead = after(fresh, 2, 5);
  const reachable = secretsIn(ahead);
  let ratchet = ratchetOf(fresh, 2);
  for (let steps = 0; steps < 5; steps++) {
    expect(has(reachable, ratchet.secret)).toBe(false);
    [, ratchet] = step(CRYPTO, SUITE, ratchet);
  }
  expect(ratchetOf(ahead, 2).skipped.map((key) => key.generation)).toEqual([1, 2, 3, 4]);
});

test("a key is taken once", async () => {
  let tree = after(TREE, 0, 3);
  tree = after(tree, 0, 1);
  for (const generation of [1, 3]) {
    await refused(Rule.GENERATION_UNUSED, () => take(tree, 0, generation));
  }
  tree = after(tree, 0, 2);
  expect(ratchetOf(tree, 0).skipped.map((key) => key.generation)).toEqual([0]);
});

test("a message may not run too far ahead", async () => {
  take(TREE, 0, MAX_FORWARD);
  await refused(Rule.GENERATION_WINDOW, () => take(TREE, 0, MAX_FORWARD + 1));
  await refused(Rule.GENERATION_WINDOW, () => take(TREE, 0, 0xffff_ffff));
});

test("skipped keys are bounded and the oldest go first", () => {
  const tree = after(TREE, 0, 500);
  const kept = ratchetOf(tree, 0).skipped.map((key) => key.generation);
  expect(kept).toHaveLength(MAX_SKIPPED);
  expect([kept.at(0), kept.at(-1)]).toEqual([500 - MAX_SKIPPED, 499]);
  const later = ratchetOf(after(tree, 0, 502), 0).skipped.map((key) => key.generation);
  expect(later).toHaveLength(MAX_SKIPPED);
  expect([later.at(0), later.at(-1)]).toEqual([501 - MAX_SKIPPED, 501]);
});

test("the two ratchets of a sender are apart", () => {
  const [handshake, tree] = nextKey(CRYPTO, SUITE, TREE, 1, RATCHET_HANDSHAKE);
  const [application] = nextKey(CRYPTO, SUITE, tree, 1, RATCHET_APPLICATION);
  expect([handshake.generation, application.generation]).toEqual([0, 0]);
  expect(handshake.key.equals(application.key)).toBe(false);
});

test("a ratchet ends", () => {
  const last = { secret: ROOT, generation: 2 ** 32, skipped: [] };
  expect(() => step(CRYPTO, SUITE, last)).toThrow(UsageError);
  const [key] = step(CRYPTO, SUITE, { ...last, generation: 2 ** 32 - 1 });
  expect(key.generation).toBe(2 ** 32 - 1);
});

test.each([8, -1, 0.5, 2 ** 32])("a leaf outside the tree is refused: %s", (leaf) => {
  expect(() => take(TREE, leaf, 0)).toThrow(UsageError);
});

test.each([
  [1, 0],
  [2, 1],
  [8, 3],
  [65536, 16],
])("a tree of %s leaves is %s deep", (leaves, depth) => {
  expect(secretTreeOf(ROOT, leaves).depth).toBe(depth);
});

test("the keys of neighbours and of the last leaf differ", () => {
  const keys = [0, 3, 4, 7].map((leaf) => take(TREE, leaf, 0)[0]);
  for (const [place, key] of keys.entries()) expect(has(keys.slice(place + 1), key)).toBe(false);
});

test("what was read leaves the tree it was read with as it was", () => {
  const tree = after(TREE, 2, 0);
  const before = ratchetOf(tree, 2);
  after(tree, 2, 5);
  expect(ratchetOf(tree, 2)).toBe(before);
  expect(before).toMatchObject({ generation: 1, skipped: [] });
});

test("a change names only what changed", () => {
  const opened = after(TREE, 5, 0);
  const first = new Map(changed(TREE, opened));
  expect(first.get("")).toBeNull();
  const named = [...first].filter(([, node]) => node !== null).map(([position]) => position);
  expect(named.sort()).toEqual(["0", "100", "101", "11"]);
  const again = after(opened, 5, 1);
  expect([...new Map(changed(opened, again)).keys()]).toEqual(["101"]);
  expect([...changed(again, again)]).toEqual([]);
  const gone = new Map(changed(again, null));
  expect(new Set(gone.values())).toEqual(new Set([null]));
  expect([...gone.keys()].sort()).toEqual(["0", "100", "101", "11"]);
});
