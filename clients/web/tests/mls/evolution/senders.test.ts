/** Who may send what from outside a group (RFC 9420 §6.1, §12.1.8). */

import { expect, test } from "vitest";

import { ascii } from "../../../src/mls/bytes.ts";
import { BASIC } from "../../../src/mls/credentials.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { externalSendersExtension } from "../../../src/mls/extensions.ts";
import {
  CONTENT_APPLICATION,
  CONTENT_PROPOSAL,
  type Content,
  SENDER_EXTERNAL,
  SENDER_NEW_MEMBER_COMMIT,
  SENDER_NEW_MEMBER_PROPOSAL,
  type Sender,
} from "../../../src/mls/framing/content.ts";
import { externalProposal, newMemberProposal } from "../../../src/mls/group/index.ts";
import { ownLeafNode } from "../../../src/mls/group/state.ts";
import {
  PROPOSAL_ADD,
  PROPOSAL_REMOVE,
  PROPOSAL_UPDATE,
  type Proposal,
} from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { PRIVATE, commitment, forged, stranger } from "../../support/forgery.ts";
import {
  CRYPTO,
  type Crew,
  NOW,
  type Person,
  bundleOf,
  founded,
  person,
} from "../../support/people.ts";
import { refused } from "../../support/refused.ts";

const NEWCOMER: Sender = { sender_type: SENDER_NEW_MEMBER_PROPOSAL };
const JOINER: Sender = { sender_type: SENDER_NEW_MEMBER_COMMIT };
const outside = (index: number): Sender => ({ sender_type: SENDER_EXTERNAL, sender_index: index });
const remove = (removed: number): Proposal => ({ proposal_type: PROPOSAL_REMOVE, removed });
const proposing = (proposal: Proposal): Content => ({ content_type: CONTENT_PROPOSAL, proposal });

/** Return a group that allows one external sender to propose. */
async function watched(): Promise<readonly [Crew, Person]> {
  const clerk = await person("clerk");
  const credential = { credential_type: BASIC, identity: ascii("clerk") } as const;
  const sender = { signature_key: clerk.keys.public_key, credential };
  return [await founded(["alice", "bob"], [externalSendersExtension([sender])]), clerk];
}

async function pair(): Promise<Crew> {
  return founded(["alice", "bob"]);
}

test("an external sender proposes and a member commits", async () => {
  const [crew, clerk] = await watched();
  await crew.add("alice", "dave");
  const { context } = crew.get("alice");
  const key = clerk.keys.private_key;
  const about = remove(crew.leaf("dave"));
  const message = await externalProposal(CRYPTO, context, 0, key, about, NOW);
  for (const name of [...crew.states.keys()]) {
    const received = await crew.hear(name, message);
    expect(received).toMatchObject({ type: "proposal", sender: outside(0), member: null });
  }
  await crew.accept("bob", await crew.commit("bob"));
  crew.agree();
  expect([...crew.states.keys()]).toEqual(["alice", "bob"]);
});

test("an external sender must be known", async () => {
  const [crew, clerk] = await watched();
  const body = proposing(remove(1));
  const unlisted = await stranger(crew.get("alice"), clerk, outside(1), body);
  await refused(Rule.EXTERNAL_SENDER_KNOWN, () => crew.receive("alice", unlisted));
  const others = await pair();
  const unknown = await stranger(others.get("alice"), clerk, outside(0), body);
  await refused(Rule.EXTERNAL_SENDER_KNOWN, () => others.receive("alice", unknown));
});

test("an external sender signs with its own key", async () => {
  const [crew] = await watched();
  const carol = await person("carol");
  const message = await stranger(crew.get("alice"), carol, outside(0), proposing(remove(1)));
  await refused(Rule.CONTENT_SIGNATURE, () => crew.receive("alice", message));
});

test("an external sender does not commit or update", async () => {
  const [crew, clerk] = await watched();
  const leaf_node = ownLeafNode(crew.get("bob"));
  const update = { proposal_type: PROPOSAL_UPDATE, leaf_node } as const;
  for (const body of [commitment(), proposing(update)]) {
    const message = await stranger(crew.get("alice"), clerk, outside(0), body);
    await refused(Rule.EXTERNAL_SENDER_PROPOSALS, () => crew.receive("alice", message));
  }
  const { context } = crew.get("alice");
  const key = new Secret(new Uint8Array(32));
  await refused(Rule.EXTERNAL_SENDER_PROPOSALS, () =>
    externalProposal(CRYPTO, context, 0, key, update, NOW),
  );
});

test("a newcomer proposes itself", async () => {
  const crew = await pair();
  const bundle = await bundleOf(await person("carol"));
  const message = await newMemberProposal(CRYPTO, crew.get("alice").context, bundle, NOW);
  for (const name of ["alice", "bob"]) {
    expect(await crew.hear(name, message)).toMatchObject({ type: "proposal", sender: NEWCOMER });
  }
  const pending = await crew.commit("bob");
  await crew.accept("bob", pending);
  crew.set("carol", await crew.join(pending, bundle));
  crew.agree();
});

test("a newcomer proposes nothing else", async () => {
  const [crew, carol] = [await pair(), await person("carol")];
  for (const body of [proposing(remove(0)), commitment()]) {
    const message = await stranger(crew.get("alice"), carol, NEWCOMER, body);
    await refused(Rule.NEW_MEMBER_PROPOSES_ADD, () => crew.receive("alice", message));
  }
  const { key_package } = await bundleOf(await person("eve"));
  const other = proposing({ proposal_type: PROPOSAL_ADD, key_package });
  const message = await stranger(crew.get("alice"), carol, NEWCOMER, other);
  await refused(Rule.CONTENT_SIGNATURE, () => crew.receive("alice", message));
});

test("a joiner sends nothing but a commit, and brings a path", async () => {
  const [crew, carol] = [await pair(), await person("carol")];
  const { key_package } = await bundleOf(carol);
  const body = proposing({ proposal_type: PROPOSAL_ADD, key_package });
  const proposal = await stranger(crew.get("alice"), carol, JOINER, body);
  await refused(Rule.NEW_MEMBER_COMMITS, () => crew.receive("alice", proposal));
  const pathless = await stranger(crew.get("alice"), carol, JOINER, commitment());
  await refused(Rule.EXTERNAL_COMMIT_PATH, () => crew.receive("alice", pathless));
});

test.each([2, 700])("a sender is a member, which leaf %s is not", async (leaf) => {
  const crew = await pair();
  const bob = crew.get("bob");
  const deep = { ...bob.secret_tree, depth: 20 };
  const ghost = { ...bob, own_leaf: leaf, secret_tree: deep };
  const data = { content_type: CONTENT_APPLICATION, application_data: ascii("boo") } as const;
  for (const [body, framing] of [
    [data, PRIVATE],
    [proposing(remove(0)), undefined],
  ] as const) {
    const message = await forged(ghost, body, framing);
    await refused(Rule.SENDER_LEAF_NOT_BLANK, () => crew.receive("alice", message));
  }
});
