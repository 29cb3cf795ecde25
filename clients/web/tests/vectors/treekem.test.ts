/** treekem.json of the MLS working group: UpdatePaths made, merged and opened. */

import { expect, test } from "vitest";

import { equalBytes, toHex, type Bytes } from "../../src/mls/bytes.ts";
import { decode, encode } from "../../src/mls/codec/index.ts";
import { deriveSecret } from "../../src/mls/crypto/labels.ts";
import type { Secret } from "../../src/mls/crypto/secret.ts";
import { MLS10, cipherSuite, type CipherSuite } from "../../src/mls/crypto/suites.ts";
import { GroupContext } from "../../src/mls/schedule/context.ts";
import { UpdatePath, mergePath } from "../../src/mls/tree/path.ts";
import { RatchetTree } from "../../src/mls/tree/ratchet_tree.ts";
import {
  implantPathSecret,
  makePath,
  openPath,
  pathSecretFor,
  sealPath,
} from "../../src/mls/tree/treekem.ts";
import { checkParentHashes } from "../../src/mls/tree/validation.ts";
import { toNode } from "../../src/mls/tree_math.ts";
import { bytes, secret } from "../support/bytes.ts";
import { CRYPTO } from "../support/suite.ts";
import { mlsOf } from "../support/vectors.ts";

interface LeafPrivate {
  readonly index: number;
  readonly encryption_priv: string;
  readonly signature_priv: string;
  readonly path_secrets: readonly { readonly node: number; readonly path_secret: string }[];
}

interface Update {
  readonly sender: number;
  readonly update_path: string;
  readonly path_secrets: readonly (string | null)[];
  readonly commit_secret: string;
  readonly tree_hash_after: string;
}

interface Case {
  readonly cipher_suite: number;
  readonly group_id: string;
  readonly epoch: number;
  readonly confirmed_transcript_hash: string;
  readonly ratchet_tree: string;
  readonly leaves_private: readonly LeafPrivate[];
  readonly update_paths: readonly Update[];
}

type Keys = ReadonlyMap<number, Secret>;

function contextOf(given: Case, treeHash: Bytes): Bytes {
  return encode(GroupContext, {
    version: MLS10,
    cipher_suite: given.cipher_suite,
    group_id: bytes(given.group_id),
    epoch: BigInt(given.epoch),
    tree_hash: treeHash,
    confirmed_transcript_hash: bytes(given.confirmed_transcript_hash),
    extensions: [],
  });
}

async function keysOf(suite: CipherSuite, tree: RatchetTree, leaf: LeafPrivate): Promise<Keys> {
  const keys = new Map([[toNode(leaf.index), secret(leaf.encryption_priv)]]);
  for (const known of leaf.path_secrets) {
    const nodeSecret = deriveSecret(CRYPTO, suite, secret(known.path_secret), "node");
    const pair = await CRYPTO.hpkeDeriveKeyPair(suite, nodeSecret);
    expect(pair.public_key).toEqual(tree.encryptionKey(known.node));
    keys.set(known.node, pair.private_key);
  }
  return keys;
}

function revealed(keys: Keys): readonly (readonly [number, string])[] {
  return [...keys].map(([node, key]) => [node, toHex(key.reveal())]);
}

async function membersOf(given: Case, suite: CipherSuite, tree: RatchetTree) {
  const members = given.leaves_private.map(
    async (leaf) => [leaf.index, await keysOf(suite, tree, leaf)] as const,
  );
  return Promise.all(members);
}

async function checkGiven(given: Case): Promise<void> {
  const suite = cipherSuite(given.cipher_suite);
  const tree = RatchetTree.decode(bytes(given.ratchet_tree));
  const members = await membersOf(given, suite, tree);
  for (const update of given.update_paths) {
    const { sender } = update;
    const path = decode(UpdatePath, bytes(update.update_path));
    const merged = mergePath(CRYPTO, suite, tree, sender, path, []);
    const hash = merged.treeHash(CRYPTO, suite);
    expect(toHex(hash)).toBe(update.tree_hash_after);
    checkParentHashes(CRYPTO, suite, merged);
    const context = contextOf(given, hash);
    for (const [own, held] of members.filter(([index]) => index !== sender)) {
      const opened = await openPath(CRYPTO, suite, tree, sender, own, held, path, context, []);
      expect(toHex(opened.commit_secret.reveal())).toBe(update.commit_secret);
      const expected = secret(update.path_secrets[own] ?? "");
      const implanted = await implantPathSecret(CRYPTO, suite, merged, sender, own, expected);
      expect(revealed(implanted)).toEqual(revealed(opened.private_keys));
    }
  }
}

async function checkOurs(given: Case): Promise<void> {
  const suite = cipherSuite(given.cipher_suite);
  const tree = RatchetTree.decode(bytes(given.ratchet_tree));
  const members = await membersOf(given, suite, tree);
  for (const { index: sender, signature_priv } of given.leaves_private.slice(0, 2)) {
    const leaf = tree.leaf(sender);
    if (leaf === null) throw new Error(`leaf ${sender} is blank`);
    const [key, group] = [secret(signature_priv), bytes(given.group_id)];
    const fresh = await makePath(CRYPTO, suite, tree, sender, leaf, key, group);
    const context = contextOf(given, fresh.tree.treeHash(CRYPTO, suite));
    const path = await sealPath(CRYPTO, suite, fresh, context, []);
    const merged = mergePath(CRYPTO, suite, tree, sender, path, []);
    expect(equalBytes(merged.encode(), fresh.tree.encode())).toBe(true);
    for (const [own, held] of members.filter(([index]) => index !== sender)) {
      const opened = await openPath(CRYPTO, suite, tree, sender, own, held, path, context, []);
      expect(opened.commit_secret.equals(fresh.commit_secret)).toBe(true);
      expect([...fresh.path_secrets.values()]).toContain(pathSecretFor(fresh, own));
    }
  }
}

test.for([1, 3])("given paths of suite %i are merged and opened", async (number, context) => {
  const cases = mlsOf<Case>(context, "treekem", number);
  expect(cases.length).toBe(11);
  for (const given of cases) await checkGiven(given);
});

test.for([1, 3])("our paths of suite %i are opened by everyone", async (number, context) => {
  for (const given of mlsOf<Case>(context, "treekem", number)) await checkOurs(given);
});
