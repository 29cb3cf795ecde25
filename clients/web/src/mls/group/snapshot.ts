/**
 * GroupState to bytes and back, in parts that change only when their content does.
 *
 *     group                     the epoch: context, secrets, our private keys
 *     tree:<tree hash>          the ratchet tree
 *     proposal:<ref>            one pending proposal
 *     past:<epoch>              one past epoch, its message keys apart
 *     keys:<epoch>:<position>   one end of an epoch's secret tree: a sender's ratchets, or the
 *                               secret of a subtree in which nobody has sent yet
 *
 * A message changes one `keys` part, and a sender's first message one for each level of the tree:
 * storing it costs the same in a group of ten and of a thousand. A secret that was consumed is in
 * none of the parts, so whoever applies `Changes` also deletes it.
 */

import { fromHex, toHex, type Bytes } from "../bytes.ts";
import { decode, encode } from "../codec/index.ts";
import { cipherSuite } from "../crypto/suites.ts";
import { DecodeError, UsageError, ValidationError } from "../errors.ts";
import { changed, type SecretTree, type SecretTreeNode } from "../schedule/secret_tree.ts";
import { toNode } from "../tree_math.ts";
import { RatchetTree } from "../tree/ratchet_tree.ts";
import {
  GroupRecord,
  KeysRecord,
  PastRecord,
  ProposalRecord,
  VERSION,
  endOf,
  keysNode,
  keysRecord,
  pastRecord,
  proposalRecord,
  roster,
} from "./records.ts";
import { MAX_PAST_EPOCHS, rosterOf, type GroupState, type PastEpoch } from "./state.ts";

/** A state's parts, by name. */
export type Parts = ReadonlyMap<string, Bytes>;

/** What to store and what to delete to get from one state to the next. */
export interface Changes {
  readonly put: Parts;
  readonly delete: ReadonlySet<string>;
}

type Difference = readonly [name: string, data: Bytes | null];

/** Return a whole state as parts. */
export function snapshot(state: GroupState): Parts {
  return changes(null, state).put;
}

/** Return how the parts of `after` differ from those of `before`. */
export function changes(before: GroupState | null, after: GroupState): Changes {
  const put = new Map<string, Bytes>();
  const gone = new Set<string>();
  for (const [name, data] of differences(before, after)) {
    if (data === null) gone.add(name);
    else put.set(name, data);
  }
  return { put, delete: new Set([...gone].filter((name) => !put.has(name))) };
}

/**
 * Read a state from its parts.
 *
 * The vault answers for their being the ones that were stored. What is checked here is that they
 * belong together, so that no mixture of two states goes on as a third.
 *
 * @throws DecodeError - The parts are not those of one state.
 */
export function restore(parts: Parts): GroupState {
  const state = asStored(() => restored(parts));
  checkWhole(state);
  return state;
}

function asStored<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const known = [UsageError, ValidationError, RangeError].some((kind) => error instanceof kind);
    if (!known) throw error;
    throw new DecodeError("a part is not what it was stored as", { cause: error });
  }
}

function* differences(before: GroupState | null, after: GroupState): Generator<Difference> {
  if (before === null || !isSameEpoch(before, after)) {
    const record = group(after);
    if (before === null || toHex(group(before)) !== toHex(record)) yield ["group", record];
  }
  yield* treeDifferences(before, after);
  yield* proposalDifferences(before, after);
  yield* pastDifferences(before, after);
  yield* keyDifferences(secretTrees(before), secretTrees(after));
}

/** Say whether all that the part `group` holds is untouched; false where that is not obvious. */
function isSameEpoch(before: GroupState, after: GroupState): boolean {
  return (
    before.context === after.context &&
    before.private_keys === after.private_keys &&
    before.signature_key === after.signature_key &&
    before.secrets === after.secrets &&
    before.confirmation_tag === after.confirmation_tag &&
    before.interim_transcript_hash === after.interim_transcript_hash &&
    before.reinit === after.reinit &&
    before.own_leaf === after.own_leaf &&
    before.secret_tree.depth === after.secret_tree.depth
  );
}

function group(state: GroupState): Bytes {
  return encode(GroupRecord, {
    version: VERSION,
    context: state.context,
    own_leaf: state.own_leaf,
    signature_key: state.signature_key,
    private_keys: [...state.private_keys].map(([node, key]) => ({ node, private_key: key })),
    secrets: state.secrets,
    depth: state.secret_tree.depth,
    confirmation_tag: state.confirmation_tag,
    interim_transcript_hash: state.interim_transcript_hash,
    reinit: state.reinit,
  });
}

function treeName(state: { readonly context: { readonly tree_hash: Bytes } }): string {
  return `tree:${toHex(state.context.tree_hash)}`;
}

function* treeDifferences(before: GroupState | null, after: GroupState): Generator<Difference> {
  if (before !== null) {
    if (treeName(before) === treeName(after)) return;
    yield [treeName(before), null];
  }
  yield [treeName(after), after.tree.encode()];
}

function* proposalDifferences(before: GroupState | null, after: GroupState): Generator<Difference> {
  const old: GroupState["pending_proposals"] = before?.pending_proposals ?? new Map();
  for (const ref of old.keys()) {
    if (!after.pending_proposals.has(ref)) yield [`proposal:${ref}`, null];
  }
  for (const [ref, sent] of after.pending_proposals) {
    if (old.has(ref)) continue;
    const record = proposalRecord(sent, after.own_updates.get(ref) ?? null);
    yield [`proposal:${ref}`, encode(ProposalRecord, record)];
  }
}

function* pastDifferences(before: GroupState | null, after: GroupState): Generator<Difference> {
  const old = new Set((before?.past ?? []).map((past) => past.context.epoch));
  for (const past of after.past) {
    const { epoch } = past.context;
    if (!old.delete(epoch))
      yield [`past:${epoch.toString()}`, encode(PastRecord, pastRecord(past))];
  }
  for (const epoch of old) yield [`past:${epoch.toString()}`, null];
}

function secretTrees(state: GroupState | null): ReadonlyMap<bigint, SecretTree> {
  if (state === null) return new Map();
  return new Map([...state.past, state].map((each) => [each.context.epoch, each.secret_tree]));
}

function* keyDifferences(
  before: ReadonlyMap<bigint, SecretTree>,
  after: ReadonlyMap<bigint, SecretTree>,
): Generator<Difference> {
  for (const epoch of new Set([...before.keys(), ...after.keys()])) {
    for (const [position, node] of changed(before.get(epoch) ?? null, after.get(epoch) ?? null)) {
      const record = node === null ? null : encode(KeysRecord, keysRecord(node));
      yield [`keys:${epoch.toString()}:${position}`, record];
    }
  }
}

function restored(parts: Parts): GroupState {
  const record = decode(GroupRecord, part(parts, "group"));
  if (record.version !== VERSION) {
    throw new DecodeError(`a snapshot of version ${record.version}`);
  }
  const tree = RatchetTree.decode(part(parts, treeName(record)));
  const proposals = [...named(parts, "proposal")].map(
    ([ref, data]) => [hexadecimal(ref), decode(ProposalRecord, data)] as const,
  );
  return {
    suite: cipherSuite(record.context.cipher_suite),
    context: record.context,
    tree,
    roster: rosterOf(tree),
    own_leaf: record.own_leaf,
    signature_key: record.signature_key,
    private_keys: new Map(record.private_keys.map((key) => [key.node, key.private_key])),
    secrets: record.secrets,
    secret_tree: secretTree(parts, record.context.epoch, record.depth),
    confirmation_tag: record.confirmation_tag,
    interim_transcript_hash: record.interim_transcript_hash,
    pending_proposals: new Map(
      proposals.map(([ref, { sender, proposal }]) => [ref, { sender, proposal }]),
    ),
    own_updates: new Map(proposals.flatMap(([ref, { own }]) => (own === null ? [] : [[ref, own]]))),
    past: pastEpochs(parts),
    reinit: record.reinit,
    welcomed_by: null,
  };
}

/** Check that a state's parts fit each other. */
function checkWhole(state: GroupState): void {
  const { tree, private_keys: keys, context } = state;
  if (tree.leaf(state.own_leaf) === null || !keys.has(toNode(state.own_leaf))) {
    throw new DecodeError("a state without its own leaf");
  }
  if ([...keys.keys()].some((node) => tree.encryptionKey(node) === null)) {
    throw new DecodeError("a private key without a public one");
  }
  if (2 ** state.secret_tree.depth !== tree.leafCount) {
    throw new DecodeError("a secret tree of another size than the ratchet tree");
  }
  if (state.past.some((past) => toHex(past.context.group_id) !== toHex(context.group_id))) {
    throw new DecodeError("a past epoch of another group");
  }
  const late = state.past.some((past) => past.context.epoch >= context.epoch);
  if (state.past.length > MAX_PAST_EPOCHS || late) {
    throw new DecodeError("a past epoch that is not past");
  }
}

function pastEpochs(parts: Parts): readonly PastEpoch[] {
  return [...named(parts, "past")]
    .map(([, data]) => decode(PastRecord, data))
    .sort((one, other) => Number(one.context.epoch - other.context.epoch))
    .map((record) => ({
      context: record.context,
      roster: roster(record),
      sender_data_secret: record.sender_data_secret,
      resumption_psk: record.resumption_psk,
      secret_tree: secretTree(parts, record.context.epoch, record.depth),
      ended: endOf(record),
    }));
}

function part(parts: Parts, name: string): Bytes {
  const data = parts.get(name);
  if (data === undefined) throw new DecodeError(`the part '${name}' is missing`);
  return data;
}

function hexadecimal(name: string): string {
  if (toHex(fromHex(name)) !== name) throw new DecodeError("a part is not named by a ProposalRef");
  return name;
}

function* named(parts: Parts, kind: string): Generator<readonly [name: string, data: Bytes]> {
  const start = `${kind}:`;
  for (const [name, data] of parts) {
    if (name.startsWith(start)) yield [name.slice(start.length), data];
  }
}

function secretTree(parts: Parts, epoch: bigint, depth: number): SecretTree {
  const ends = new Map(named(parts, `keys:${epoch.toString()}`));
  const node = (position: string): SecretTreeNode => {
    const data = ends.get(position);
    if (data !== undefined) return keysNode(decode(KeysRecord, data));
    if (position.length >= depth) {
      throw new DecodeError(`the keys of epoch ${epoch.toString()} are incomplete`);
    }
    return { kind: "branch", left: node(`${position}0`), right: node(`${position}1`) };
  };
  return { depth, root: node("") };
}
