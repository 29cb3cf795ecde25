/**
 * One group of N members: what each operation costs, in CPU seconds of this process.
 *
 * The twin of `benchmarks/mls/measure.py`, which runs it: `node measure.js SUITE MEMBERS`
 * prints the figures as one line of JSON.
 */

import { ascii, equalBytes, toHex, type Bytes } from "../../src/mls/bytes.ts";
import { encode } from "../../src/mls/codec/index.ts";
import { BASIC, Credential, type AuthenticationService } from "../../src/mls/credentials.ts";
import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import { cipherSuite, type CipherSuite } from "../../src/mls/crypto/suites.ts";
import {
  adopt,
  changes,
  commit,
  createGroup,
  encrypt,
  exportSecret,
  groupInfo,
  join,
  members as membersOf,
  process as receive,
  snapshot,
  type GroupState,
  type PendingCommit,
} from "../../src/mls/group/index.ts";
import {
  createKeyPackage,
  keyPackageReference,
  type KeyPackageBundle,
} from "../../src/mls/key_package.ts";
import { PROPOSAL_ADD, PROPOSAL_REMOVE, type Proposal } from "../../src/mls/messages/proposals.ts";
import { fromGroupInfo, receive as observe } from "../../src/mls/public_group.ts";

const CRYPTO = new DefaultCrypto();
const NOW = 1_800_000_000;
const LIFETIME = { not_before: BigInt(NOW - 3600), not_after: BigInt(NOW + 28 * 24 * 3600) };
const MESSAGE = new Uint8Array(200).fill(0x78);
const MESSAGES = 1000;
const BATCH = 40;

/** Believes everybody, at no cost: checking credentials is not MLS's. */
const EVERYBODY: AuthenticationService = {
  authenticate: () => undefined,
  sameClient: (old, other) => equalBytes(encode(Credential, old), encode(Credential, other)),
};
const BY = { authentication: EVERYBODY, now: NOW } as const;

const seconds: Record<string, number> = {};
const size: Record<string, number> = {};

function clock(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Do the work so often, and note the least CPU seconds: what others do only adds. */
async function time<T>(name: string, work: () => T | Promise<T>, times = 1): Promise<T> {
  const taken: number[] = [];
  let made: T;
  do {
    const start = clock();
    made = await work();
    taken.push(clock() - start);
  } while (taken.length < times);
  seconds[name] = Math.min(...taken);
  return made;
}

async function bundleOf(suite: CipherSuite, name: string): Promise<KeyPackageBundle> {
  const { private_key: key } = await CRYPTO.signatureKeyPair(suite);
  const credential = { credential_type: BASIC, identity: ascii(name) } as const;
  return createKeyPackage(CRYPTO, suite, credential, key, { lifetime: LIFETIME });
}

function add(bundle: KeyPackageBundle): Proposal {
  return { proposal_type: PROPOSAL_ADD, key_package: bundle.key_package };
}

async function found(
  suite: CipherSuite,
  bundles: readonly KeyPackageBundle[],
): Promise<PendingCommit> {
  const [own, ...others] = bundles;
  if (own === undefined) throw new Error("a group of nobody");
  const groupId = ascii("benchmark");
  const state = await createGroup(CRYPTO, { ...BY, groupId, suite, bundle: own });
  const proposals = others.map(add);
  const first = await time("create, adding all", () => commit(CRYPTO, state, { ...BY, proposals }));
  size.welcome = first.welcome?.length ?? 0;
  size.tree = first.ratchet_tree.length;
  return first;
}

function joined(first: PendingCommit, newcomer: KeyPackageBundle): Promise<GroupState> {
  const reference = keyPackageReference(CRYPTO, first.next.suite, newcomer.key_package);
  const bundles = new Map([[toHex(reference), newcomer]]);
  const joining = { ...BY, ratchetTree: first.ratchet_tree };
  return time("join", () => join(CRYPTO, first.welcome ?? ascii(""), bundles, joining), 3);
}

/** The states of the founder and of the member that follows. */
type Pair = readonly [founder: GroupState, member: GroupState];

/** Commit, and let a member and a delivery service process the commit. */
async function step(name: string, [founder, member]: Pair, ...proposals: Proposal[]) {
  const committing = { ...BY, proposals };
  const pending = await time(`${name}: commit`, () => commit(CRYPTO, founder, committing), 3);
  size[`${name}: commit`] = pending.message.length;
  const { message } = pending;
  const received = await time(`${name}: process`, () => receive(CRYPTO, member, message, BY), 3);
  if (received.type !== "commit") throw new Error("a commit is no commit");
  const info = await groupInfo(CRYPTO, founder);
  const group = await fromGroupInfo(CRYPTO, info, founder.tree.encode(), BY);
  await time(`${name}: follow`, () => observe(CRYPTO, group, message, BY), 3);
  const after: Pair = [adopt(pending), received.state];
  const [ours, theirs] = after.map((each) => exportSecret(CRYPTO, each, "same", ascii(""), 32));
  if (!ours || !theirs?.equals(ours)) throw new Error("two epochs");
  return after;
}

async function messages([founder, member]: Pair): Promise<void> {
  let [sender, receiver] = [founder, member];
  let message: Bytes = ascii("");
  const [sending, opening]: [number[], number[]] = [[], []];
  for (let round = 0; round < MESSAGES; round++) {
    const start = clock();
    [sender, message] = await encrypt(CRYPTO, sender, MESSAGE);
    const between = clock();
    const received = await receive(CRYPTO, receiver, message, BY);
    opening.push(clock() - between);
    sending.push(between - start);
    if (received.type !== "application") throw new Error("no message");
    receiver = received.state;
  }
  seconds.encrypt = quietest(sending);
  seconds.decrypt = quietest(opening);
  size["message of 200 bytes"] = message.length;
}

/** Return the median of the batch in which the machine was least disturbed. */
function quietest(taken: readonly number[]): number {
  const starts = Array.from({ length: taken.length / BATCH }, (_, batch) => batch * BATCH);
  const medians = starts.map((start) => {
    const sorted = taken.slice(start, start + BATCH).sort((a, b) => a - b);
    return sorted[BATCH / 2] ?? 0;
  });
  return Math.min(...medians);
}

async function storage(state: GroupState): Promise<void> {
  const whole = await time("store all", () => snapshot(state));
  size["stored state"] = bytesOf(whole);
  const [after] = await encrypt(CRYPTO, state, MESSAGE);
  const [last] = await encrypt(CRYPTO, after, MESSAGE);
  const changed = await time("store one message", () => changes(after, last), 20);
  size["stored after a message"] = bytesOf(changed.put);
}

function bytesOf(parts: ReadonlyMap<string, Bytes>): number {
  return [...parts.values()].reduce((sum, part) => sum + part.length, 0);
}

async function measure(suite: CipherSuite, count: number): Promise<void> {
  const bundles: KeyPackageBundle[] = [];
  while (bundles.length < count) bundles.push(await bundleOf(suite, `member ${bundles.length}`));
  await time("key package", () => bundleOf(suite, "one more"), 5);
  const first = await found(suite, bundles);
  const [last] = bundles.slice(-1);
  if (last === undefined) throw new Error("a group of nobody");
  const start: Pair = [adopt(first), await joined(first, last)];
  const updated = await step("update", start);
  const grown = await step("add one", updated, add(await bundleOf(suite, "newcomer")));
  const added = Math.max(...membersOf(grown[0]).map((member) => member.leaf));
  const removal = { proposal_type: PROPOSAL_REMOVE, removed: added } as const;
  const shrunk = await step("remove one", grown, removal);
  await messages(shrunk);
  await storage(shrunk[0]);
}

const [, , number, count] = process.argv;
const suite = cipherSuite(Number(number));
await measure(suite, Number(count));
process.stdout.write(JSON.stringify({ suite: suite.name, members: Number(count), seconds, size }));
