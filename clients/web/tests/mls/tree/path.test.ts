import { describe, expect, test } from "vitest";

import { EMPTY, type Bytes } from "../../../src/mls/bytes.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { LEAF_COMMIT, LEAF_UPDATE } from "../../../src/mls/tree/nodes.ts";
import { hashPath, mergePath, recipients, type UpdatePath } from "../../../src/mls/tree/path.ts";
import type { RatchetTree } from "../../../src/mls/tree/ratchet_tree.ts";
import { sealPath } from "../../../src/mls/tree/treekem.ts";
import { refused } from "../../support/refused.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";
import { Grown, filled, grown, leafOf, sameTree, there } from "../../support/trees.ts";

const BASE = await (await grown(6)).committedBy(1, 4);
const PATH = await pathBy(BASE, 0);

async function pathBy(base: Grown, sender: number, ...added: readonly number[]) {
  const fresh = await base.path(sender);
  return sealPath(CRYPTO, SUITE, fresh, filled(1), added);
}

function merged(path: UpdatePath, tree: RatchetTree = BASE.tree, sender = 0): RatchetTree {
  return mergePath(CRYPTO, SUITE, tree, sender, path, []);
}

function withKey(path: UpdatePath, index: number, key: Bytes): UpdatePath {
  const node = { ...there(path.nodes[index]), encryption_key: key };
  return { ...path, nodes: path.nodes.with(index, node) };
}

test("a merged path replaces the filtered direct path", () => {
  const tree = merged(PATH);
  const above = BASE.tree.filteredDirectPath(0).map(([node]) => node);
  const keys = PATH.nodes.map((node) => node.encryption_key);
  expect(above.map((node) => tree.encryptionKey(node))).toEqual(keys);
  expect(tree.leaf(0)).toBe(PATH.leaf_node);
  expect(tree.parent(there(above.at(-1)))?.parent_hash).toEqual(EMPTY);
});

describe("a path is refused", () => {
  test("when it is of the wrong length", async () => {
    const { nodes } = PATH;
    for (const wrong of [nodes.slice(0, -1), [...nodes, there(nodes[0])], []]) {
      await refused(Rule.UPDATE_PATH_LENGTH, () => merged({ ...PATH, nodes: wrong }));
    }
    for (const keys of [[], [filled(1)], [filled(1), filled(2), filled(3), filled(4)]]) {
      const hashed = () => hashPath(CRYPTO, SUITE, BASE.tree, 0, keys);
      await refused(Rule.UPDATE_PATH_LENGTH, hashed);
    }
  });

  test("when a ciphertext is missing or one too many", async () => {
    const first = there(PATH.nodes[0]);
    const sealed = first.encrypted_path_secret;
    for (const wrong of [sealed.slice(0, -1), [...sealed, there(sealed[0])]]) {
      const nodes = PATH.nodes.with(0, { ...first, encrypted_path_secret: wrong });
      await refused(Rule.UPDATE_PATH_CIPHERTEXT_COUNT, () => merged({ ...PATH, nodes }));
    }
  });

  test("when a key is in the tree", async () => {
    for (const node of [0, 10, 7]) {
      const old = there(BASE.tree.encryptionKey(node));
      await refused(Rule.UPDATE_PATH_KEYS_FRESH, () => merged(withKey(PATH, 1, old)));
      const leaf = { ...PATH.leaf_node, encryption_key: old };
      await refused(Rule.UPDATE_PATH_KEYS_FRESH, () => merged({ ...PATH, leaf_node: leaf }));
    }
  });

  test("when a key is twice in it", async () => {
    for (const { encryption_key: key } of [there(PATH.nodes[0]), PATH.leaf_node]) {
      await refused(Rule.UPDATE_PATH_KEYS_FRESH, () => merged(withKey(PATH, 1, key)));
    }
  });

  test("when a key or the leaf's parent hash is another", async () => {
    for (const index of PATH.nodes.keys()) {
      await refused(Rule.UPDATE_PATH_PARENT_HASH, () => merged(withKey(PATH, index, filled(7))));
    }
    const source = { leaf_node_source: LEAF_COMMIT, parent_hash: EMPTY } as const;
    const leaf = { ...PATH.leaf_node, leaf_node_source: source };
    await refused(Rule.UPDATE_PATH_PARENT_HASH, () => merged({ ...PATH, leaf_node: leaf }));
  });

  test("when nobody can encrypt to a key", async () => {
    for (const bad of [EMPTY, filled(0), Uint8Array.of(1, ...filled(0, 31))]) {
      await refused(Rule.PUBLIC_KEY_VALID, () => merged(withKey(PATH, 0, bad)));
    }
  });

  test("when its leaf is not a commit's", async () => {
    const leaf = {
      ...PATH.leaf_node,
      leaf_node_source: { leaf_node_source: LEAF_UPDATE },
    } as const;
    await refused(Rule.LEAF_SOURCE, () => merged({ ...PATH, leaf_node: leaf }));
  });
});

test("newcomers of the commit get no ciphertext", async () => {
  const [tree, leaf] = BASE.tree.addLeaf(await leafOf("new"));
  expect(leaf).toBe(6);
  expect(recipients(tree, 11, [])).toContain(12);
  expect(recipients(tree, 11, [leaf])).not.toContain(12);
  const path = await pathBy(new Grown(tree, BASE.bundles), 0, leaf);
  mergePath(CRYPTO, SUITE, tree, 0, path, [leaf]);
  await refused(Rule.UPDATE_PATH_CIPHERTEXT_COUNT, () => merged(path, tree));
});

test("an external joiner's own key in its place is no older use, another's is", async () => {
  const joiner = await grown(1);
  const [placed, leaf] = BASE.tree.addLeaf(joiner.leaf(0));
  const bundles = [...BASE.bundles, there(joiner.bundles[0])];
  const fresh = await new Grown(placed, bundles).path(leaf);
  const path = await sealPath(CRYPTO, SUITE, fresh, filled(1), []);
  const [tree] = BASE.tree.addLeaf(path.leaf_node);
  expect(sameTree(merged(path, tree, leaf), fresh.tree)).toBe(true);
  const copied = { ...path.leaf_node, encryption_key: BASE.leaf(3).encryption_key };
  const [clash] = BASE.tree.addLeaf(copied);
  const copy = { ...path, leaf_node: copied };
  await refused(Rule.UPDATE_PATH_KEYS_FRESH, () => merged(copy, clash, leaf));
});

test("a blank root gets no key", async () => {
  const four = await grown(4);
  const tree = four.tree.removeLeaf(0).removeLeaf(1);
  const path = await pathBy(new Grown(tree, four.bundles), 2);
  expect(path.nodes.length).toBe(1);
  const after = merged(path, tree, 2);
  expect(after.parent(3)).toBeNull();
  expect(after.encryptionKey(5)).toEqual(path.nodes[0]?.encryption_key);
});
