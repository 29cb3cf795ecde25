/** Joining by Welcome: nothing is believed before it is verified (RFC 9420 §12.4.3.1). */

import { expect, test } from "vitest";

import { ascii, toHex } from "../../../src/mls/bytes.ts";
import { UsageError } from "../../../src/mls/errors.ts";
import {
  type PendingCommit,
  encrypt,
  join,
  process as receive,
  snapshot,
} from "../../../src/mls/group/index.ts";
import type { KeyPackageBundle } from "../../../src/mls/key_package.ts";
import { Rule } from "../../../src/mls/rules.ts";
import {
  CRYPTO,
  type Crew,
  NOW,
  REGISTRY,
  add,
  bundleOf,
  byReference,
  founded,
  person,
} from "../../support/people.ts";
import { failure, refused } from "../../support/refused.ts";

interface Invited {
  readonly crew: Crew;
  readonly pending: PendingCommit;
  readonly bundle: KeyPackageBundle;
}

async function invited(options: Parameters<Crew["commit"]>[2] = {}): Promise<Invited> {
  const crew = await founded(["alice", "bob"]);
  const bundle = await bundleOf(await person("carol"));
  const pending = await crew.commit("alice", [add(bundle)], options);
  await crew.accept("alice", pending);
  return { crew, pending, bundle };
}

test.each([true, false])("the tree comes inside the Welcome: %s", async (inside) => {
  const { crew, pending, bundle } = await invited({ ratchetTreeInWelcome: inside });
  const ratchetTree = inside ? null : pending.ratchet_tree;
  crew.set("carol", await crew.join(pending, bundle, { ratchetTree }));
  crew.agree();
  expect(crew.get("carol").welcomed_by).toBe(crew.leaf("alice"));
});

test("without a tree there is no joining", async () => {
  const { crew, pending, bundle } = await invited();
  const act = () => crew.join(pending, bundle, { ratchetTree: null });
  await refused(Rule.RATCHET_TREE_AT_HAND, act);
});

test("the tree is the one that was hashed", async () => {
  const { crew, pending, bundle } = await invited();
  const ratchetTree = crew.get("alice").tree.removeLeaf(crew.leaf("bob")).encode();
  await refused(Rule.TREE_HASH_MATCHES, () => crew.join(pending, bundle, { ratchetTree }));
});

test("a Welcome is for one of our KeyPackages, and decrypts with its init key only", async () => {
  const { crew, pending, bundle } = await invited();
  const other = await bundleOf(await person("carol"));
  await refused(Rule.WELCOME_FOR_US, () => crew.join(pending, other));
  const swapped = { ...bundle, init_private_key: other.init_private_key };
  await refused(Rule.WELCOME_DECRYPTS, () => crew.join(pending, swapped));
});

test("a group is joined once", async () => {
  const { crew, pending, bundle } = await invited();
  const knownGroups = new Set([toHex(crew.get("bob").context.group_id)]);
  await refused(Rule.GROUP_ID_UNIQUE, () => crew.join(pending, bundle, { knownGroups }));
});

test("only a Welcome is joined by", async () => {
  const { pending, bundle } = await invited();
  const world = { authentication: REGISTRY, now: NOW };
  const act = () => join(CRYPTO, pending.group_info, byReference(bundle), world);
  expect(await failure(act)).toBeInstanceOf(UsageError);
});

test("every flipped byte is noticed", async () => {
  const { crew, pending, bundle } = await invited();
  const { welcome } = pending;
  if (welcome === null) throw new Error("nobody was added");
  for (let position = 0; position < welcome.length; position += 5) {
    const changed = welcome.map((byte, at) => (at === position ? byte ^ 0x55 : byte));
    await failure(() => crew.join({ ...pending, welcome: changed }, bundle));
  }
});

test("a newcomer reads nothing from before", async () => {
  const crew = await founded(["alice", "bob"]);
  const [, early] = await encrypt(CRYPTO, crew.get("alice"), ascii("before Carol"));
  const bundle = await bundleOf(await person("carol"));
  const pending = await crew.commit("alice", [add(bundle)]);
  await crew.accept("alice", pending);
  const joined = await crew.join(pending, bundle);
  const world = { authentication: REGISTRY, now: NOW };
  await refused(Rule.EPOCH_KNOWN, () => receive(CRYPTO, joined, early, world));
});

test("the init key is no part of the state: who deletes the bundle has deleted it", async () => {
  const { crew, pending, bundle } = await invited();
  const parts = [...snapshot(await crew.join(pending, bundle)).values()].map(toHex).join("\n");
  expect(parts).toContain(toHex(bundle.leaf_private_key.reveal()));
  expect(parts).not.toContain(toHex(bundle.init_private_key.reveal()));
});
