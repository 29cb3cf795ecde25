/** Joining by external commit (RFC 9420 §8.3, §12.4.3.2). */

import { expect, test } from "vitest";

import { type Bytes, ascii, equalBytes, toHex } from "../../../src/mls/bytes.ts";
import type { Credential } from "../../../src/mls/credentials.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { UsageError, ValidationError } from "../../../src/mls/errors.ts";
import {
  type GroupState,
  type JoiningExternally,
  type PendingJoin,
  adopt,
  createGroup,
  encrypt,
  externalProposal,
  groupInfo,
  joinExternal,
  newMemberProposal,
  pskStore,
} from "../../../src/mls/group/index.ts";
import { externalPsk } from "../../../src/mls/group/propose.ts";
import { externalSendersExtension } from "../../../src/mls/extensions.ts";
import {
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_REMOVE,
  PROPOSAL_UPDATE,
  customProposal,
} from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { DEFAULT_CAPABILITIES } from "../../../src/mls/tree/nodes.ts";
import { commitOf } from "../../support/forgery.ts";
import {
  CRYPTO,
  type Crew,
  NOW,
  type Person,
  REGISTRY,
  SUITE,
  add,
  bundleOf,
  founded,
  person,
} from "../../support/people.ts";
import { failure, refused } from "../../support/refused.ts";

const remove = (leaf: number) => ({ proposal_type: PROPOSAL_REMOVE, removed: leaf }) as const;

async function joining(
  state: GroupState,
  who: Person,
  choices: Partial<JoiningExternally> = {},
): Promise<PendingJoin> {
  return joinExternal(CRYPTO, await groupInfo(CRYPTO, state), await bundleOf(who), {
    ratchetTree: state.tree.encode(),
    authentication: REGISTRY,
    now: NOW,
    ...choices,
  });
}

async function letIn(crew: Crew, name: string, pending: PendingJoin): Promise<void> {
  for (const other of [...crew.states.keys()]) await crew.receiveCommit(other, pending.message);
  crew.set(name, pending.next);
}

function member(crew: Crew, name: string): Person {
  const found = crew.people.get(name);
  if (found === undefined) throw new Error(`${name} is unknown`);
  return found;
}

test("a newcomer joins by itself, and members are told", async () => {
  const crew = await founded(["alice", "bob"]);
  const pending = await joining(crew.get("alice"), await person("carol"));
  const received = await crew.receive("bob", pending.message);
  if (received.type !== "commit") throw new Error("not followed");
  expect(received.added).toEqual([received.committer]);
  expect([received.removed, received.updated]).toEqual([[], []]);
  await letIn(crew, "carol", pending);
  crew.agree();
  for (const name of ["carol", "bob"]) await crew.accept(name, await crew.commit(name));
  crew.agree();
});

test.each([true, false])("a member comes back in its own place, named: %s", async (named) => {
  const crew = await founded(["alice", "bob", "carol"]);
  const old = crew.get("bob");
  crew.states.delete("bob");
  const resync = named ? old.own_leaf : null;
  const pending = await joining(crew.get("alice"), member(crew, "bob"), { resync });
  await letIn(crew, "bob", pending);
  expect(crew.leaf("bob")).toBe(old.own_leaf);
  crew.agree();
  const [, message] = await encrypt(CRYPTO, crew.get("alice"), ascii("to the new Bob"));
  crew.set("ghost", old);
  await refused(Rule.EPOCH_KNOWN, () => crew.receive("ghost", message));
});

test("resync next to a blank leaf: the path has one node", async () => {
  const crew = await founded(["a", "b", "c", "d", "e", "f"]);
  await crew.accept("a", await crew.commit("a", [remove(crew.leaf("e"))]));
  expect(crew.leaf("f")).toBe(5);
  crew.states.delete("f");
  const pending = await joining(crew.get("a"), member(crew, "f"));
  expect(commitOf(pending.message).path?.nodes.length).toBe(1);
  await letIn(crew, "f", pending);
  expect(crew.leaf("f")).toBe(4);
  crew.agree();
  for (const name of [...crew.states.keys()]) {
    await crew.accept(name, await crew.commit(name));
    crew.agree();
  }
});

test("two external commits race, and one of a member's", async () => {
  const crew = await founded(["alice", "bob"]);
  const [carol, dave] = [await person("carol"), await person("dave")];
  const won = await joining(crew.get("alice"), carol);
  const lost = await joining(crew.get("alice"), dave);
  const late = await crew.commit("alice");
  await letIn(crew, "carol", won);
  for (const name of crew.states.keys()) {
    await refused(Rule.EPOCH_CURRENT, () => crew.receive(name, lost.message));
  }
  expect(await failure(() => adopt(late, crew.get("alice")))).toBeInstanceOf(UsageError);
  await letIn(crew, "dave", await joining(crew.get("bob"), dave));
  crew.agree();
});

test("a pre-shared key is demanded of all", async () => {
  const crew = await founded(["alice", "bob"]);
  crew.psks = pskStore(new Map([[toHex(ascii("door")), new Secret(ascii("open sesame"))]]));
  const psk = externalPsk(CRYPTO, crew.get("alice"), ascii("door"));
  const choices = { pskProposals: [psk], psks: crew.psks };
  const pending = await joining(crew.get("alice"), await person("carol"), choices);
  await letIn(crew, "carol", pending);
  crew.agree();
  const dave = await person("dave");
  const without = { pskProposals: [psk] };
  await refused(Rule.PSK_AVAILABLE, () => joining(crew.get("alice"), dave, without));
});

test("nobody is removed by another, and nobody is in twice", async () => {
  const crew = await founded(["alice", "bob"]);
  const carol = await person("carol");
  const resync = crew.leaf("bob");
  const act = () => joining(crew.get("alice"), carol, { resync });
  await refused(Rule.CREDENTIAL_SAME_CLIENT, act);
  const knownGroups = new Set([toHex(crew.get("alice").context.group_id)]);
  await refused(Rule.GROUP_ID_UNIQUE, () => joining(crew.get("alice"), carol, { knownGroups }));
});

test("a GroupInfo is verified before it is joined", async () => {
  const crew = await founded(["alice", "bob"]);
  const carol = await person("carol");
  const forged = { ...crew.get("alice"), signature_key: crew.get("bob").signature_key };
  await refused(Rule.GROUP_INFO_SIGNATURE, () => joining(forged, carol));
  const ratchetTree = crew.get("alice").tree.removeLeaf(1).encode();
  const act = () => joining(crew.get("alice"), carol, { ratchetTree });
  await refused(Rule.TREE_HASH_MATCHES, act);
});

test("every member is authenticated by one who joins", async () => {
  const crew = await founded(["alice", "bob"]);
  const bob = member(crew, "bob").keys.public_key;
  const authentication = {
    authenticate: (_: Credential, key: Bytes) => {
      if (equalBytes(key, bob)) throw new ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED);
    },
    sameClient: () => true,
  };
  const carol = await person("carol");
  const act = () => joining(crew.get("alice"), carol, { authentication });
  await refused(Rule.CREDENTIAL_NOT_AUTHENTICATED, act);
});

test("one who does not support what the group uses does not join", async () => {
  const crew = await founded(["alice"]);
  const able = {
    ...DEFAULT_CAPABILITIES,
    extensions: [...DEFAULT_CAPABILITIES.extensions, 0xf042],
  };
  const ours = { extension_type: 0xf042, extension_data: ascii("ours") };
  const creation = {
    groupId: ascii("able"),
    suite: SUITE,
    bundle: await bundleOf(member(crew, "alice"), { capabilities: able }),
    extensions: [ours],
    authentication: REGISTRY,
    now: NOW,
  };
  const state = await createGroup(CRYPTO, creation);
  const bob = await person("bob");
  await refused(Rule.LEAF_SUPPORTS_GROUP_CONTEXT, () => joining(state, bob));
});

test("proposals from outside are taken up by members", async () => {
  const clerk = await person("clerk");
  const credential = { credential_type: 1, identity: ascii("clerk") } as const;
  const sender = { signature_key: clerk.keys.public_key, credential };
  const crew = await founded(["alice", "bob", "carol"], [externalSendersExtension([sender])]);
  const { context } = crew.get("alice");
  const key = clerk.keys.private_key;
  const wish = remove(crew.leaf("carol"));
  const dave = await bundleOf(await person("dave"));
  for (const message of [
    await externalProposal(CRYPTO, context, 0, key, wish, NOW),
    await newMemberProposal(CRYPTO, context, dave, NOW),
  ]) {
    for (const name of crew.states.keys()) await crew.hear(name, message);
  }
  const pending = await crew.commit("bob");
  await crew.accept("bob", pending);
  crew.set("dave", await crew.join(pending, dave));
  expect([...crew.states.keys()].sort()).toEqual(["alice", "bob", "dave"]);
  crew.agree();
});

test("a KeyPackage that is not current is not sent from outside", async () => {
  const crew = await founded(["alice", "bob"]);
  const { context, signature_key } = crew.get("alice");
  const lifetime = { not_before: BigInt(NOW - 99), not_after: BigInt(NOW - 1) };
  const late = await bundleOf(await person("dave"), { lifetime });
  const rule = Rule.LEAF_LIFETIME_CURRENT;
  await refused(rule, () => newMemberProposal(CRYPTO, context, late, NOW));
  const act = () => externalProposal(CRYPTO, context, 0, signature_key, add(late), NOW);
  await refused(rule, act);
  const noise = customProposal(0x0a0a, ascii(""));
  const grease = () => externalProposal(CRYPTO, context, 0, signature_key, noise, NOW);
  await refused(Rule.EXTERNAL_SENDER_PROPOSALS, grease);
  const extensions = [{ extension_type: 0x1a1a, extension_data: ascii("") }];
  const odd = { proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS, extensions } as const;
  const greased = () => externalProposal(CRYPTO, context, 0, signature_key, odd, NOW);
  await refused(Rule.GREASE_PLACE, greased);
});

test("a group is not founded with an external sender that nobody vouches for", async () => {
  const clerk = await person("clerk");
  const credential = { credential_type: 1, identity: ascii("director") } as const;
  const sender = { signature_key: clerk.keys.public_key, credential };
  const act = () => founded(["alice"], [externalSendersExtension([sender])]);
  await refused(Rule.CREDENTIAL_NOT_AUTHENTICATED, act);
});

test("what an outsider may not propose is not sent", async () => {
  const crew = await founded(["alice", "bob"]);
  const { context, signature_key, tree } = crew.get("alice");
  const leaf_node = tree.leaf(0);
  if (leaf_node === null) throw new Error("no leaf");
  const update = { proposal_type: PROPOSAL_UPDATE, leaf_node } as const;
  const act = () => externalProposal(CRYPTO, context, 0, signature_key, update, NOW);
  await refused(Rule.EXTERNAL_SENDER_PROPOSALS, act);
});
