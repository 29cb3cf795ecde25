/**
 * Is a leaf node, is a whole tree, valid (RFC 9420 §7.3, §12.4.3.1)?
 *
 * A leaf is checked alone (`checkLeaf`) and against its neighbours (`checkNeighbours`).
 * After a commit only the leaves that changed need it; on joining, all of them.
 */

import { bytesKey, equalBytes, type Bytes } from "../bytes.ts";
import { credentialType, type AuthenticationService } from "../credentials.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { MLS10, type CipherSuite } from "../crypto/suites.ts";
import { ValidationError } from "../errors.ts";
import {
  DEFAULT_EXTENSIONS,
  DEFAULT_PROPOSALS,
  LEAF_NODE_TYPES,
  checkExtensions,
  requiredCapabilities,
  type Extension,
  type RequiredCapabilities,
  type Types,
} from "../extensions.ts";
import { Rule } from "../rules.ts";
import {
  directPath,
  isBelow,
  leavesBelow,
  left,
  right,
  toNode,
  type NodeIndex,
} from "../tree_math.ts";
import { parentHash } from "./hashes.ts";
import {
  LEAF_COMMIT,
  LEAF_KEY_PACKAGE,
  checkPublicKey,
  isParentNode,
  verifyLeafNode,
  type LeafNode,
  type LeafPlace,
  type ParentNode,
} from "./nodes.ts";
import type { RatchetTree } from "./ratchet_tree.ts";

/** Seconds. */
export const DAY = 24 * 3600;
/** The longest lifetime accepted, in seconds: a quarter of a year and two days of slack. */
export const MAX_LIFETIME = 94 * DAY;
/** How many leaves are checked at once: enough to keep a platform's threads busy. */
const BATCH = 32;
const NONE: ReadonlySet<number> = new Set();

/** What a group asks of every leaf: its suite, version and GroupContext extensions. */
export interface LeafRules {
  readonly suite: CipherSuite;
  readonly extension_types: ReadonlySet<number>;
  readonly required: RequiredCapabilities;
}

/**
 * Read the rules from a GroupContext's extensions.
 *
 * @throws DecodeError - `required_capabilities` is malformed.
 */
export function leafRules(suite: CipherSuite, extensions: readonly Extension[]): LeafRules {
  const types = extensions.map((extension) => extension.extension_type);
  return {
    suite,
    extension_types: new Set(types.filter((type) => !DEFAULT_EXTENSIONS.has(type))),
    required: requiredCapabilities(extensions),
  };
}

/**
 * Check a leaf alone: signature, key, credential, capabilities, extensions (§7.3).
 *
 * Source, lifetime and neighbours are checked by who knows where the leaf came from.
 *
 * @throws CryptoError - The signature does not verify.
 * @throws ValidationError - The leaf breaks a rule, or its credential is not vouched for.
 */
export async function checkLeaf(
  crypto: CryptoProvider,
  leaf: LeafNode,
  place: LeafPlace,
  rules: LeafRules,
  authentication: AuthenticationService,
): Promise<void> {
  await verifyLeafNode(crypto, rules.suite, leaf, place);
  checkPublicKey(crypto, rules.suite, leaf.encryption_key);
  checkLeafContents(leaf, rules);
  await authentication.authenticate(leaf.credential, leaf.signature_key);
}

/**
 * Check what a leaf says of itself, and that it suits the group (§7.2, §7.3).
 *
 * @throws ValidationError - The leaf breaks a rule.
 */
export function checkLeafContents(leaf: LeafNode, rules: LeafRules): void {
  const can = leaf.capabilities;
  checkExtensions(leaf.extensions, LEAF_NODE_TYPES);
  if (!can.credentials.includes(credentialType(leaf.credential))) {
    throw new ValidationError(Rule.LEAF_CREDENTIAL_IN_CAPABILITIES);
  }
  const types = leaf.extensions.map((extension) => extension.extension_type);
  if (!allIn(types, DEFAULT_EXTENSIONS, can.extensions)) {
    throw new ValidationError(Rule.LEAF_EXTENSIONS_IN_CAPABILITIES);
  }
  if (!can.versions.includes(MLS10) || !can.cipher_suites.includes(rules.suite.id)) {
    throw new ValidationError(Rule.LEAF_SUPPORTS_SUITE);
  }
  checkSupports(leaf, rules);
}

/**
 * Check that a leaf supports what the group uses and requires (§7.3, §11.1, §13.4).
 *
 * @throws ValidationError - It does not.
 */
export function checkSupports(leaf: LeafNode, rules: LeafRules): void {
  const { capabilities: can } = leaf;
  const { required } = rules;
  if (!allIn([...rules.extension_types], NONE, can.extensions)) {
    throw new ValidationError(Rule.LEAF_SUPPORTS_GROUP_CONTEXT);
  }
  if (
    !allIn(required.extension_types, DEFAULT_EXTENSIONS, can.extensions) ||
    !allIn(required.proposal_types, DEFAULT_PROPOSALS, can.proposals) ||
    !allIn(required.credential_types, NONE, can.credentials)
  ) {
    throw new ValidationError(Rule.LEAF_SUPPORTS_REQUIRED);
  }
}

/**
 * Check the lifetime of a leaf that a KeyPackage brought (§7.2).
 *
 * @param now - Seconds since 1970.
 * @param longest - The longest lifetime that is accepted, in seconds.
 * @throws ValidationError - The lifetime is over, has not begun, or is too long.
 */
export function checkLifetime(leaf: LeafNode, now: number, longest: number = MAX_LIFETIME): void {
  const source = leaf.leaf_node_source;
  if (source.leaf_node_source !== LEAF_KEY_PACKAGE) {
    throw new ValidationError(Rule.LEAF_SOURCE, "not a KeyPackage's");
  }
  const { not_before: start, not_after: end } = source.lifetime;
  if (!(start <= now && now <= end)) throw new ValidationError(Rule.LEAF_LIFETIME_CURRENT);
  checkTotalLifetime(leaf, longest);
}

/**
 * Check that a leaf's lifetime, if it has one, is not longer than `longest` seconds (§7.2).
 *
 * @throws ValidationError - It is.
 */
export function checkTotalLifetime(leaf: LeafNode, longest: number): void {
  const source = leaf.leaf_node_source;
  if (source.leaf_node_source !== LEAF_KEY_PACKAGE) return;
  if (!(source.lifetime.not_after - source.lifetime.not_before <= longest)) {
    throw new ValidationError(Rule.LEAF_LIFETIME_BOUNDED);
  }
}

/**
 * Check leaves against all others: keys are unique, credentials understood (§7.3).
 *
 * `changed` names the leaves that are new in `tree`; the others are known to get along.
 *
 * @throws ValidationError - Two leaves share a key, a leaf's key is a parent's as well, or a
 *   member does not support another's credential type.
 */
export function checkNeighbours(tree: RatchetTree, changed: readonly number[]): void {
  const newcomers = [...new Set(changed)].map((leaf) => tree.leaf(leaf)).filter((leaf) => !!leaf);
  if (newcomers.length === 0) return;
  const members = [...tree.leaves()].map(([, leaf]) => leaf);
  if (!allDifferent(members.map((leaf) => leaf.signature_key))) {
    throw new ValidationError(Rule.LEAF_SIGNATURE_KEY_UNIQUE);
  }
  const nodes = tree.nodes.filter((node) => node !== null);
  if (!allDifferent(nodes.map((node) => node.encryption_key))) {
    throw new ValidationError(Rule.LEAF_ENCRYPTION_KEY_UNIQUE);
  }
  if (!understood(newcomers, members) || !understood(members, newcomers)) {
    throw new ValidationError(Rule.LEAF_CREDENTIAL_SUPPORTED);
  }
}

/**
 * Check a whole tree, as a joiner does (§12.4.3.1). Its hash is checked by who knows it.
 *
 * A lifetime may be over: a member that was added long ago and has not committed since is
 * still a member, and the others go on accepting it (§7.3 leaves this open). How long a
 * lifetime is in all does not change, so that is checked.
 *
 * @throws CryptoError - A leaf's signature does not verify.
 * @throws ValidationError - A leaf, a parent or the whole breaks a rule.
 */
export async function checkTree(
  crypto: CryptoProvider,
  tree: RatchetTree,
  groupId: Bytes,
  rules: LeafRules,
  authentication: AuthenticationService,
  longestLifetime: number = MAX_LIFETIME,
): Promise<void> {
  checkUnmergedLeaves(tree);
  for (const [, node] of tree.parents()) checkPublicKey(crypto, rules.suite, node.encryption_key);
  checkParentHashes(crypto, rules.suite, tree);
  const leaves = [...tree.leaves()];
  await checkEach(leaves, async ([index, leaf]) => {
    checkTotalLifetime(leaf, longestLifetime);
    const place = { group_id: groupId, leaf_index: index };
    await checkLeaf(crypto, leaf, place, rules, authentication);
  });
  checkNeighbours(
    tree,
    leaves.map(([index]) => index),
  );
}

/**
 * Check every parent's unmerged leaves (§7.1, §12.4.3.1).
 *
 * @throws ValidationError - They are not sorted, not members below the parent, or a parent in
 *   between does not know of them.
 */
export function checkUnmergedLeaves(tree: RatchetTree): void {
  const unmerged = new Map<NodeIndex, ReadonlySet<number>>();
  for (const [index, node] of tree.parents()) {
    const { start, stop } = leavesBelow(index);
    let last = -1;
    for (const leaf of node.unmerged_leaves) {
      if (leaf <= last) {
        throw new ValidationError(Rule.TREE_UNMERGED_LEAVES, `node ${index}: not sorted`);
      }
      last = leaf;
    }
    for (const leaf of node.unmerged_leaves) {
      if (leaf < start || leaf >= stop || tree.leaf(leaf) === null) {
        throw new ValidationError(Rule.TREE_UNMERGED_LEAVES, `node ${index}: leaf ${leaf}`);
      }
    }
    unmerged.set(index, new Set(node.unmerged_leaves));
  }
  for (const [leaf] of tree.leaves()) checkBetween(tree, leaf, unmerged);
}

/**
 * Check that every parent was set together with exactly one node below it (§7.9.2).
 *
 * @throws ValidationError - A parent is not parent-hash valid.
 */
export function checkParentHashes(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tree: RatchetTree,
): void {
  for (const [index, node] of tree.parents()) {
    const [one, other] = [left(index), right(index)];
    const below = chains(crypto, suite, tree, node, one, other);
    if (below === chains(crypto, suite, tree, node, other, one)) {
      throw new ValidationError(Rule.TREE_PARENT_HASHES, `node ${index}`);
    }
  }
}

/** Tell whether a node under `child` was set together with `parent`; §7.9.2 has P, C and S. */
function chains(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tree: RatchetTree,
  parent: ParentNode,
  child: NodeIndex,
  aside: NodeIndex,
): boolean {
  const below = parent.unmerged_leaves.map(toNode).filter((node) => isBelow(node, child));
  const unmerged = new Set(below);
  const resolution = new Set(tree.resolution(child));
  const rest = [...resolution].filter((node) => !unmerged.has(node));
  const [only] = rest;
  if (only === undefined || rest.length !== 1 || !below.every((node) => resolution.has(node))) {
    return false;
  }
  const claimed = claimedParentHash(tree, only);
  if (claimed === null) return false;
  const hashed = tree.originalSubtreeHash(crypto, suite, aside, parent.unmerged_leaves);
  return equalBytes(parentHash(crypto, suite, parent, hashed), claimed);
}

function claimedParentHash(tree: RatchetTree, index: NodeIndex): Bytes | null {
  const found = tree.nodes[index] ?? null;
  if (found === null) return null;
  if (isParentNode(found)) return found.parent_hash;
  const source = found.leaf_node_source;
  return source.leaf_node_source === LEAF_COMMIT ? source.parent_hash : null;
}

/** Refuse an ancestor that omits a leaf which one further up lists. */
function checkBetween(
  tree: RatchetTree,
  leaf: number,
  unmerged: ReadonlyMap<NodeIndex, ReadonlySet<number>>,
): void {
  let omitting: NodeIndex | null = null;
  for (const index of directPath(toNode(leaf), tree.leafCount)) {
    const known = unmerged.get(index)?.has(leaf);
    if (known === false) omitting = index;
    else if (known === true && omitting !== null) {
      const detail = `node ${omitting} omits leaf ${leaf}`;
      throw new ValidationError(Rule.TREE_UNMERGED_LEAVES, detail);
    }
  }
}

/**
 * Check all of a list, a bounded number at once; throw what the first of them in the list, not
 * in time, has thrown.
 */
export async function checkEach<T>(
  items: readonly T[],
  check: (item: T) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < items.length; start += BATCH) {
    const checks = items.slice(start, start + BATCH).map(check);
    for (const result of await Promise.allSettled(checks)) {
      if (result.status === "rejected") throw result.reason;
    }
  }
}

/** Tell whether all of `readers` support the credentials that `shown` bear. */
function understood(shown: readonly LeafNode[], readers: readonly LeafNode[]): boolean {
  const types = new Set(shown.map((leaf) => credentialType(leaf.credential)));
  return readers.every(({ capabilities }) =>
    [...types].every((type) => capabilities.credentials.includes(type)),
  );
}

function allDifferent(keys: readonly Bytes[]): boolean {
  return new Set(keys.map(bytesKey)).size === keys.length;
}

/** Tell whether all types are among those by default or those named, looking each up once. */
function allIn(types: readonly number[], byDefault: ReadonlySet<number>, named: Types): boolean {
  const known = new Set(named);
  return types.every((type) => byDefault.has(type) || known.has(type));
}
