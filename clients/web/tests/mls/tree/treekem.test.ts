import { describe, expect, test } from "vitest";

import { toHex } from "../../../src/mls/bytes.ts";
import { deriveSecret } from "../../../src/mls/crypto/labels.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { cipherSuite } from "../../../src/mls/crypto/suites.ts";
import { UsageError } from "../../../src/mls/errors.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { verifyLeafNode } from "../../../src/mls/tree/nodes.ts";
import {
  implantPathSecret,
  openPath,
  pathSecretFor,
  retainKeys,
  sealPath,
} from "../../../src/mls/tree/treekem.ts";
import { refused } from "../../support/refused.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";
import { GROUP, Grown, bundle, filled, grown, there } from "../../support/trees.ts";

type Keys = ReadonlyMap<number, Secret>;

const BASE = await grown(7);
const FRESH = await BASE.path(2);
const CONTEXT = filled(1);
const PATH = await sealPath(CRYPTO, SUITE, FRESH, CONTEXT, []);

/** Open PATH as a member, with other keys, another path or context if need be. */
function opened(own: number, keys: Keys = BASE.keys(own), path = PATH, context = CONTEXT) {
  return openPath(CRYPTO, SUITE, BASE.tree, 2, own, keys, path, context, []);
}

function holds(all: Keys, some: Keys): boolean {
  return [...some].every(([node, key]) => all.get(node)?.equals(key));
}

test.each([0x0001, 0x0003, 0xf00d])(
  "everyone arrives at one commit secret in suite %i",
  async (number) => {
    const suite = cipherSuite(number);
    const base = await grown(5, suite);
    const fresh = await base.path(2);
    const path = await sealPath(CRYPTO, suite, fresh, CONTEXT, []);
    for (const own of [0, 1, 3, 4]) {
      const held = base.keys(own);
      const learnt = await openPath(CRYPTO, suite, base.tree, 2, own, held, path, CONTEXT, []);
      expect(learnt.commit_secret.equals(fresh.commit_secret)).toBe(true);
      expect(holds(fresh.private_keys, learnt.private_keys)).toBe(true);
      expect(base.tree.directPath(own)).toEqual(
        expect.arrayContaining([...learnt.private_keys.keys()]),
      );
    }
  },
);

test("a second path is opened with the keys of the first", async () => {
  const learnt = await opened(3);
  const keys = new Map([...BASE.keys(3), ...learnt.private_keys]);
  const second = await BASE.path(6, FRESH.tree);
  const sealed = await sealPath(CRYPTO, SUITE, second, CONTEXT, []);
  const after = await openPath(CRYPTO, SUITE, FRESH.tree, 6, 3, keys, sealed, CONTEXT, []);
  expect(after.commit_secret.equals(second.commit_secret)).toBe(true);
});

test("the new leaf is fresh and signed for its place", async () => {
  const leaf = there(FRESH.tree.leaf(2));
  expect(leaf.encryption_key).not.toEqual(BASE.leaf(2).encryption_key);
  await verifyLeafNode(CRYPTO, SUITE, leaf, { group_id: GROUP, leaf_index: 2 });
});

describe("a path is not opened", () => {
  test("by other keys or in another context", async () => {
    const wrong = new Map([[0, (await bundle("eve")).leaf_private_key]]);
    await refused(Rule.UPDATE_PATH_DECRYPTS, () => opened(0, wrong));
    await refused(Rule.UPDATE_PATH_DECRYPTS, () => opened(0, BASE.keys(0), PATH, filled(2)));
  });

  test("when its secret does not derive the announced keys", async () => {
    const last = { ...there(PATH.nodes.at(-1)), encryption_key: BASE.leaf(6).encryption_key };
    const forged = { ...PATH, nodes: PATH.nodes.with(-1, last) };
    await refused(Rule.UPDATE_PATH_KEY_MATCHES, () => opened(0, BASE.keys(0), forged));
  });

  test("by its sender, by newcomers, and without a key", async () => {
    await expect(opened(2)).rejects.toThrow(UsageError);
    await expect(opened(0, new Map())).rejects.toThrow(UsageError);
    const sealed = await sealPath(CRYPTO, SUITE, FRESH, CONTEXT, [6]);
    const late = openPath(
      ...([CRYPTO, SUITE, BASE.tree, 2, 6, BASE.keys(6), sealed, CONTEXT, [6]] as const),
    );
    await expect(late).rejects.toThrow(UsageError);
  });
});

test("a newcomer derives its keys from one path secret", async () => {
  for (const own of [0, 3, 6]) {
    const keys = await implantPathSecret(
      ...([CRYPTO, SUITE, FRESH.tree, 2, own, pathSecretFor(FRESH, own)] as const),
    );
    const expected = BASE.tree.directPath(own).filter((node) => FRESH.path_secrets.has(node));
    expect([...keys.keys()]).toEqual(expected);
    expect(holds(FRESH.private_keys, keys)).toBe(true);
  }
  const wrong = new Secret(filled(0));
  const implanted = () => implantPathSecret(CRYPTO, SUITE, FRESH.tree, 2, 3, wrong);
  await refused(Rule.PATH_SECRET_KEY_MATCHES, implanted);
});

test("the commit secret lies beyond the last node of the filtered path", async () => {
  // With a blank root it comes from the node below, not from the root (§7.4, §12.4).
  const tree = [0, 1, 2, 3].reduce((left, leaf) => left.removeLeaf(leaf), BASE.tree);
  const fresh = await BASE.path(5, tree);
  const top = Math.max(...fresh.path_secrets.keys());
  expect([top, tree.leafCount]).toEqual([11, 8]);
  const beyond = deriveSecret(CRYPTO, SUITE, there(fresh.path_secrets.get(top)), "path");
  expect(fresh.commit_secret.equals(beyond)).toBe(true);
  const path = await sealPath(CRYPTO, SUITE, fresh, CONTEXT, []);
  const keys = BASE.keys(6);
  const learnt = await openPath(CRYPTO, SUITE, tree, 5, 6, keys, path, CONTEXT, []);
  expect(learnt.commit_secret.equals(beyond)).toBe(true);
});

test("a lone member has a path of nothing", async () => {
  const tree = [1, 2, 3, 4, 5, 6].reduce((left, leaf) => left.removeLeaf(leaf), BASE.tree);
  const fresh = await BASE.path(0, tree);
  expect(fresh.path_secrets.size).toBe(0);
  expect(fresh.commit_secret.length).toBe(SUITE.hash_length);
  expect((await sealPath(CRYPTO, SUITE, fresh, CONTEXT, [])).nodes).toEqual([]);
});

test("keys of replaced nodes are dropped", () => {
  const all = [...FRESH.private_keys.keys()];
  const gone = new Set(FRESH.tree.directPath(0));
  const kept = retainKeys(FRESH.private_keys, FRESH.tree, FRESH.tree.removeLeaf(0));
  expect([...kept.keys()]).toEqual(all.filter((node) => !gone.has(node)));
  const shrunk = [6, 5, 4].reduce((left, leaf) => left.removeLeaf(leaf), FRESH.tree);
  expect(retainKeys(FRESH.private_keys, FRESH.tree, shrunk).has(7)).toBe(false);
});

test("two paths of one member have nothing in common", async () => {
  const other = await new Grown(BASE.tree, BASE.bundles).path(2);
  const secrets = [FRESH, other].flatMap((fresh) => [
    ...[...fresh.path_secrets.values()].map((secret) => toHex(secret.reveal())),
    ...[...fresh.private_keys.values()].map((secret) => toHex(secret.reveal())),
  ]);
  expect(new Set(secrets).size).toBe(secrets.length);
});
