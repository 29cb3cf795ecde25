/** Ratchet trees and who stands in them, for the tests below groups. */

import { ascii, equalBytes, type Bytes } from "../../src/mls/bytes.ts";
import { encode } from "../../src/mls/codec/index.ts";
import { BASIC, Credential, type AuthenticationService } from "../../src/mls/credentials.ts";
import type { Secret } from "../../src/mls/crypto/secret.ts";
import type { CipherSuite } from "../../src/mls/crypto/suites.ts";
import { ValidationError } from "../../src/mls/errors.ts";
import type { KeyPackageBundle } from "../../src/mls/key_package.ts";
import { Rule } from "../../src/mls/rules.ts";
import type { LeafNode, ParentNode } from "../../src/mls/tree/nodes.ts";
import { RatchetTree } from "../../src/mls/tree/ratchet_tree.ts";
import { makePath } from "../../src/mls/tree/treekem.ts";
import { bundleOf, person } from "./people.ts";
import { CRYPTO, SUITE } from "./suite.ts";

export const GROUP = ascii("a group");
export const CAPABILITIES = {
  versions: [1],
  cipher_suites: [1, 3, 0xf00d],
  extensions: [],
  proposals: [],
  credentials: [BASIC],
} as const;

/** An authentication service that refuses those it was told to. */
export function trusting(...refused: readonly string[]): AuthenticationService {
  return {
    authenticate(credential) {
      const named = (name: string) =>
        credential.credential_type === BASIC && equalBytes(credential.identity, ascii(name));
      if (refused.some(named)) throw new ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED);
    },
    sameClient: (old, other) => equalBytes(encode(Credential, old), encode(Credential, other)),
  };
}

/** A KeyPackage of a newcomer with this name. */
export async function bundle(name: string, suite: CipherSuite = SUITE): Promise<KeyPackageBundle> {
  return bundleOf(await person(name, suite), { capabilities: CAPABILITIES });
}

/** A leaf of a newcomer with this name. */
export async function leafOf(name: string): Promise<LeafNode> {
  return (await bundle(name)).key_package.leaf_node;
}

/** A tree and the bundles of its members, by leaf. */
export class Grown {
  readonly tree: RatchetTree;
  readonly bundles: readonly KeyPackageBundle[];
  readonly suite: CipherSuite;

  constructor(tree: RatchetTree, bundles: readonly KeyPackageBundle[], suite: CipherSuite = SUITE) {
    this.tree = tree;
    this.bundles = bundles;
    this.suite = suite;
  }

  leaf(index: number): LeafNode {
    return there(this.tree.leaf(index));
  }

  keys(index: number): ReadonlyMap<number, Secret> {
    return new Map([[2 * index, there(this.bundles[index]).leaf_private_key]]);
  }

  signatureKey(index: number): Secret {
    return there(this.bundles[index]).signature_private_key;
  }

  /** Make a path of a member, in this tree or another with it. */
  path(index: number, tree: RatchetTree = this.tree) {
    const leaf = there(tree.leaf(index));
    return makePath(CRYPTO, this.suite, tree, index, leaf, this.signatureKey(index), GROUP);
  }

  /** The tree after a path of each of these members. */
  async committedBy(...members: readonly number[]): Promise<Grown> {
    let { tree } = this;
    for (const index of members) tree = (await this.path(index, tree)).tree;
    return new Grown(tree, this.bundles, this.suite);
  }
}

/** A tree of so many newcomers, its inside blank. */
export async function grown(size: number, suite: CipherSuite = SUITE): Promise<Grown> {
  const bundles = await Promise.all(
    Array.from({ length: size }, (_, index) => bundle(`member ${index}`, suite)),
  );
  const leaves = bundles.map((each) => each.key_package.leaf_node);
  const nodes = leaves.flatMap((leaf) => [leaf, null]).slice(0, -1);
  return new Grown(new RatchetTree(nodes), bundles, suite);
}

/** Return a tree with one inner node changed. */
export function changedParent(
  tree: RatchetTree,
  index: number,
  changes: Partial<ParentNode>,
): RatchetTree {
  return withNode(tree, index, { ...there(tree.parent(index)), ...changes });
}

/** Return a tree with one node replaced, and nothing else. */
export function withNode(
  tree: RatchetTree,
  index: number,
  node: LeafNode | ParentNode | null,
): RatchetTree {
  return new RatchetTree(tree.nodes.with(index, node));
}

/** Tell whether two trees are the same. */
export function sameTree(one: RatchetTree, other: RatchetTree): boolean {
  return equalBytes(one.encode(), other.encode());
}

/** Return what must be there. */
export function there<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error("it is not there");
  return value;
}

/** Bytes of one value, as many as a key or a hash has. */
export function filled(value: number, length = 32): Bytes {
  return new Uint8Array(length).fill(value);
}
