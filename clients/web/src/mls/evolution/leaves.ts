/** The leaves that a commit brings: are they valid, and whose are they (RFC 9420 §7.3)? */

import { equalBytes } from "../bytes.ts";
import { encode } from "../codec/index.ts";
import type { AuthenticationService } from "../credentials.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { InternalError, UsageError, ValidationError } from "../errors.ts";
import {
  type Extension,
  Extensions,
  GROUP_CONTEXT_TYPES,
  checkExtensions,
  externalSenders,
} from "../extensions.ts";
import { validateKeyPackage } from "../key_package.ts";
import { Rule } from "../rules.ts";
import type { GroupContext } from "../schedule/context.ts";
import { LEAF_UPDATE, type LeafNode, type LeafPlace } from "../tree/nodes.ts";
import type { RatchetTree } from "../tree/ratchet_tree.ts";
import {
  type LeafRules,
  MAX_LIFETIME,
  checkEach,
  checkLeaf,
  checkNeighbours,
  checkSupports,
  leafRules,
} from "../tree/validation.ts";
import type { Applied } from "./apply.ts";

/** Who decides what no message can prove. */
export interface Judge {
  readonly authentication: AuthenticationService;
  /** Seconds since 1970. */
  readonly now: number;
  /** The longest lifetime accepted of a KeyPackage, in seconds (§7.2). */
  readonly longest_lifetime: number;
}

/**
 * Return a judge; lifetimes are bounded by MAX_LIFETIME unless something else is said.
 *
 * @throws UsageError - `now` is not a whole number of seconds since 1970.
 */
export function judgeOf(
  authentication: AuthenticationService,
  now: number,
  longestLifetime: number = MAX_LIFETIME,
): Judge {
  if (!Number.isSafeInteger(now) || now < 0) throw new UsageError("a time is in whole seconds");
  return { authentication, now, longest_lifetime: longestLifetime };
}

/**
 * Check what a proposal list does to leaves and extensions.
 *
 * @throws ValidationError - A leaf, a KeyPackage or the new extensions break a rule.
 * @throws CryptoError - A signature does not verify.
 * @throws DecodeError - An extension is malformed.
 */
export async function checkChanges(
  crypto: CryptoProvider,
  suite: CipherSuite,
  context: GroupContext,
  before: RatchetTree,
  applied: Applied,
  judge: Judge,
): Promise<void> {
  const rules = leafRules(suite, applied.extensions);
  if (!sameExtensions(applied.extensions, context.extensions)) {
    await checkGroupExtensions(applied.extensions, judge);
    for (const [, leaf] of applied.tree.leaves()) checkSupports(leaf, rules);
  }
  for (const index of applied.updated) {
    const place = { group_id: context.group_id, leaf_index: index };
    const leaf = present(applied.tree, index);
    await checkSuccessor(present(before, index), leaf, judge);
    await checkUpdate(crypto, leaf, place, rules, judge);
  }
  const { authentication, now, longest_lifetime: longestLifetime } = judge;
  await checkEach(applied.added, ([, keyPackage]) =>
    validateKeyPackage(crypto, keyPackage, { rules, authentication, now, longestLifetime }),
  );
  checkNeighbours(applied.tree, [...applied.updated, ...applied.added.map(([index]) => index)]);
}

/**
 * Check the extensions of a GroupContext, external senders among them (§5.3.1, §13.4).
 *
 * @throws ValidationError - They break a rule, or an external sender is not vouched for.
 * @throws DecodeError - One is malformed.
 */
export async function checkGroupExtensions(
  extensions: readonly Extension[],
  judge: Judge,
): Promise<void> {
  checkExtensions(extensions, GROUP_CONTEXT_TYPES);
  for (const sender of externalSenders(extensions)) {
    await judge.authentication.authenticate(sender.credential, sender.signature_key);
  }
}

/**
 * Check the leaf of an Update, alone (§7.3).
 *
 * @throws ValidationError - It breaks a rule.
 * @throws CryptoError - Its signature does not verify.
 */
export async function checkUpdate(
  crypto: CryptoProvider,
  leaf: LeafNode,
  place: LeafPlace,
  rules: LeafRules,
  judge: Judge,
): Promise<void> {
  if (leaf.leaf_node_source.leaf_node_source !== LEAF_UPDATE) {
    throw new ValidationError(Rule.LEAF_SOURCE, "not an Update's");
  }
  await checkLeaf(crypto, leaf, place, rules, judge.authentication);
}

/**
 * Check that a leaf may take the place of another: same client, fresh key (§5.3.1, §7.3).
 *
 * @throws ValidationError - It may not.
 */
export async function checkSuccessor(
  old: LeafNode,
  successor: LeafNode,
  judge: Judge,
): Promise<void> {
  if (equalBytes(old.encryption_key, successor.encryption_key)) {
    throw new ValidationError(Rule.LEAF_UPDATE_CHANGES_KEY);
  }
  if (!(await judge.authentication.sameClient(old.credential, successor.credential))) {
    throw new ValidationError(Rule.CREDENTIAL_SAME_CLIENT);
  }
}

function present(tree: RatchetTree, index: number): LeafNode {
  const leaf = tree.leaf(index);
  if (leaf === null) throw new InternalError(`leaf ${index} has updated itself and is blank`);
  return leaf;
}

function sameExtensions(one: readonly Extension[], other: readonly Extension[]): boolean {
  return one === other || equalBytes(encode(Extensions, one), encode(Extensions, other));
}
