import { expect, test } from "vitest";

import { EMPTY, ascii, concat } from "../../../src/mls/bytes.ts";
import { decode, encode } from "../../../src/mls/codec/index.ts";
import { DecodeError } from "../../../src/mls/errors.ts";
import { Rule } from "../../../src/mls/rules.ts";
import {
  LEAF_COMMIT,
  LEAF_UPDATE,
  LeafNode,
  Node,
  ParentNode,
  signLeafNode,
  verifyLeafNode,
} from "../../../src/mls/tree/nodes.ts";
import { refused } from "../../support/refused.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";
import { filled, leafOf } from "../../support/trees.ts";

const HERE = { group_id: ascii("group"), leaf_index: 3 };
const LEAF = await leafOf("ada");

test("a node says which kind it is", () => {
  const parent = { encryption_key: ascii("key"), parent_hash: EMPTY, unmerged_leaves: [1, 5] };
  const [leafBytes, parentBytes] = [encode(LeafNode, LEAF), encode(ParentNode, parent)];
  expect(decode(Node, concat(Uint8Array.of(1), leafBytes))).toEqual(LEAF);
  expect(decode(Node, concat(Uint8Array.of(2), parentBytes))).toEqual(parent);
  expect(encode(Node, LEAF)).toEqual(concat(Uint8Array.of(1), leafBytes));
  expect(encode(Node, parent)).toEqual(concat(Uint8Array.of(2), parentBytes));
  expect(() => decode(Node, concat(Uint8Array.of(3), parentBytes))).toThrow(DecodeError);
});

test("a KeyPackage's leaf is valid anywhere", async () => {
  await verifyLeafNode(CRYPTO, SUITE, LEAF, HERE);
  await verifyLeafNode(CRYPTO, SUITE, LEAF, { group_id: ascii("another"), leaf_index: 0 });
});

test.each([
  { leaf_node_source: LEAF_UPDATE },
  { leaf_node_source: LEAF_COMMIT, parent_hash: ascii("hash") },
] as const)("an updated leaf is valid in its place only: %j", async (source) => {
  const pair = await CRYPTO.signatureKeyPair(SUITE);
  const leaf = { ...LEAF, signature_key: pair.public_key, leaf_node_source: source };
  const signed = await signLeafNode(CRYPTO, SUITE, pair.private_key, leaf, HERE);
  await verifyLeafNode(CRYPTO, SUITE, signed, HERE);
  for (const elsewhere of [
    { ...HERE, leaf_index: 4 },
    { ...HERE, group_id: ascii("other") },
  ]) {
    const verified = () => verifyLeafNode(CRYPTO, SUITE, signed, elsewhere);
    await refused(Rule.LEAF_SIGNATURE, verified);
  }
});

test("every field of a leaf is signed", async () => {
  const eve = await leafOf("eve");
  const { capabilities } = LEAF;
  const changes: readonly Partial<LeafNode>[] = [
    { encryption_key: ascii("other") },
    { signature_key: eve.signature_key },
    { credential: eve.credential },
    { capabilities: { ...capabilities, proposals: [9] } },
    { leaf_node_source: { leaf_node_source: LEAF_UPDATE } },
    { signature: EMPTY },
    { signature: LEAF.signature.slice(0, -1) },
    { signature: filled(0, 64) },
  ];
  for (const change of changes) {
    const changed = { ...LEAF, ...change };
    await refused(Rule.LEAF_SIGNATURE, () => verifyLeafNode(CRYPTO, SUITE, changed, HERE));
  }
});

test("a decoded leaf is verified over the bytes received", async () => {
  const received = decode(LeafNode, encode(LeafNode, LEAF));
  await verifyLeafNode(CRYPTO, SUITE, received, HERE);
});
