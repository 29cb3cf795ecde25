import { describe, expect, test } from "vitest";

import { EMPTY, ascii } from "../../../src/mls/bytes.ts";
import { encode } from "../../../src/mls/codec/index.ts";
import { BASIC, X509 } from "../../../src/mls/credentials.ts";
import {
  APPLICATION_ID,
  REQUIRED_CAPABILITIES,
  RequiredCapabilities,
  type Extension,
} from "../../../src/mls/extensions.ts";
import { Rule } from "../../../src/mls/rules.ts";
import {
  LEAF_KEY_PACKAGE,
  LEAF_UPDATE,
  signLeafNode,
  type Capabilities,
  type LeafNode,
} from "../../../src/mls/tree/nodes.ts";
import { RatchetTree } from "../../../src/mls/tree/ratchet_tree.ts";
import {
  DAY,
  MAX_LIFETIME,
  checkLeaf,
  checkLeafContents,
  checkLifetime,
  checkNeighbours,
  checkParentHashes,
  checkTree,
  checkUnmergedLeaves,
  leafRules,
} from "../../../src/mls/tree/validation.ts";
import { refused } from "../../support/refused.ts";
import { CRYPTO, NOW, SUITE } from "../../support/suite.ts";
import {
  CAPABILITIES,
  GROUP,
  changedParent,
  filled,
  grown,
  leafOf,
  there,
  trusting,
  withNode,
} from "../../support/trees.ts";

const PLAIN = leafRules(SUITE, []);
const LEAF = await leafOf("ada");
const GROWN = await (await grown(6)).committedBy(0, 5, 2);
/** Without parents, so that a leaf can be changed and no parent hash breaks. */
const FLAT = await grown(6);
const CUSTOM = 0xf123;
const HERE = { group_id: GROUP, leaf_index: 0 };

function extension(type: number, data = EMPTY): Extension {
  return { extension_type: type, extension_data: data };
}

function can(changes: Partial<Capabilities>): LeafNode {
  return { ...LEAF, capabilities: { ...CAPABILITIES, ...changes } };
}

function lasting(from: number | bigint, to: number | bigint): LeafNode {
  const lifetime = { not_before: BigInt(from), not_after: BigInt(to) };
  return { ...LEAF, leaf_node_source: { leaf_node_source: LEAF_KEY_PACKAGE, lifetime } };
}

function requiring(required: RequiredCapabilities) {
  const data = encode(RequiredCapabilities, required);
  return leafRules(SUITE, [extension(REQUIRED_CAPABILITIES, data)]);
}

function checked(tree: RatchetTree, ...strangers: readonly string[]): Promise<void> {
  return checkTree(CRYPTO, tree, GROUP, PLAIN, trusting(...strangers));
}

describe("a leaf", () => {
  test.each([
    [
      "no credential of its own",
      can({ credentials: [X509] }),
      Rule.LEAF_CREDENTIAL_IN_CAPABILITIES,
    ],
    ["another version", can({ versions: [0x2a2a] }), Rule.LEAF_SUPPORTS_SUITE],
    ["another suite", can({ cipher_suites: [3] }), Rule.LEAF_SUPPORTS_SUITE],
    [
      "an extension it does not name",
      { ...LEAF, extensions: [extension(CUSTOM)] },
      Rule.LEAF_EXTENSIONS_IN_CAPABILITIES,
    ],
    [
      "an extension twice",
      { ...LEAF, extensions: [extension(APPLICATION_ID), extension(APPLICATION_ID)] },
      Rule.EXTENSION_UNIQUE,
    ],
    [
      "an extension of a GroupContext",
      { ...LEAF, extensions: [extension(REQUIRED_CAPABILITIES)] },
      Rule.EXTENSION_ELSEWHERE,
    ],
  ] as const)("is refused with %s", async (_, leaf, rule) => {
    checkLeafContents(LEAF, PLAIN);
    await refused(rule, () => {
      checkLeafContents(leaf, PLAIN);
    });
  });

  test("is not searched through for each of its extensions and of the group's", () => {
    const types = Array.from({ length: 1024 }, (_, place) => 0xf000 + place);
    const unsearched = Object.assign([...types], {
      includes: () => expect.unreachable("a list is searched"),
    });
    const leaf = can({ extensions: unsearched, proposals: unsearched });
    const required = { extension_types: types, proposal_types: types, credential_types: [] };
    const group = [
      extension(REQUIRED_CAPABILITIES, encode(RequiredCapabilities, required)),
      extension(0xf000),
    ];
    const extensions = types.map((type) => extension(type));
    checkLeafContents({ ...leaf, extensions }, leafRules(SUITE, group));
  });

  test("may name what nobody knows", () => {
    const grease = [0x0a0a, 0x1a1a];
    const leaf = can({
      versions: [1, ...grease],
      cipher_suites: [1, ...grease],
      extensions: [CUSTOM, ...grease],
      proposals: grease,
      credentials: [BASIC, ...grease],
    });
    const extensions = [extension(APPLICATION_ID, ascii("id")), extension(0x0a0a)];
    checkLeafContents({ ...leaf, extensions }, PLAIN);
  });

  test("supports what the group uses", async () => {
    const rules = leafRules(SUITE, [extension(CUSTOM)]);
    await refused(Rule.LEAF_SUPPORTS_GROUP_CONTEXT, () => {
      checkLeafContents(LEAF, rules);
    });
    checkLeafContents(can({ extensions: [CUSTOM] }), rules);
  });

  test.each([
    { extension_types: [CUSTOM], proposal_types: [], credential_types: [] },
    { extension_types: [], proposal_types: [CUSTOM], credential_types: [] },
    { extension_types: [], proposal_types: [], credential_types: [X509] },
  ])("supports what the group requires: %j", async (required) => {
    const rules = requiring(required);
    await refused(Rule.LEAF_SUPPORTS_REQUIRED, () => {
      checkLeafContents(LEAF, rules);
    });
    const all = { extensions: [CUSTOM], proposals: [CUSTOM], credentials: [BASIC, X509] };
    checkLeafContents(can(all), rules);
  });

  test("need not name what is default", () => {
    const required = {
      extension_types: [1, 2, 3, 4, 5],
      proposal_types: [1, 2, 3, 4, 5, 6, 7],
      credential_types: [BASIC],
    };
    checkLeafContents(LEAF, requiring(required));
  });

  test("is checked whole", async () => {
    await checkLeaf(CRYPTO, LEAF, HERE, PLAIN, trusting());
    const asStranger = () => checkLeaf(CRYPTO, LEAF, HERE, PLAIN, trusting("ada"));
    await refused(Rule.CREDENTIAL_NOT_AUTHENTICATED, asStranger);
    const unsigned = { ...LEAF, signature: EMPTY };
    await refused(Rule.LEAF_SIGNATURE, () => checkLeaf(CRYPTO, unsigned, HERE, PLAIN, trusting()));
  });

  test("is refused when nobody can encrypt to it", async () => {
    const pair = await CRYPTO.signatureKeyPair(SUITE);
    const bad = { ...LEAF, encryption_key: filled(0), signature_key: pair.public_key };
    const signed = await signLeafNode(CRYPTO, SUITE, pair.private_key, bad, HERE);
    await refused(Rule.PUBLIC_KEY_VALID, () => checkLeaf(CRYPTO, signed, HERE, PLAIN, trusting()));
  });
});

describe("a lifetime", () => {
  test.each([
    [lasting(NOW - DAY, NOW - 1), Rule.LEAF_LIFETIME_CURRENT],
    [lasting(NOW + 1, NOW + DAY), Rule.LEAF_LIFETIME_CURRENT],
    [lasting(NOW + DAY, NOW - DAY), Rule.LEAF_LIFETIME_CURRENT],
    [lasting(NOW, NOW + MAX_LIFETIME + 1), Rule.LEAF_LIFETIME_BOUNDED],
    [lasting(0n, 2n ** 64n - 1n), Rule.LEAF_LIFETIME_BOUNDED],
    [{ ...LEAF, leaf_node_source: { leaf_node_source: LEAF_UPDATE } } as const, Rule.LEAF_SOURCE],
  ])("that is over, early, endless or none is refused: %#", async (leaf, rule) => {
    await refused(rule, () => {
      checkLifetime(leaf, NOW);
    });
  });

  test("includes its ends", () => {
    checkLifetime(lasting(NOW, NOW + DAY), NOW);
    checkLifetime(lasting(NOW - MAX_LIFETIME, NOW), NOW);
  });

  test("is refused by a clock that shows no time, and measured by a bound that is one", async () => {
    await refused(Rule.LEAF_LIFETIME_CURRENT, () => {
      checkLifetime(lasting(0, DAY), NaN);
    });
    await refused(Rule.LEAF_LIFETIME_BOUNDED, () => {
      checkLifetime(lasting(NOW, 2n ** 64n - 1n), NOW, NaN);
    });
  });

  test("may be over in a tree, but not be endless", async () => {
    const long = lasting(0n, 2n ** 64n - 1n);
    await refused(Rule.LEAF_LIFETIME_BOUNDED, () => checked(withNode(FLAT.tree, 2, long)));
  });
});

describe("neighbours", () => {
  async function clash(rule: Rule, leaf: LeafNode, tree: RatchetTree): Promise<void> {
    const [grownTree, index] = tree.addLeaf(leaf);
    await refused(rule, () => {
      checkNeighbours(grownTree, [index]);
    });
  }

  test("share no key, nor one with a parent", async () => {
    const { tree } = GROWN;
    checkNeighbours(tree, [0, 1, 2, 3, 4, 5]);
    const other = GROWN.leaf(3);
    const signer = { ...LEAF, signature_key: other.signature_key };
    await clash(Rule.LEAF_SIGNATURE_KEY_UNIQUE, signer, tree);
    for (const key of [other.encryption_key, there(tree.encryptionKey(7))]) {
      await clash(Rule.LEAF_ENCRYPTION_KEY_UNIQUE, { ...LEAF, encryption_key: key }, tree);
    }
  });

  test("understand each other's credentials, both ways", async () => {
    const { tree } = await grown(2);
    const both = { ...CAPABILITIES, credentials: [BASIC, X509] };
    const credential = { credential_type: X509, certificates: [] } as const;
    const foreign = { ...LEAF, credential, capabilities: both };
    await clash(Rule.LEAF_CREDENTIAL_SUPPORTED, foreign, tree);
    const members = [...tree.leaves()].map(([, leaf]) => ({ ...leaf, capabilities: both }));
    const hearing = new RatchetTree([there(members[0]), null, there(members[1])]);
    const [mixed, index] = hearing.addLeaf(foreign);
    checkNeighbours(mixed, [index]);
    // It supports what it is itself, but not what it would meet.
    await clash(Rule.LEAF_CREDENTIAL_SUPPORTED, await leafOf("basic only"), mixed);
  });

  test("are not looked at when nothing has changed", async () => {
    const tree = new RatchetTree([LEAF, null, LEAF]);
    checkNeighbours(tree, []);
    await refused(Rule.LEAF_SIGNATURE_KEY_UNIQUE, () => {
      checkNeighbours(tree, [0]);
    });
  });
});

describe("a whole tree", () => {
  test("is valid when it is honest", async () => {
    const [late] = GROWN.tree.addLeaf(await leafOf("late"));
    for (const tree of [GROWN.tree, late, late.removeLeaf(1), late.removeLeaf(2)]) {
      await checked(tree);
    }
  });

  test("with a stranger or of another group is refused", async () => {
    await refused(Rule.CREDENTIAL_NOT_AUTHENTICATED, () => checked(GROWN.tree, "member 4"));
    const elsewhere = () => checkTree(CRYPTO, GROWN.tree, filled(1), PLAIN, trusting());
    await refused(Rule.LEAF_SIGNATURE, elsewhere);
  });

  test("is refused for the first leaf that is wrong, not for the one that is found first", async () => {
    const unsigned = { ...FLAT.leaf(1), signature: EMPTY };
    const tree = withNode(FLAT.tree, 2, unsigned);
    await refused(Rule.LEAF_SIGNATURE, () => checked(tree, "member 4"));
    await refused(Rule.CREDENTIAL_NOT_AUTHENTICATED, () => checked(tree, "member 0"));
  });

  test("is refused with a parent that nobody can encrypt to", async () => {
    const tree = changedParent(GROWN.tree, 7, { encryption_key: filled(0) });
    await refused(Rule.PUBLIC_KEY_VALID, () => checked(tree));
  });

  test.each([{ encryption_key: filled(0x6b) }, { parent_hash: filled(0x68) }])(
    "is refused with a parent that nobody set: %#",
    async (change) => {
      for (const [index] of GROWN.tree.parents()) {
        await refused(Rule.TREE_PARENT_HASHES, () => {
          checkParentHashes(CRYPTO, SUITE, changedParent(GROWN.tree, index, change));
        });
      }
    },
  );

  test("is refused with a parent above fresh leaves only", async () => {
    const { tree } = await grown(2);
    const parent = { encryption_key: filled(0x6b), parent_hash: EMPTY, unmerged_leaves: [] };
    await refused(Rule.TREE_PARENT_HASHES, () => {
      checkParentHashes(CRYPTO, SUITE, withNode(tree, 1, parent));
    });
  });

  test("is refused when a parent claims a merged member is unmerged", async () => {
    const tree = changedParent(GROWN.tree, 7, { unmerged_leaves: [1] });
    await expect(checked(tree)).rejects.toThrow();
  });

  test("is refused with a forged parent, whoever signs below it", async () => {
    const forged = changedParent(GROWN.tree, 7, { encryption_key: filled(0x6b) });
    const place = { group_id: GROUP, leaf_index: 2 };
    const key = GROWN.signatureKey(2);
    const signed = await signLeafNode(CRYPTO, SUITE, key, there(forged.leaf(2)), place);
    await refused(Rule.TREE_PARENT_HASHES, () => checked(withNode(forged, 4, signed)));
  });

  test.each([[[6]], [[5, 4]], [[4, 4]], [[0]], [[7]], [[2 ** 31]], [[2 ** 32 - 1]]])(
    "has unmerged leaves that are sorted members below: %j",
    async (unmerged) => {
      await refused(Rule.TREE_UNMERGED_LEAVES, () => {
        checkUnmergedLeaves(changedParent(GROWN.tree, 9, { unmerged_leaves: unmerged }));
      });
    },
  );

  test("has no parent in between that omits an unmerged leaf", () => {
    const tree = changedParent(GROWN.tree, 7, { unmerged_leaves: [5] });
    expect(() => {
      checkUnmergedLeaves(tree);
    }).toThrow("omits");
  });

  test("is not slow to check because its lists of unmerged leaves are long", () => {
    // To go through a list for every leaf would freeze the client: together that takes seconds.
    const unsearched = (count: number): readonly number[] =>
      Object.assign(
        Array.from({ length: count }, (_, place) => place + 1),
        { includes: () => expect.unreachable("a list is searched") },
      );
    let tree = new RatchetTree(Array.from({ length: 15 }, (_, node) => (node % 2 ? null : LEAF)));
    for (const node of [1, 3, 7]) {
      const unmerged = { unmerged_leaves: unsearched(node) };
      tree = withNode(tree, node, { encryption_key: EMPTY, parent_hash: EMPTY, ...unmerged });
    }
    checkUnmergedLeaves(tree);
  });
});
