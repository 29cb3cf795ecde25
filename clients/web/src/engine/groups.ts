/**
 * The one place where the engine meets MLS: values of `mls` in, values out.
 *
 * Every leaf of a group is checked by `Certificates` of the roster. Nothing is committed but what
 * was asked for. Epochs are counted in numbers here: a group beyond what a number holds exactly
 * is refused where it comes in.
 */

import { type DeviceCertificate, named } from "../identity/certificate.ts";
import { IdentityError } from "../identity/errors.ts";
import { type ConversationId, type DeviceId, type UserId, identifierBytes } from "../ids.ts";
import { type Bytes, EMPTY, equalBytes, toHex } from "../mls/bytes.ts";
import { decode, encode } from "../mls/codec/index.ts";
import { BASIC, Credential } from "../mls/credentials.ts";
import { type CryptoProvider, Secret, cipherSuite } from "../mls/crypto/index.ts";
import { peek } from "../mls/delivery.ts";
import { InternalError, MlsError, ValidationError } from "../mls/errors.ts";
import type { SentProposal } from "../mls/evolution/resolve.ts";
import { Extensions, findExtension } from "../mls/extensions.ts";
import {
  CONTENT_COMMIT,
  SENDER_MEMBER,
  WIRE_GROUP_INFO,
  WIRE_WELCOME,
} from "../mls/framing/content.ts";
import { unwrap } from "../mls/framing/message.ts";
import { encrypt as encryptApplication } from "../mls/group/application.ts";
import { commit as makeCommit } from "../mls/group/commit.ts";
import { createGroup } from "../mls/group/create.ts";
import { joinExternal as joinByCommit } from "../mls/group/external.ts";
import { groupInfo } from "../mls/group/info.ts";
import { join as joinGroup } from "../mls/group/join.ts";
import { process } from "../mls/group/process.ts";
import { proposeRemove } from "../mls/group/propose.ts";
import type {
  ApplicationReceived as ReceivedData,
  CommitReceived,
  ProposalReceived,
  RemovedFromGroup,
} from "../mls/group/received.ts";
import { type Changes, type Parts, changes, restore, snapshot } from "../mls/group/snapshot.ts";
import { type GroupState, type Member, history, members } from "../mls/group/state.ts";
import {
  KeyPackage,
  type KeyPackageBundle,
  createKeyPackage,
  keyPackageReference,
} from "../mls/key_package.ts";
import {
  type Add,
  PROPOSAL_ADD,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_REMOVE,
  type Proposal,
  type Remove,
} from "../mls/messages/proposals.ts";
import { Rule } from "../mls/rules.ts";
import { GroupContext } from "../mls/schedule/context.ts";
import { type Capabilities, DEFAULT_CAPABILITIES } from "../mls/tree/nodes.ts";
import { RatchetTree } from "../mls/tree/ratchet_tree.ts";
import type { ClaimedKeyPackage } from "../wire/bodies.ts";
import { ROOM_POLICY } from "../wire/room_policy.ts";
import { type AccountRecord, KeyPackageRecord } from "./records.ts";
import { AUTHENTICATION, type Certificates, identityIn, personIn, personOf } from "./roster.ts";

export { type Changes, type CommitReceived, type GroupState, changes };
export type { ProposalReceived, RemovedFromGroup };

/**
 * The cipher suite of groups and key packages: X25519 and ML-KEM-768 together, so that what is
 * recorded today stays secret if one of the two is broken.
 */
export const SUITE = cipherSuite(0xf00d);

/** Keys are valid from a little earlier: other clocks are slow. */
export const CLOCK_SKEW_SECONDS = 24 * 3600;
/** How long a leaf of a new group, or of an external commit, is valid without new keys. */
export const LEAF_SECONDS = 80 * 24 * 3600;
const NOTHING: ReadonlyMap<string, SentProposal> = new Map();
/** What our leaves say: a group has a room policy only if every leaf can read one (§13.4). */
export const CAPABILITIES: Capabilities = {
  ...DEFAULT_CAPABILITIES,
  extensions: [...DEFAULT_CAPABILITIES.extensions, ROOM_POLICY],
};

/** Application data of a member, with its epoch as a number. */
export type ApplicationReceived = Omit<ReceivedData, "epoch"> & { readonly epoch: number };

/** What a message of the log turned out to be. */
export type Received = ApplicationReceived | ProposalReceived | CommitReceived | RemovedFromGroup;

// --- one's own keys -------------------------------------------------------------------

/** Return a fresh key package of this device, by its reference in hexadecimal. */
export async function makeKeyPackage(
  crypto: CryptoProvider,
  account: AccountRecord,
  now: number,
  lifetime: number,
  { lastResort }: { readonly lastResort: boolean },
): Promise<readonly [ref: string, record: KeyPackageRecord]> {
  const bundle = await freshBundle(crypto, account, now, lifetime, lastResort);
  const { key_package } = bundle;
  const record = KeyPackageRecord.of({
    key_package: encode(KeyPackage, key_package),
    init_private_key: bundle.init_private_key.reveal(),
    leaf_private_key: bundle.leaf_private_key.reveal(),
    not_after: now + lifetime,
    last_resort: lastResort,
  });
  return [toHex(keyPackageReference(crypto, SUITE, key_package)), record];
}

function freshBundle(
  crypto: CryptoProvider,
  account: AccountRecord,
  now: number,
  lifetime: number,
  lastResort: boolean,
): Promise<KeyPackageBundle> {
  const credential = { credential_type: BASIC, identity: account.certificate } as const;
  return createKeyPackage(crypto, SUITE, credential, new Secret(account.device_seed), {
    lifetime: {
      not_before: BigInt(Math.max(0, now - CLOCK_SKEW_SECONDS)),
      not_after: BigInt(now + lifetime),
    },
    lastResort,
    capabilities: CAPABILITIES,
  });
}

function storedBundle(record: KeyPackageRecord, account: AccountRecord): KeyPackageBundle {
  return {
    key_package: decode(KeyPackage, record.key_package),
    init_private_key: new Secret(record.init_private_key),
    leaf_private_key: new Secret(record.leaf_private_key),
    signature_private_key: new Secret(account.device_seed),
  };
}

/** Return the certificate in a key package, if it is the device's that was asked for. */
export async function certified(
  claimed: ClaimedKeyPackage,
  authentication: Certificates = AUTHENTICATION,
): Promise<DeviceCertificate | null> {
  try {
    const { leaf_node } = decode(KeyPackage, claimed.key_package);
    const found = await authentication.of(identityIn(leaf_node.credential));
    const isAsked = found.user_id === claimed.user && found.device_id === claimed.device;
    return isAsked ? found : null;
  } catch (error) {
    if (!(error instanceof MlsError || error instanceof IdentityError)) throw error;
    return null;
  }
}

/** Return the certificate in a key package, byte for byte; nothing if there is none. */
export function certificateIn(claimed: ClaimedKeyPackage): Bytes {
  try {
    return identityIn(decode(KeyPackage, claimed.key_package).leaf_node.credential);
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    return EMPTY;
  }
}

// --- a group --------------------------------------------------------------------------

/** A group of one, and what the server needs to know of it. */
export interface Founded {
  readonly group: GroupState;
  readonly group_info: Bytes;
  readonly ratchet_tree: Bytes;
}

/** A commit: what is sent, and the snapshot of the group it leads to. */
export interface Commit {
  readonly body: Bytes;
  readonly group_info: Bytes;
  readonly welcome: Bytes;
  readonly parts: Parts;
}

/** A group joined by a Welcome, who made the Welcome, and for which key package. */
export interface Joined {
  readonly group: GroupState;
  readonly by: UserId;
  readonly ref: string;
}

/** Make a group of one, with a room policy unless it is empty. */
export async function create(
  crypto: CryptoProvider,
  account: AccountRecord,
  conversation: ConversationId,
  now: number,
  policy: Bytes = EMPTY,
  authentication: Certificates = AUTHENTICATION,
): Promise<Founded> {
  const group = await createGroup(crypto, {
    groupId: identifierBytes(conversation),
    suite: SUITE,
    bundle: await freshBundle(crypto, account, now, LEAF_SECONDS, false),
    extensions: extensionsOf(policy),
    authentication,
    now,
  });
  return {
    group,
    group_info: await groupInfo(crypto, group),
    ratchet_tree: group.tree.encode(),
  };
}

/**
 * Return a group from its stored parts.
 *
 * @throws MlsError - They are damaged.
 */
export function restored(parts: Parts): GroupState {
  return counted(restore(parts));
}

/** Return the epoch of a group. */
export function epochIn(group: GroupState): number {
  return exact(group.context.epoch);
}

/** Encrypt content; the client id is bound to it, so that no server gives it another. */
export function encrypt(
  crypto: CryptoProvider,
  group: GroupState,
  content: Bytes,
  clientId: Bytes,
): Promise<readonly [GroupState, Bytes]> {
  return encryptApplication(crypto, group, content, { authenticatedData: clientId });
}

/**
 * Process a message of the log.
 *
 * A commit of others may take up proposals that were `refused` here; it is still theirs to be
 * judged.
 *
 * @throws UnlistedError - It brings a device that the key directory has to list, and does not.
 * @throws MlsError - It is not what it should be; nothing has changed.
 */
export async function hear(
  crypto: CryptoProvider,
  group: GroupState,
  body: Bytes,
  now: number,
  refused: ReadonlyMap<string, SentProposal> = NOTHING,
  authentication: Certificates = AUTHENTICATION,
): Promise<Received> {
  let heard = group;
  if (refused.size > 0 && peek(body).content_type === CONTENT_COMMIT) {
    const pending_proposals = new Map([...refused, ...group.pending_proposals]);
    heard = { ...group, pending_proposals };
  }
  const received = await process(crypto, heard, body, { authentication, now });
  if (received.type === "application") return { ...received, epoch: exact(received.epoch) };
  if (received.type === "commit") counted(received.state);
  return received;
}

/**
 * Whether a member proposes that a device of their own is removed.
 *
 * Nothing else is ever proposed in this product: neither by members nor from outside.
 */
export function isDeparture(group: GroupState, sent: SentProposal): boolean {
  return removalIn(group, sent) !== null;
}

/** Return who proposes to remove which leaf of theirs; null if a proposal is anything else. */
function removalIn(
  group: GroupState,
  { sender, proposal }: SentProposal,
): readonly [by: number, gone: number] | null {
  if (sender.sender_type !== SENDER_MEMBER || proposal.proposal_type !== PROPOSAL_REMOVE) {
    return null;
  }
  const by = group.roster.get(sender.leaf_index);
  const gone = group.roster.get(proposal.removed);
  const own = by !== undefined && gone !== undefined && personOf(by) === personOf(gone);
  return own ? [sender.leaf_index, proposal.removed] : null;
}

/** Return whom a commit adds without its committer being the one who asked for them. */
export function unasked(heard: CommitReceived): ReadonlySet<UserId> {
  const found = new Set<UserId>();
  for (const { sender, proposal } of heard.proposals) {
    if (proposal.proposal_type !== PROPOSAL_ADD) continue;
    const asked =
      sender.sender_type === SENDER_MEMBER && sender.leaf_index === heard.committer.leaf;
    if (!asked) found.add(personIn(proposal.key_package.leaf_node.credential));
  }
  return found;
}

/** What a commit is to do besides the departures that are pending. */
export interface Wanted {
  /** The key packages of those to add. */
  readonly add?: readonly Bytes[];
  /** The leaves to remove. */
  readonly remove?: readonly number[];
  /** Another room policy for the group; null for the one it has. */
  readonly policy?: Bytes | null;
  readonly authentication?: Certificates;
}

/**
 * Make a commit of the departures that are pending, these additions and removals.
 *
 * With `policy`, it also gives the group another room policy.
 *
 * Whatever else others have proposed, it does these things and no other. Nor is anybody left
 * out who has proposed to leave: the server would not take such a commit.
 *
 * @throws MlsError - It cannot be made.
 */
export async function commit(
  crypto: CryptoProvider,
  group: GroupState,
  now: number,
  { add = [], remove = [], policy = null, authentication = AUTHENTICATION }: Wanted = {},
): Promise<Commit> {
  const extensions = policy === null ? group.context.extensions : extensionsOf(policy);
  const proposals: readonly Proposal[] = [
    ...remove.map((removed) => ({ proposal_type: PROPOSAL_REMOVE, removed }) as const),
    ...add.map((data) => {
      return { proposal_type: PROPOSAL_ADD, key_package: decode(KeyPackage, data) } as const;
    }),
    ...(policy === null
      ? []
      : [{ proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS, extensions } as const]),
  ];
  const pending = [...group.pending_proposals].filter(([, sent]) => isDeparture(group, sent));
  const made = await makeCommit(
    crypto,
    { ...group, pending_proposals: new Map(pending) },
    { proposals, authentication, now, options: { capabilities: CAPABILITIES } },
  );
  const { extensions: ours } = made.next.context;
  if (!equalBytes(encode(Extensions, ours), encode(Extensions, extensions))) {
    throw new InternalError("a commit would change what the conversation allows");
  }
  const takenUp = pending.map(([, { proposal }]) => proposal);
  checkDoesOnly(group, made.next, proposals, takenUp);
  return {
    body: made.message,
    group_info: made.group_info,
    welcome: made.welcome ?? EMPTY,
    parts: snapshot(counted(made.next)),
  };
}

/** Insist that a commit of ours brings exactly whom it is to bring, and takes nobody else. */
function checkDoesOnly(
  before: GroupState,
  after: GroupState,
  asked: readonly Proposal[],
  takenUp: readonly Proposal[],
): void {
  const old = new Map(members(before).map((member) => [placeOf(member), member]));
  const fresh = new Map(members(after).map((member) => [placeOf(member), member]));
  const leaves = asked.filter(isAdd).map(({ key_package }) => key_package.leaf_node);
  const wanted = new Set(leaves.map(clientOf));
  const mustGo = asked.filter(isRemove).map(({ removed }) => removed);
  const mayGo = new Set([...mustGo, ...takenUp.filter(isRemove).map(({ removed }) => removed)]);
  const came = [...fresh].filter(([place]) => !old.has(place)).map(([, each]) => clientOf(each));
  const gone = [...old].filter(([place]) => !fresh.has(place)).map(([, { leaf }]) => leaf);
  const brings = new Set(came).size === wanted.size && came.every((each) => wanted.has(each));
  const takes =
    mustGo.every((leaf) => gone.includes(leaf)) && gone.every((leaf) => mayGo.has(leaf));
  if (!brings || !takes) throw new InternalError("a commit would do what nobody asked for");
}

function isAdd(proposal: Proposal): proposal is Add {
  return proposal.proposal_type === PROPOSAL_ADD;
}

function isRemove(proposal: Proposal): proposal is Remove {
  return proposal.proposal_type === PROPOSAL_REMOVE;
}

/** Return what stands for a client, wherever its leaf is. */
function clientOf({ signature_key, credential }: Pick<Member, "signature_key" | "credential">) {
  return `${toHex(signature_key)}/${toHex(encode(Credential, credential))}`;
}

/** Return what stands for a client at its leaf. */
function placeOf(member: Member): string {
  return `${member.leaf}/${clientOf(member)}`;
}

/**
 * Return the group that a commit of ours has led to, with the epochs before it.
 *
 * They come from `latest`, the epoch it ended: message keys used since must not come back.
 */
export function adopted(after: GroupState, latest: GroupState, now: number): GroupState {
  return { ...after, past: history(latest, now) };
}

/** Propose to remove a leaf. */
export async function proposeRemoval(
  crypto: CryptoProvider,
  group: GroupState,
  index: number,
): Promise<readonly [GroupState, Bytes]> {
  const made = await proposeRemove(crypto, group, index);
  return [made.state, made.message];
}

/** Return who has proposed to remove which of their own devices in this epoch, by leaf. */
export function removals(group: GroupState): readonly (readonly [by: number, gone: number])[] {
  return [...group.pending_proposals.values()]
    .map((sent) => removalIn(group, sent))
    .filter((found) => found !== null);
}

/**
 * Join by a Welcome.
 *
 * @throws UnlistedError - It holds a device that the key directory has to list, and does not.
 * @throws MlsError - It is for no key package of ours, or for another group, or unsound.
 */
export async function join(
  crypto: CryptoProvider,
  conversation: ConversationId,
  welcome: Bytes,
  ratchetTree: Bytes,
  keyPackages: ReadonlyMap<string, KeyPackageRecord>,
  account: AccountRecord,
  now: number,
  authentication: Certificates = AUTHENTICATION,
): Promise<Joined> {
  const message = unwrap(welcome);
  if (message.wire_format !== WIRE_WELCOME) {
    throw new ValidationError(Rule.WELCOME_FOR_US, "not a Welcome");
  }
  const refs = new Set(message.welcome.secrets.map((secrets) => toHex(secrets.new_member)));
  const held = [...keyPackages].find(([ref]) => refs.has(ref));
  if (held === undefined) throw new ValidationError(Rule.WELCOME_FOR_US);
  const [ref, record] = held;
  const bundles = new Map([[ref, storedBundle(record, account)]]);
  const group = counted(
    await joinGroup(crypto, welcome, bundles, { ratchetTree, authentication, now }),
  );
  if (!equalBytes(group.context.group_id, identifierBytes(conversation))) {
    throw new ValidationError(Rule.GROUP_ID_MATCHES, "a Welcome to another conversation");
  }
  const by = members(group).find(({ leaf }) => leaf === group.welcomed_by);
  return { group, by: by === undefined ? ("" as UserId) : personOf(by), ref };
}

/**
 * Join by an external commit; an older leaf of this device is replaced.
 *
 * @throws UnlistedError - It holds a device that the key directory has to list, and does not.
 * @throws MlsError - The group is unsound, or is another one.
 */
export async function joinExternal(
  crypto: CryptoProvider,
  account: AccountRecord,
  conversation: ConversationId,
  info: Bytes,
  ratchetTree: Bytes,
  now: number,
  authentication: Certificates = AUTHENTICATION,
): Promise<Commit> {
  const bundle = await freshBundle(crypto, account, now, LEAF_SECONDS, false);
  const resync = leafOfDevice(ratchetTree, account.device);
  const made = await joinByCommit(crypto, info, bundle, {
    ratchetTree,
    resync,
    authentication,
    now,
  });
  if (!equalBytes(made.next.context.group_id, identifierBytes(conversation))) {
    throw new ValidationError(Rule.GROUP_ID_MATCHES, "the GroupInfo of another conversation");
  }
  return {
    body: made.message,
    group_info: made.group_info,
    welcome: EMPTY,
    parts: snapshot(counted(made.next)),
  };
}

/** Say whether a GroupInfo is of this very epoch of this very group. */
export function isOf(group: GroupState, info: Bytes): boolean {
  try {
    const message = unwrap(info);
    if (message.wire_format !== WIRE_GROUP_INFO) return false;
    const theirs = encode(GroupContext, message.group_info.group_context);
    return equalBytes(theirs, encode(GroupContext, group.context));
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    return false;
  }
}

/** Return where a device is in a tree, if it is. */
function leafOfDevice(ratchetTree: Bytes, device: DeviceId): number | null {
  for (const [index, leaf] of RatchetTree.decode(ratchetTree).leaves()) {
    try {
      if (named(identityIn(leaf.credential)) === device) return index;
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
    }
  }
  return null;
}

/** Return the epoch a message says it is of; null if it is no message. */
export function epochOf(body: Bytes): number | null {
  try {
    const { epoch } = peek(body);
    return epoch > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : Number(epoch);
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    return null;
  }
}

// --- what it allows -------------------------------------------------------------------

/** Return the data of the room policy of a group; nothing if it has none. */
export function policyIn(group: GroupState): Bytes {
  return findExtension(group.context.extensions, ROOM_POLICY) ?? EMPTY;
}

/** Whether every device of a group can read a room policy. */
export function allReadPolicies(group: GroupState): boolean {
  return [...group.tree.leaves()].every(([, leaf]) => {
    return leaf.capabilities.extensions.includes(ROOM_POLICY);
  });
}

function extensionsOf(policy: Bytes): Extensions {
  return policy.length === 0 ? [] : [{ extension_type: ROOM_POLICY, extension_data: policy }];
}

// --- epochs ---------------------------------------------------------------------------

/** Return a group whose epoch a number holds; there is no other one here. */
function counted(group: GroupState): GroupState {
  exact(group.context.epoch);
  return group;
}

function exact(epochNumber: bigint): number {
  const found = Number(epochNumber);
  if (!Number.isSafeInteger(found)) {
    throw new ValidationError(Rule.EPOCH_KNOWN, "an epoch beyond every one of ours");
  }
  return found;
}
