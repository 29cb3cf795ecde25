import { beforeAll, describe, expect, test } from "vitest";

import { EMPTY, type Bytes, ascii, concat, toHex } from "../../src/mls/bytes.ts";
import { encode } from "../../src/mls/codec/index.ts";
import { type AuthenticationService, BASIC, type Credential } from "../../src/mls/credentials.ts";
import type { Secret } from "../../src/mls/crypto/secret.ts";
import { DecodeError, MlsError, ValidationError } from "../../src/mls/errors.ts";
import {
  EXTERNAL_PUB,
  type Extension,
  RATCHET_TREE,
  REQUIRED_CAPABILITIES,
  RequiredCapabilities,
  externalSendersExtension,
} from "../../src/mls/extensions.ts";
import {
  CONTENT_APPLICATION,
  CONTENT_COMMIT,
  CONTENT_PROPOSAL,
  type FramedContent,
  SENDER_EXTERNAL,
  SENDER_MEMBER,
  SENDER_NEW_MEMBER_COMMIT,
  SENDER_NEW_MEMBER_PROPOSAL,
  type Sender,
  WIRE_GROUP_INFO,
  WIRE_PUBLIC_MESSAGE,
  framedContentTbs,
  signContent,
} from "../../src/mls/framing/content.ts";
import { unwrap, wrap } from "../../src/mls/framing/message.ts";
import {
  type GroupState,
  encrypt,
  groupInfo,
  joinExternal,
  newMemberProposal,
  proposeAdd,
  proposeRemove,
  proposeUpdate,
} from "../../src/mls/group/index.ts";
import { members, ownLeafNode } from "../../src/mls/group/state.ts";
import {
  MAX_PROPOSALS,
  PROPOSAL_BY_VALUE,
  PROPOSAL_REFERENCE,
} from "../../src/mls/messages/commit.ts";
import { type GroupInfo, signGroupInfo } from "../../src/mls/messages/group_info.ts";
import {
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_REINIT,
  PROPOSAL_REMOVE,
  PROPOSAL_UPDATE,
  type Proposal,
} from "../../src/mls/messages/proposals.ts";
import {
  type CommitSeen,
  type ProposalSeen,
  type PublicGroup,
  checkGroupInfo,
  decodePublicGroup,
  encodePublicGroup,
  fromGroupInfo,
  publicMembers,
  receive,
} from "../../src/mls/public_group.ts";
import { Rule } from "../../src/mls/rules.ts";
import { GroupContext } from "../../src/mls/schedule/context.ts";
import { LEAF_UPDATE, type LeafNode, signLeafNode } from "../../src/mls/tree/nodes.ts";
import type { UpdatePathNode } from "../../src/mls/tree/path.ts";
import {
  PRIVATE,
  commitOf,
  committing,
  contentBy,
  publicMessage,
  recommitted,
  resigned,
  sent,
  signed,
} from "../support/forgery.ts";
import {
  CRYPTO,
  type Crew,
  NOW,
  REGISTRY,
  SUITE,
  add,
  bundleOf,
  founded,
  person,
} from "../support/people.ts";
import { failure, refused, ruleOf } from "../support/refused.ts";

const JUDGE = { authentication: REGISTRY, now: NOW };
const remove = (removed: number): Proposal => ({ proposal_type: PROPOSAL_REMOVE, removed });
const extensions = (...list: readonly Extension[]): Proposal => ({
  proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  extensions: list,
});
const extension = (kind: number, data = EMPTY): Extension => ({
  extension_type: kind,
  extension_data: data,
});
const REINIT: Proposal = {
  proposal_type: PROPOSAL_REINIT,
  group_id: ascii("next"),
  version: 1,
  cipher_suite: 1,
  extensions: [],
};

/** What a server knows of a group when it is told of this epoch. */
async function watched(state: GroupState): Promise<PublicGroup> {
  return fromGroupInfo(CRYPTO, await groupInfo(CRYPTO, state), state.tree.encode(), JUDGE);
}

async function commitSeen(group: PublicGroup, message: Bytes): Promise<CommitSeen> {
  const seen = await receive(CRYPTO, group, message, JUDGE);
  if (seen.type !== "commit") throw new Error("not a commit");
  return seen;
}

async function proposalSeen(group: PublicGroup, message: Bytes): Promise<ProposalSeen> {
  const seen = await receive(CRYPTO, group, message, JUDGE);
  if (seen.type !== "proposal") throw new Error("not a proposal");
  return seen;
}

/** Receive a commit with the GroupInfo that came with it, and store what is left. */
async function follow(group: PublicGroup, message: Bytes, info: Bytes): Promise<CommitSeen> {
  const seen = await commitSeen(group, message);
  await checkGroupInfo(CRYPTO, seen.next, info);
  sameGroup(decodePublicGroup(encodePublicGroup(seen.next)), seen.next);
  return seen;
}

/** Expect that a message is refused, for a rule or as none at all, and that nothing changes. */
async function refuses(group: PublicGroup, message: Bytes, rule: Rule | null): Promise<void> {
  const before = toHex(encodePublicGroup(group));
  expect((await ruleOf(() => receive(CRYPTO, group, message, JUDGE)))?.name).toBe(rule?.name);
  expect(toHex(encodePublicGroup(group))).toBe(before);
}

function sameGroup(one: PublicGroup, other: PublicGroup): void {
  expect(toHex(encodePublicGroup(one))).toBe(toHex(encodePublicGroup(other)));
  expect([...one.proposals]).toEqual([...other.proposals]);
}

function sameState(group: PublicGroup, state: GroupState): void {
  expect(encode(GroupContext, group.context)).toEqual(encode(GroupContext, state.context));
  expect(toHex(group.tree.encode())).toBe(toHex(state.tree.encode()));
  expect(group.confirmation_tag).toEqual(state.confirmation_tag);
  expect(publicMembers(group)).toEqual(members(state));
}

function names(found: CommitSeen["added"]): readonly string[] {
  return found.map(({ credential }) => nameOf(credential));
}

function nameOf(credential: Credential): string {
  if (credential.credential_type !== BASIC) throw new Error("not a basic credential");
  return new TextDecoder().decode(credential.identity);
}

// A state is a value: whoever changes the crew founds one of its own.
let crew: Crew;
let group: PublicGroup;
let eve: GroupState;
beforeAll(async () => {
  crew = await founded(["alice", "bob", "carol", "dave"]);
  group = await watched(crew.get("alice"));
  eve = crew.get("bob");
});

test("a group's life is followed from its public messages", async () => {
  const own = await founded(["alice"]);
  let public_ = await watched(own.get("alice"));
  const newcomers = ["bob", "carol", "dave"];
  const bundles = await Promise.all(newcomers.map(async (name) => bundleOf(await person(name))));

  let pending = await own.commit("alice", bundles.map(add));
  let seen = await follow(public_, pending.message, pending.group_info);
  expect(names(seen.added)).toEqual(newcomers);
  expect(names(seen.updated)).toEqual(["alice"]);
  public_ = seen.next;
  await own.accept("alice", pending);
  for (const [place, bundle] of bundles.entries()) {
    own.set(newcomers[place] ?? "", await own.join(pending, bundle));
  }
  sameState(public_, own.get("dave"));

  const made = await proposeUpdate(CRYPTO, own.get("bob"));
  const asked = await proposeRemove(CRYPTO, own.get("carol"), own.leaf("dave"));
  own.set("bob", made.state);
  own.set("carol", asked.state);
  for (const [maker, { message, ref }] of [
    ["bob", made],
    ["carol", asked],
  ] as const) {
    const proposal = await proposalSeen(public_, message);
    expect(proposal.ref).toEqual(ref);
    public_ = proposal.next;
    for (const name of own.states.keys()) {
      if (name !== maker) await own.hear(name, message);
    }
  }
  sameGroup(decodePublicGroup(encodePublicGroup(public_)), public_);
  pending = await own.commit("alice");
  seen = await follow(public_, pending.message, pending.group_info);
  expect(names(seen.removed)).toEqual(["dave"]);
  expect(names(seen.updated)).toEqual(["bob", "alice"]);
  expect(seen.next.proposals.size).toBe(0);
  public_ = seen.next;
  await own.accept("alice", pending);
  sameState(public_, own.get("bob"));

  const wanted = { extension_types: [], proposal_types: [], credential_types: [1] };
  const required = extension(REQUIRED_CAPABILITIES, encode(RequiredCapabilities, wanted));
  pending = await own.commit("bob", [extensions(required)]);
  public_ = (await follow(public_, pending.message, pending.group_info)).next;
  await own.accept("bob", pending);
  expect(public_.context.extensions).toEqual([required]);
  sameState(public_, own.get("carol"));

  const info = await groupInfo(CRYPTO, own.get("alice"));
  const erin = await bundleOf(await person("erin"));
  const ratchetTree = public_.tree.encode();
  const joined = await joinExternal(CRYPTO, info, erin, { ...JUDGE, ratchetTree });
  seen = await follow(public_, joined.message, joined.group_info);
  expect(seen.sender.sender_type).toBe(SENDER_NEW_MEMBER_COMMIT);
  expect(names(seen.added)).toEqual(["erin"]);
  expect(seen.committer).toBe(joined.next.own_leaf);
  public_ = seen.next;
  for (const name of ["alice", "bob", "carol"]) await own.receiveCommit(name, joined.message);
  own.set("erin", joined.next);
  sameState(public_, own.get("erin"));

  pending = await own.commit("erin", [REINIT]);
  seen = await follow(public_, pending.message, pending.group_info);
  expect(seen.next.over).toBe(true);
  await own.accept("erin", pending);
  sameState(seen.next, own.get("alice"));
  await refuses(seen.next, await committing(own.get("alice")), Rule.GROUP_REINITIALISED);
});

describe("a GroupInfo", () => {
  let info: GroupInfo;
  let tree: Bytes;
  beforeAll(async () => {
    const body = unwrap(await groupInfo(CRYPTO, crew.get("alice")));
    if (body.wire_format !== WIRE_GROUP_INFO) throw new Error("not a GroupInfo");
    info = body.group_info;
    tree = crew.get("alice").tree.encode();
  });
  const enveloped = (body: GroupInfo): Bytes =>
    wrap({ wire_format: WIRE_GROUP_INFO, group_info: body });

  test("of a stranger's or changed begins nothing", async () => {
    const begins = (changes: Partial<GroupInfo>, ratchetTree = tree) =>
      ruleOf(() => fromGroupInfo(CRYPTO, enveloped({ ...info, ...changes }), ratchetTree, JUDGE));
    const unsigned = Rule.GROUP_INFO_SIGNATURE;
    const pruned = crew.get("alice").tree.removeLeaf(3).encode();
    expect(await begins({}, pruned)).toBe(Rule.TREE_HASH_MATCHES);
    expect(await begins({ signature: EMPTY })).toBe(unsigned);
    expect(await begins({ signer: 1 })).toBe(unsigned);
    expect(await begins({ signer: 9 })).toBe(Rule.SENDER_LEAF_NOT_BLANK);
    expect(await begins({ confirmation_tag: EMPTY })).toBe(unsigned);
    for (const other of [{ cipher_suite: 7 }, { version: 2 }]) {
      const group_context = { ...info.group_context, ...other };
      expect(await begins({ group_context })).toBe(Rule.GROUP_SUITE_KNOWN);
    }
    const twice = [...info.extensions, ...info.extensions];
    expect(await begins({ extensions: twice })).toBe(Rule.EXTENSION_UNIQUE);
  });

  test("is one, in an envelope", async () => {
    const [, data] = await encrypt(CRYPTO, crew.get("alice"), ascii("hello"));
    for (const wrong of [data, EMPTY]) {
      const error = await failure(() => fromGroupInfo(CRYPTO, wrong, tree, JUDGE));
      expect(error).toBeInstanceOf(DecodeError);
    }
  });

  test("with a leaf nobody vouches for begins nothing", async () => {
    const nobody: AuthenticationService = {
      authenticate: () => {
        throw new ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED);
      },
      sameClient: () => true,
    };
    await refused(Rule.CREDENTIAL_NOT_AUTHENTICATED, () =>
      fromGroupInfo(CRYPTO, enveloped(info), tree, { authentication: nobody, now: NOW }),
    );
  });

  test("must be of this epoch and view", async () => {
    const own = await founded(["alice", "bob"]);
    const before = await watched(own.get("alice"));
    const old = await groupInfo(CRYPTO, own.get("alice"));
    await checkGroupInfo(CRYPTO, before, old);
    const pending = await own.commit("bob");
    const { next } = await commitSeen(before, pending.message);
    await own.accept("bob", pending);
    await checkGroupInfo(CRYPTO, next, await groupInfo(CRYPTO, own.get("alice")));
    const body = unwrap(pending.group_info);
    if (body.wire_format !== WIRE_GROUP_INFO) throw new Error("not a GroupInfo");
    const now = body.group_info;

    const check = (message: Bytes) => ruleOf(() => checkGroupInfo(CRYPTO, next, message));
    expect(await check(old)).toBe(Rule.GROUP_INFO_CURRENT);
    const group_context = { ...now.group_context, extensions: [extension(0xf123)] };
    const key = own.get("bob").signature_key;
    const forged = await signGroupInfo(CRYPTO, SUITE, { ...now, group_context }, key);
    expect(await check(enveloped(forged))).toBe(Rule.GROUP_INFO_CURRENT);
    const noKey = now.extensions.filter((each) => each.extension_type !== EXTERNAL_PUB);
    for (const [changes, rule] of [
      [{ confirmation_tag: ascii("x") }, Rule.GROUP_INFO_CURRENT],
      [{ signature: EMPTY }, Rule.GROUP_INFO_SIGNATURE],
      [{ signer: 0 }, Rule.GROUP_INFO_SIGNATURE],
      [{ extensions: noKey }, Rule.GROUP_INFO_SIGNATURE],
      [{ extensions: [extension(RATCHET_TREE, Uint8Array.of(0))] }, Rule.TREE_HASH_MATCHES],
    ] as const) {
      expect(await check(enveloped({ ...now, ...changes }))).toBe(rule);
    }
    expect(await check(pending.message)).toBeNull();
  });
});

// What follows is written by someone who has a member's signature key, or none.

test("a message is signed by its sender", async () => {
  const { message } = await crew.commit("bob");
  const body = publicMessage(message);
  for (const signature of [EMPTY, new Uint8Array(64), body.auth.signature.slice(0, -1)]) {
    const unsigned = sent({ ...body, auth: { ...body.auth, signature } });
    await refuses(group, unsigned, Rule.CONTENT_SIGNATURE);
  }
  for (const [leaf, rule] of [
    [crew.leaf("carol"), Rule.CONTENT_SIGNATURE],
    [9, Rule.SENDER_LEAF_NOT_BLANK],
  ] as const) {
    const sender = { sender_type: SENDER_MEMBER, leaf_index: leaf } as const;
    await refuses(group, await resigned(eve, message, { sender }), rule);
  }
});

test("a message is for this group and epoch", async () => {
  const { message } = await crew.commit("bob");
  const { epoch } = group.context;
  for (const other of [0n, epoch - 1n, epoch + 1n]) {
    await refuses(group, await resigned(eve, message, { epoch: other }), Rule.EPOCH_CURRENT);
  }
  const foreign = await resigned(eve, message, { group_id: ascii("other") });
  await refuses(group, foreign, Rule.GROUP_ID_MATCHES);
  const { next } = await commitSeen(group, message);
  await refuses(next, message, Rule.EPOCH_CURRENT);
});

test("application data is never public", async () => {
  const data = { content_type: CONTENT_APPLICATION, application_data: ascii("hello") } as const;
  const message = await signed(eve, contentBy(eve, data));
  await refuses(group, message, Rule.APPLICATION_DATA_PRIVATE);
});

test("what is not a PublicMessage cannot be followed", async () => {
  const hidden = await crew.commit("bob", [], { framing: PRIVATE });
  const [, data] = await encrypt(CRYPTO, eve, ascii("hello"));
  for (const message of [hidden.message, data, await groupInfo(CRYPTO, eve), EMPTY]) {
    const error = await failure(() => receive(CRYPTO, group, message, JUDGE));
    expect(error).toBeInstanceOf(DecodeError);
  }
});

test("a cut or padded message is refused", async () => {
  const { message } = await crew.commit("bob");
  for (const wrong of [message.slice(0, -1), concat(message, Uint8Array.of(0)), message.slice(1)]) {
    await expect(receive(CRYPTO, group, wrong, JUDGE)).rejects.toBeInstanceOf(MlsError);
  }
});

test("a removal without a path is refused", async () => {
  // The removed would derive the next epoch.
  const carol = remove(crew.leaf("carol"));
  for (const proposals of [[carol], [], [extensions()]]) {
    await refuses(group, await committing(eve, ...proposals), Rule.PATH_REQUIRED);
  }
  const { message } = await crew.commit("bob", [carol]);
  await refuses(group, await recommitted(eve, message, { path: null }), Rule.PATH_REQUIRED);
});

test("a list that breaks the rules is refused", async () => {
  const [carol, own] = [crew.leaf("carol"), crew.leaf("bob")];
  const frank = add(await bundleOf(await person("frank")));
  const lists: readonly (readonly [readonly Proposal[], Rule])[] = [
    [[remove(own)], Rule.COMMITTER_NOT_REMOVED],
    [[remove(carol), remove(carol)], Rule.ONE_CHANGE_PER_LEAF],
    [[remove(17)], Rule.REMOVE_MEMBER],
    [[frank, frank], Rule.ADD_CLIENT_ONCE],
    [[REINIT, frank], Rule.REINIT_ALONE],
    [[extensions(), extensions()], Rule.ONE_GROUP_CONTEXT_EXTENSIONS],
  ];
  for (const [proposals, rule] of lists) {
    await refuses(group, await committing(eve, ...proposals), rule);
  }
  const item = { type: PROPOSAL_REFERENCE, reference: new Uint8Array(32) } as const;
  const commit = { proposals: [item], path: null };
  const content = contentBy(eve, { content_type: CONTENT_COMMIT, commit });
  await refuses(group, await signed(eve, content, ascii("tag")), Rule.PROPOSAL_REFERENCE_KNOWN);
});

test("a KeyPackage that is not valid is not added", async () => {
  const bundle = await bundleOf(await person("frank"));
  const { key_package } = bundle;
  const { init_key } = (await bundleOf(await person("gina"))).key_package;
  for (const changes of [{ init_key }, { signature: EMPTY }]) {
    const forged = add({ ...bundle, key_package: { ...key_package, ...changes } });
    await refuses(group, await committing(eve, forged), Rule.KEY_PACKAGE_SIGNATURE);
  }
  const message = await committing(eve, add(bundle));
  const late = { authentication: REGISTRY, now: NOW + 2 ** 30 };
  await refused(Rule.LEAF_LIFETIME_CURRENT, () => receive(CRYPTO, group, message, late));
  expect(names((await commitSeen(group, message)).added)).toEqual(["frank"]);
});

test("a path must be the tree's", async () => {
  const { message } = await crew.commit("bob");
  const { path } = commitOf(message);
  const first = path?.nodes[0];
  if (path === null || first === undefined) throw new Error("no path");
  const rest = path.nodes.slice(1);
  const { encryption_key: used } = ownLeafNode(eve);
  const unused = ascii("k".repeat(32));
  const changed = (changes: Partial<UpdatePathNode>): UpdatePathNode => ({ ...first, ...changes });
  for (const [changes, rule] of [
    [{ nodes: rest }, Rule.UPDATE_PATH_LENGTH],
    [{ nodes: [first, ...path.nodes] }, Rule.UPDATE_PATH_LENGTH],
    [{ nodes: [changed({ encryption_key: unused }), ...rest] }, Rule.UPDATE_PATH_PARENT_HASH],
    [{ nodes: [changed({ encryption_key: used }), ...rest] }, Rule.UPDATE_PATH_KEYS_FRESH],
    [
      { nodes: [changed({ encryption_key: path.leaf_node.encryption_key }), ...rest] },
      Rule.UPDATE_PATH_KEYS_FRESH,
    ],
    [
      { nodes: [changed({ encrypted_path_secret: [] }), ...rest] },
      Rule.UPDATE_PATH_CIPHERTEXT_COUNT,
    ],
    [{ leaf_node: { ...path.leaf_node, signature: EMPTY } }, Rule.LEAF_SIGNATURE],
  ] as const) {
    await refuses(group, await recommitted(eve, message, { path: { ...path, ...changes } }), rule);
  }
});

test("a path does not change who somebody is", async () => {
  const { message } = await crew.commit("bob");
  const { path } = commitOf(message);
  if (path === null) throw new Error("no path");
  const { credential } = ownLeafNode(crew.get("alice"));
  const leaf_node = await leafBy(eve, { ...path.leaf_node, credential });
  const forged = await recommitted(eve, message, { path: { ...path, leaf_node } });
  await refuses(group, forged, Rule.CREDENTIAL_SAME_CLIENT);
});

/** A leaf at the place of a member, signed with its key. */
function leafBy(state: GroupState, leaf: LeafNode): Promise<LeafNode> {
  const place = { group_id: state.context.group_id, leaf_index: state.own_leaf };
  return signLeafNode(CRYPTO, SUITE, state.signature_key, leaf, place);
}

async function updateBy(state: GroupState, changes: Partial<LeafNode>): Promise<FramedContent> {
  const leaf_node_source = { leaf_node_source: LEAF_UPDATE } as const;
  const leaf_node = await leafBy(state, { ...ownLeafNode(state), leaf_node_source, ...changes });
  const proposal = { proposal_type: PROPOSAL_UPDATE, leaf_node } as const;
  return contentBy(state, { content_type: CONTENT_PROPOSAL, proposal });
}

test("an Update changes its key, which is refused with the commit", async () => {
  for (const [owner, rule] of [
    ["bob", Rule.LEAF_UPDATE_CHANGES_KEY],
    ["alice", Rule.LEAF_ENCRYPTION_KEY_UNIQUE],
  ] as const) {
    const { encryption_key } = ownLeafNode(crew.get(owner));
    const update = await signed(eve, await updateBy(eve, { encryption_key }));
    const seen = await proposalSeen(group, update);
    const { path } = commitOf((await crew.commit("carol")).message);
    const commit = {
      proposals: [{ type: PROPOSAL_REFERENCE, reference: seen.ref }],
      path,
    } as const;
    const carol = crew.get("carol");
    const content = contentBy(carol, { content_type: CONTENT_COMMIT, commit });
    await refuses(seen.next, await signed(carol, content, ascii("tag")), rule);
  }
});

test("an Update to somebody else's identity is not even remembered", async () => {
  const { credential } = ownLeafNode(crew.get("alice"));
  const { public_key: encryption_key } = await CRYPTO.hpkeKeyPair(SUITE);
  const update = await signed(eve, await updateBy(eve, { credential, encryption_key }));
  await refuses(group, update, Rule.CREDENTIAL_SAME_CLIENT);
});

test("a flood of proposals is bounded until the next commit", async () => {
  const { message } = await proposeRemove(CRYPTO, eve, crew.leaf("dave"));
  const seen = await proposalSeen(group, message);
  const [one] = [...seen.next.proposals.values()];
  if (one === undefined) throw new Error("not remembered");
  const many = Array.from(
    { length: MAX_PROPOSALS },
    (_, number) => [number.toString(16).padStart(8, "0"), one] as const,
  );
  const full = { ...group, proposals: new Map(many) };
  await refuses(full, message, Rule.PROPOSALS_BOUNDED);
  const room = { ...group, proposals: new Map(many.slice(1)) };
  const again = await proposalSeen(room, message);
  sameGroup((await proposalSeen(again.next, message)).next, again.next);
  const { next } = await commitSeen(full, (await crew.commit("bob")).message);
  expect(next.proposals.size).toBe(0);
});

test("a newcomer nobody vouches for does not propose itself", async () => {
  const { context } = crew.get("alice");
  const frank = await bundleOf({ ...(await person("frank")), name: "somebody else" });
  const message = await newMemberProposal(CRYPTO, context, frank, NOW);
  await refuses(group, message, Rule.CREDENTIAL_NOT_AUTHENTICATED);
});

test("a member cannot update another", async () => {
  const { content } = publicMessage((await proposeUpdate(CRYPTO, eve)).message);
  const sender = { sender_type: SENDER_MEMBER, leaf_index: crew.leaf("carol") } as const;
  await refuses(group, await signed(eve, { ...content, sender }), Rule.CONTENT_SIGNATURE);
});

const NEWCOMER: Sender = { sender_type: SENDER_NEW_MEMBER_PROPOSAL };
const JOINER: Sender = { sender_type: SENDER_NEW_MEMBER_COMMIT };
const OUTSIDE: Sender = { sender_type: SENDER_EXTERNAL, sender_index: 0 };

test("newcomers and outsiders send only what they may", async () => {
  const frank = await person("frank");
  const { key_package } = await bundleOf(frank);
  const adding = (await proposeAdd(CRYPTO, eve, key_package, JUDGE)).message;
  const removing = (await proposeRemove(CRYPTO, eve, crew.leaf("carol"))).message;
  const commit = (await crew.commit("bob", [remove(crew.leaf("carol"))])).message;
  for (const [message, sender, rule] of [
    [removing, NEWCOMER, Rule.NEW_MEMBER_PROPOSES_ADD],
    [adding, JOINER, Rule.NEW_MEMBER_COMMITS],
    [removing, OUTSIDE, Rule.EXTERNAL_SENDER_KNOWN],
    [commit, OUTSIDE, Rule.EXTERNAL_SENDER_PROPOSALS],
    // The path's leaf is Bob's, and the signature Frank's.
    [commit, JOINER, Rule.CONTENT_SIGNATURE],
  ] as const) {
    await refuses(group, await resigned(eve, message, { sender }, frank.keys.private_key), rule);
  }
  const own = await resigned(eve, adding, { sender: NEWCOMER }, frank.keys.private_key);
  expect((await proposalSeen(group, own)).sender).toEqual(NEWCOMER);
});

test("an external sender proposes with its key only", async () => {
  const server = await person("server");
  const credential = { credential_type: BASIC, identity: ascii("server") } as const;
  const senders = [{ signature_key: server.keys.public_key, credential }];
  const own = await founded(["alice", "bob"], [externalSendersExtension(senders)]);
  const [allowing, bob] = [await watched(own.get("alice")), own.get("bob")];
  const { message } = await proposeRemove(CRYPTO, bob, own.leaf("alice"));
  const by = (key: Secret): Promise<Bytes> => resigned(bob, message, { sender: OUTSIDE }, key);
  const seen = await proposalSeen(allowing, await by(server.keys.private_key));
  expect(seen.sender).toEqual(OUTSIDE);
  await refuses(allowing, await by(bob.signature_key), Rule.CONTENT_SIGNATURE);
});

test("an external commit removes only an older self, and has a path", async () => {
  const own = crew.people.get("bob");
  if (own === undefined) throw new Error("Bob is missing");
  const bob = await bundleOf(own);
  const info = await groupInfo(CRYPTO, crew.get("alice"));
  const options = { ...JUDGE, ratchetTree: group.tree.encode(), resync: crew.leaf("bob") };
  const joined = await joinExternal(CRYPTO, info, bob, options);
  const seen = await follow(group, joined.message, joined.group_info);
  expect([names(seen.removed), names(seen.added)]).toEqual([["bob"], ["bob"]]);
  const commit = commitOf(joined.message);
  const proposals = commit.proposals.map((item) =>
    item.type === PROPOSAL_BY_VALUE && item.proposal.proposal_type === PROPOSAL_REMOVE
      ? ({ ...item, proposal: remove(crew.leaf("carol")) } as const)
      : item,
  );
  for (const [changes, rule] of [
    [{ proposals }, Rule.CREDENTIAL_SAME_CLIENT],
    [{ path: null }, Rule.EXTERNAL_COMMIT_PATH],
  ] as const) {
    const content = { content_type: CONTENT_COMMIT, commit: { ...commit, ...changes } } as const;
    const { message } = joined;
    const forged = await resigned(
      crew.get("alice"),
      message,
      { content },
      bob.signature_private_key,
    );
    await refuses(group, forged, rule);
  }
});

test("of two commits in an epoch the second is late", async () => {
  const [first, second] = [await crew.commit("bob"), await crew.commit("carol")];
  const { next } = await commitSeen(group, first.message);
  await refuses(next, second.message, Rule.EPOCH_CURRENT);
  expect((await commitSeen(group, second.message)).committer).toBe(crew.leaf("carol"));
});

test("a stored group is read back or refused", () => {
  const stored = encodePublicGroup(group);
  sameGroup(decodePublicGroup(stored), group);
  const cut = stored.slice(0, -1);
  const foreign = concat(stored.slice(0, 4), Uint8Array.of(0x07), stored.slice(5));
  for (const wrong of [
    EMPTY,
    concat(Uint8Array.of(2), stored.slice(1)),
    concat(cut, Uint8Array.of(2)),
    foreign,
  ]) {
    expect(() => decodePublicGroup(wrong)).toThrow(DecodeError);
  }
});

test("signatures are checked over this epoch's context", async () => {
  const body = publicMessage((await crew.commit("bob")).message);
  const elsewhere = { ...eve.context, extensions: [extension(0xf123)] };
  const tbs = framedContentTbs(WIRE_PUBLIC_MESSAGE, body.content, elsewhere);
  const signature = await signContent(CRYPTO, SUITE, eve.signature_key, tbs);
  const moved = sent({ ...body, auth: { ...body.auth, signature } });
  await refuses(group, moved, Rule.CONTENT_SIGNATURE);
});
