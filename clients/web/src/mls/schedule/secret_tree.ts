/**
 * The secret tree and the sender ratchets (RFC 9420 §9).
 *
 * What is consumed is gone (§9.2): opening a sender's leaf replaces every secret above it by
 * those beside the path, a step of a ratchet replaces its secret by the next one, and a
 * generation that was skipped is kept as its key and nonce, never as a ratchet secret. So a
 * state that leaks cannot open what was already read.
 *
 * The tree is a value that shares its unchanged branches with its successors: a message
 * costs a path, not a copy.
 */

import { EMPTY, ascii } from "../bytes.ts";
import { deriveTreeSecret, expandWithLabel } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { UsageError, ValidationError } from "../errors.ts";
import { Rule } from "../rules.ts";

/** How many generations a message may run ahead of the last one read. */
export const MAX_FORWARD = 1000;

/** How many skipped keys a ratchet keeps; the oldest go first. */
export const MAX_SKIPPED = 128;

/** A message counts its generation in a uint32 (§6.3.2). */
export const LAST_GENERATION = 2 ** 32 - 1;

const LEFT = ascii("left");
const RIGHT = ascii("right");

/** Each sender has two ratchets (§9). */
export const RATCHET_HANDSHAKE = "handshake";
export const RATCHET_APPLICATION = "application";
export type RatchetKind = typeof RATCHET_HANDSHAKE | typeof RATCHET_APPLICATION;

/** The key and nonce of one generation: for one message, once. */
export interface MessageKey {
  readonly generation: number;
  readonly key: Secret;
  readonly nonce: Secret;
}

/** One sender ratchet: the secret of the next generation, and the keys it skipped. */
export interface Ratchet {
  readonly secret: Secret;
  readonly generation: number;
  readonly skipped: readonly MessageKey[];
}

/** A subtree none of whose secrets has been consumed: its root's secret. */
export interface Sealed {
  readonly kind: "sealed";
  readonly secret: Secret;
}

/** An opened leaf: the two ratchets of its sender. */
export interface Ratchets {
  readonly kind: "ratchets";
  readonly handshake: Ratchet;
  readonly application: Ratchet;
}

/** An opened node: its own secret is gone. */
export interface Branch {
  readonly kind: "branch";
  readonly left: SecretTreeNode;
  readonly right: SecretTreeNode;
}

export type SecretTreeNode = Sealed | Ratchets | Branch;

/** The secret tree of one epoch, as deep as its ratchet tree. */
export interface SecretTree {
  readonly depth: number;
  readonly root: SecretTreeNode;
}

/**
 * Return the whole tree, unconsumed.
 *
 * @param leafCount - How many leaves the ratchet tree has, blank ones included.
 */
export function secretTreeOf(encryptionSecret: Secret, leafCount: number): SecretTree {
  const depth = leafCount > 1 ? 32 - Math.clz32(leafCount - 1) : 0;
  return { depth, root: { kind: "sealed", secret: encryptionSecret } };
}

/** Return the next key of a sender and the tree without it. */
export function nextKey(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tree: SecretTree,
  leaf: number,
  kind: RatchetKind,
): readonly [MessageKey, SecretTree] {
  const [above, ratchets] = open(crypto, suite, tree, leaf);
  const [key, ratchet] = step(crypto, suite, ratchets[kind]);
  return [key, replaced(tree.depth, leaf, above, { ...ratchets, [kind]: ratchet })];
}

/**
 * Return the key of one generation of a sender and the tree without it.
 *
 * @throws ValidationError - That key was used before or is too old, or too far ahead.
 */
export function takeKey(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tree: SecretTree,
  leaf: number,
  kind: RatchetKind,
  generation: number,
): readonly [MessageKey, SecretTree] {
  const [above, ratchets] = open(crypto, suite, tree, leaf);
  const [key, ratchet] = take(crypto, suite, ratchets[kind], generation);
  return [key, replaced(tree.depth, leaf, above, { ...ratchets, [kind]: ratchet })];
}

/** Return the key of the next generation and the ratchet after it. */
export function step(
  crypto: CryptoProvider,
  suite: CipherSuite,
  ratchet: Ratchet,
): readonly [MessageKey, Ratchet] {
  if (ratchet.generation > LAST_GENERATION) {
    throw new UsageError("the ratchet has no generations left: commit first");
  }
  const key = derived(crypto, suite, ratchet, "key", suite.aead_key_length);
  const nonce = derived(crypto, suite, ratchet, "nonce", suite.aead_nonce_length);
  return [{ generation: ratchet.generation, key, nonce }, stepped(crypto, suite, ratchet)];
}

/**
 * Return the key of a generation and the ratchet without it.
 *
 * @throws ValidationError - That key was used before or is too old, or too far ahead.
 */
export function take(
  crypto: CryptoProvider,
  suite: CipherSuite,
  ratchet: Ratchet,
  generation: number,
): readonly [MessageKey, Ratchet] {
  if (generation < ratchet.generation) return takeSkipped(ratchet, generation);
  if (generation - ratchet.generation > MAX_FORWARD) {
    throw new ValidationError(Rule.GENERATION_WINDOW, `generation ${generation}`);
  }
  return step(crypto, suite, forward(crypto, suite, ratchet, generation));
}

function takeSkipped(ratchet: Ratchet, generation: number): readonly [MessageKey, Ratchet] {
  const key = ratchet.skipped.find((each) => each.generation === generation);
  if (key === undefined) {
    throw new ValidationError(Rule.GENERATION_UNUSED, `generation ${generation}`);
  }
  return [key, { ...ratchet, skipped: ratchet.skipped.filter((each) => each !== key) }];
}

function forward(
  crypto: CryptoProvider,
  suite: CipherSuite,
  ratchet: Ratchet,
  generation: number,
): Ratchet {
  const skipped = [...ratchet.skipped];
  let ahead = ratchet;
  while (ahead.generation < generation - MAX_SKIPPED) ahead = stepped(crypto, suite, ahead);
  while (ahead.generation < generation) {
    const [key, next] = step(crypto, suite, ahead);
    skipped.push(key);
    ahead = next;
  }
  return { ...ahead, skipped: skipped.slice(-MAX_SKIPPED) };
}

function stepped(crypto: CryptoProvider, suite: CipherSuite, ratchet: Ratchet): Ratchet {
  const secret = derived(crypto, suite, ratchet, "secret", suite.hash_length);
  return { secret, generation: ratchet.generation + 1, skipped: ratchet.skipped };
}

function derived(
  crypto: CryptoProvider,
  suite: CipherSuite,
  ratchet: Ratchet,
  label: string,
  length: number,
): Secret {
  return deriveTreeSecret(crypto, suite, ratchet.secret, label, ratchet.generation, length);
}

/** Return the branches from the root down to a leaf, and what is there. */
function open(
  crypto: CryptoProvider,
  suite: CipherSuite,
  tree: SecretTree,
  leaf: number,
): readonly [readonly Branch[], Ratchets] {
  if (!Number.isInteger(leaf) || leaf < 0 || leaf >= 2 ** tree.depth) {
    throw new UsageError(`the secret tree has no leaf ${leaf}`);
  }
  let node = tree.root;
  const above: Branch[] = [];
  for (let level = tree.depth - 1; level >= 0; level--) {
    const branch = opened(crypto, suite, node);
    above.push(branch);
    node = goesRight(leaf, level) ? branch.right : branch.left;
  }
  return [above, ratchetsOf(crypto, suite, node)];
}

function replaced(
  depth: number,
  leaf: number,
  above: readonly Branch[],
  ratchets: Ratchets,
): SecretTree {
  let node: SecretTreeNode = ratchets;
  for (const [index, branch] of [...above.entries()].reverse()) {
    node = goesRight(leaf, depth - 1 - index)
      ? { ...branch, right: node }
      : { ...branch, left: node };
  }
  return { depth, root: node };
}

function goesRight(leaf: number, level: number): boolean {
  return (leaf & (1 << level)) !== 0;
}

function opened(crypto: CryptoProvider, suite: CipherSuite, node: SecretTreeNode): Branch {
  if (node.kind === "branch") return node;
  if (node.kind === "ratchets") throw new UsageError("a leaf has no children");
  const [left, right] = [LEFT, RIGHT].map((side) =>
    expandWithLabel(crypto, suite, node.secret, "tree", side, suite.hash_length),
  ) as [Secret, Secret];
  return {
    kind: "branch",
    left: { kind: "sealed", secret: left },
    right: { kind: "sealed", secret: right },
  };
}

function ratchetsOf(crypto: CryptoProvider, suite: CipherSuite, node: SecretTreeNode): Ratchets {
  if (node.kind === "ratchets") return node;
  if (node.kind === "branch") throw new UsageError("a parent has no ratchets");
  const begun = (label: RatchetKind): Ratchet => ({
    secret: expandWithLabel(crypto, suite, node.secret, label, EMPTY, suite.hash_length),
    generation: 0,
    skipped: [],
  });
  return {
    kind: "ratchets",
    handshake: begun(RATCHET_HANDSHAKE),
    application: begun(RATCHET_APPLICATION),
  };
}

/** What stands at a position now: a node whose own secrets are kept, or nothing. */
export type Change = readonly [position: string, node: Sealed | Ratchets | null];

/**
 * Yield what differs, by position: "" is the root, then one of "0" and "1" per level.
 *
 * A branch is told by what is below it, so only sealed nodes and ratchets are yielded; a
 * position whose node is gone comes with null. Shared branches are not looked into.
 */
export function changed(before: SecretTree | null, after: SecretTree | null): Generator<Change> {
  return changedBelow("", before?.root ?? null, after?.root ?? null);
}

function* changedBelow(
  position: string,
  before: SecretTreeNode | null,
  after: SecretTreeNode | null,
): Generator<Change> {
  if (before === after) return;
  const old = before?.kind === "branch" ? before : null;
  const now = after?.kind === "branch" ? after : null;
  if (after !== null && after.kind !== "branch") yield [position, after];
  else if (before !== null && before.kind !== "branch") yield [position, null];
  if (old === null && now === null) return;
  yield* changedBelow(`${position}0`, old?.left ?? null, now?.left ?? null);
  yield* changedBelow(`${position}1`, old?.right ?? null, now?.right ?? null);
}
