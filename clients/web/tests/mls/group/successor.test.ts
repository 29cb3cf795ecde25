/** Groups made of groups (RFC 9420 §11.2, §11.3). */

import { expect, test } from "vitest";

import { ascii } from "../../../src/mls/bytes.ts";
import { UsageError } from "../../../src/mls/errors.ts";
import {
  type GroupState,
  type PendingCommit,
  adopt,
  branch,
  commit,
  encrypt,
  proposeReinit,
  proposeRemove,
  reinitialize,
} from "../../../src/mls/group/index.ts";
import { checkOrigin } from "../../../src/mls/group/origin.ts";
import type { KeyPackageBundle } from "../../../src/mls/key_package.ts";
import { PROPOSAL_REINIT } from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { PSK_RESUMPTION, ResumptionPSKUsage } from "../../../src/mls/schedule/key_names.ts";
import { CRYPTO, Crew, NOW, REGISTRY, bundleOf, founded, person } from "../../support/people.ts";
import { failure, refused } from "../../support/refused.ts";

const NAMES = ["alice", "bob", "carol"] as const;
const WORLD = { authentication: REGISTRY, now: NOW };
const REINIT = {
  proposal_type: PROPOSAL_REINIT,
  group_id: ascii("the new group"),
  version: 1,
  cipher_suite: 1,
  extensions: [],
} as const;

/** A group that a commit has ended. */
async function ended(): Promise<Crew> {
  const crew = await founded(NAMES);
  const made = await proposeReinit(CRYPTO, crew.get("bob"), REINIT);
  crew.set("bob", made.state);
  for (const name of ["alice", "carol"]) await crew.hear(name, made.message);
  await crew.accept("carol", await crew.commit("carol"));
  crew.agree();
  return crew;
}

async function bundle(crew: Crew, name: string): Promise<KeyPackageBundle> {
  return bundleOf(crew.people.get(name) ?? (await person(name)));
}

function enter(
  crew: Crew,
  pending: PendingCommit,
  own: KeyPackageBundle,
  old: GroupState | null,
): Promise<GroupState> {
  return crew.join(pending, own, { oldGroups: () => old });
}

test("a reinitialised group is silent and follows nothing", async () => {
  const crew = await ended();
  const alice = crew.get("alice");
  for (const act of [
    () => encrypt(CRYPTO, alice, ascii("anybody?")),
    () => crew.commit("alice"),
    () => proposeRemove(CRYPTO, alice, 1),
  ]) {
    await refused(Rule.GROUP_REINITIALISED, act);
  }
  const restless = { ...alice, reinit: null };
  const made = await proposeRemove(CRYPTO, restless, 1);
  const again = await commit(CRYPTO, restless, WORLD);
  for (const { message } of [made, again]) {
    await refused(Rule.GROUP_REINITIALISED, () => crew.receive("bob", message));
  }
});

test("the new group has everybody", async () => {
  const crew = await ended();
  const [alice, bob, carol] = await Promise.all(NAMES.map((name) => bundle(crew, name)));
  if (!alice || !bob || !carol) throw new Error("three are needed");
  const packages = [bob.key_package, carol.key_package];
  const pending = await reinitialize(CRYPTO, crew.get("alice"), alice, packages, WORLD);
  const next = new Crew();
  next.set("alice", adopt(pending));
  next.set("bob", await enter(crew, pending, bob, crew.get("bob")));
  next.set("carol", await enter(crew, pending, carol, crew.get("carol")));
  next.agree();
  expect(next.get("bob").context).toMatchObject({ group_id: REINIT.group_id, epoch: 1n });
});

test("nobody is left behind, and a group that goes on is not reinitialised", async () => {
  const crew = await ended();
  const [alice, bob] = [await bundle(crew, "alice"), await bundle(crew, "bob")];
  const act = () => reinitialize(CRYPTO, crew.get("alice"), alice, [bob.key_package], WORLD);
  await refused(Rule.REINIT_SAME_MEMBERS, act);
  const going = { ...crew.get("alice"), reinit: null };
  const wrong = () => reinitialize(CRYPTO, going, alice, [], WORLD);
  expect(await failure(wrong)).toBeInstanceOf(UsageError);
});

test("a branch has some of the members and no others", async () => {
  const crew = await founded(NAMES);
  const [alice, bob] = [await bundle(crew, "alice"), await bundle(crew, "bob")];
  const make = (...packages: readonly KeyPackageBundle[]): Promise<PendingCommit> => {
    const added = packages.map((each) => each.key_package);
    return branch(CRYPTO, crew.get("alice"), ascii("a branch"), alice, added, WORLD);
  };
  const pending = await make(bob);
  const next = new Crew();
  next.set("alice", adopt(pending));
  next.set("bob", await enter(crew, pending, bob, crew.get("bob")));
  next.agree();
  const dave = await bundle(crew, "dave");
  await refused(Rule.BRANCH_SUBSET, () => make(bob, dave));
});

test("the old group must be known, whoever hands its key in", async () => {
  const crew = await founded(NAMES);
  const [alice, bob] = [await bundle(crew, "alice"), await bundle(crew, "bob")];
  const old = crew.get("alice");
  const pending = await branch(CRYPTO, old, ascii("a branch"), alice, [bob.key_package], WORLD);
  await refused(Rule.PSK_AVAILABLE, () => enter(crew, pending, bob, null));
  const psk = {
    psktype: PSK_RESUMPTION,
    usage: ResumptionPSKUsage.BRANCH,
    psk_group_id: old.context.group_id,
    psk_epoch: 1n,
    psk_nonce: new Uint8Array(32),
  } as const;
  const { context, roster } = pending.next;
  await refused(Rule.PSK_AVAILABLE, () => checkOrigin(psk, null, context, roster, REGISTRY));
});

test.each([
  { group_id: ascii("another") },
  { version: 2 },
  { cipher_suite: 3 },
  { extensions: [{ extension_type: 0xf042, extension_data: ascii("x") }] },
])("a successor is what was announced: %o", async (change) => {
  const crew = await ended();
  const old = crew.get("alice");
  const { context, roster } = old;
  const psk = {
    psktype: PSK_RESUMPTION,
    usage: ResumptionPSKUsage.REINIT,
    psk_group_id: context.group_id,
    psk_epoch: context.epoch,
    psk_nonce: new Uint8Array(32),
  } as const;
  const { group_id, version, cipher_suite, extensions } = REINIT;
  const made = { ...context, epoch: 1n, group_id, version, cipher_suite, extensions };
  await checkOrigin(psk, old, made, roster, REGISTRY);
  const other = { ...old, reinit: { ...REINIT, ...change } };
  const act = () => checkOrigin(psk, other, made, roster, REGISTRY);
  await refused(Rule.REINIT_WELCOME_MATCHES, act);
  const earlier = { ...psk, psk_epoch: context.epoch - 1n };
  const late = () => checkOrigin(earlier, old, made, roster, REGISTRY);
  await refused(Rule.REINIT_WELCOME_MATCHES, late);
});

test("a branch keeps version and suite, and both begin with epoch one", async () => {
  const crew = await founded(NAMES);
  const old = crew.get("alice");
  const { context, roster } = old;
  const psk = {
    psktype: PSK_RESUMPTION,
    usage: ResumptionPSKUsage.BRANCH,
    psk_group_id: context.group_id,
    psk_epoch: context.epoch,
    psk_nonce: new Uint8Array(32),
  } as const;
  const made = { ...context, epoch: 1n, group_id: ascii("a branch") };
  await checkOrigin(psk, old, made, roster, REGISTRY);
  for (const [changed, rule] of [
    [{ cipher_suite: 3 }, Rule.BRANCH_WELCOME_MATCHES],
    [{ version: 2 }, Rule.BRANCH_WELCOME_MATCHES],
    [{ epoch: 2n }, Rule.WELCOME_FIRST_EPOCH],
  ] as const) {
    const other = { ...made, ...changed };
    await refused(rule, () => checkOrigin(psk, old, other, roster, REGISTRY));
  }
});
