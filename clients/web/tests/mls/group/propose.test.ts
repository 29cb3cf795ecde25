/** Proposals of every kind, and the commits that take them up (RFC 9420 §12.1). */

import { expect, test } from "vitest";

import { ascii, toHex } from "../../../src/mls/bytes.ts";
import { encode } from "../../../src/mls/codec/index.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { REQUIRED_CAPABILITIES, RequiredCapabilities } from "../../../src/mls/extensions.ts";
import {
  createGroup,
  encrypt,
  propose,
  proposeAdd,
  proposeGroupContextExtensions,
  proposePsk,
  proposeRemove,
  proposeResumptionPsk,
  pskStore,
} from "../../../src/mls/group/index.ts";
import { externalPsk } from "../../../src/mls/group/propose.ts";
import { isLastResort } from "../../../src/mls/key_package.ts";
import { MAX_PROPOSALS } from "../../../src/mls/messages/commit.ts";
import {
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  customProposal,
} from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { DEFAULT_CAPABILITIES } from "../../../src/mls/tree/nodes.ts";
import {
  CRYPTO,
  type Crew,
  DAY,
  NOW,
  REGISTRY,
  SUITE,
  add,
  bundleOf,
  founded,
  person,
} from "../../support/people.ts";
import { refused } from "../../support/refused.ts";

const trio = (): Promise<Crew> => founded(["alice", "bob", "carol"]);

test("pending proposals hold data back", async () => {
  const crew = await trio();
  const made = await proposeRemove(CRYPTO, crew.get("bob"), crew.leaf("carol"));
  await refused(Rule.COMMIT_BEFORE_APPLICATION_DATA, () =>
    encrypt(CRYPTO, made.state, ascii("too early")),
  );
});

test("pending proposals are bounded", async () => {
  const crew = await trio();
  const made = await proposeRemove(CRYPTO, crew.get("bob"), crew.leaf("carol"));
  const [sent] = made.state.pending_proposals.values();
  if (sent === undefined) throw new Error("nothing was proposed");
  const refs = Array.from({ length: MAX_PROPOSALS }, (_, at) => `${at}`.padStart(8, "0"));
  const pending_proposals = new Map(refs.map((ref) => [ref, sent]));
  crew.set("alice", { ...crew.get("alice"), pending_proposals });
  await refused(Rule.PROPOSALS_BOUNDED, () => crew.receive("alice", made.message));
});

test("an external key is mixed in, and a missing or wrong one ends it", async () => {
  const crew = await trio();
  const house = toHex(ascii("house"));
  crew.psks = pskStore(new Map([[house, new Secret(ascii("secret of the house"))]]));
  await crew.propose("bob", await proposePsk(CRYPTO, crew.get("bob"), ascii("house")));
  const bundle = await bundleOf(await person("dave"));
  const pending = await crew.commit("alice", [add(bundle)]);
  const before = new Map(crew.states);
  await crew.accept("alice", pending);
  crew.set("dave", await crew.join(pending, bundle));
  crew.agree();
  before.forEach((state, name) => {
    crew.set(name, state);
  });
  crew.psks = pskStore(new Map());
  await refused(Rule.PSK_AVAILABLE, () => crew.receive("carol", pending.message));
  await refused(Rule.PSK_AVAILABLE, () => crew.join(pending, bundle));
  const psk = externalPsk(CRYPTO, crew.get("bob"), ascii("house"));
  await refused(Rule.PSK_AVAILABLE, () => crew.commit("bob", [psk]));
  crew.psks = pskStore(new Map([[house, new Secret(ascii("another secret"))]]));
  await refused(Rule.CONFIRMATION_TAG, () => crew.receive("carol", pending.message));
  await refused(Rule.WELCOME_DECRYPTS, () => crew.join(pending, bundle));
});

test("a resumption key of a past epoch", async () => {
  const crew = await trio();
  const { group_id, epoch } = crew.get("alice").context;
  await crew.accept("carol", await crew.commit("carol"));
  const made = await proposeResumptionPsk(CRYPTO, crew.get("bob"), group_id, epoch);
  await crew.propose("bob", made);
  await crew.accept("alice", await crew.commit("alice"));
  crew.agree();
  const unknown = await proposeResumptionPsk(CRYPTO, crew.get("bob"), group_id, 900n);
  const [sent] = unknown.state.pending_proposals.values();
  if (sent === undefined) throw new Error("nothing was proposed");
  await refused(Rule.PSK_AVAILABLE, () => crew.commit("alice", [sent.proposal]));
});

test("extensions are replaced", async () => {
  const crew = await trio();
  const required = { extension_types: [], proposal_types: [], credential_types: [1] };
  const basic = {
    extension_type: REQUIRED_CAPABILITIES,
    extension_data: encode(RequiredCapabilities, required),
  };
  const made = await proposeGroupContextExtensions(CRYPTO, crew.get("bob"), [basic]);
  await crew.propose("bob", made);
  await crew.accept("carol", await crew.commit("carol"));
  crew.agree();
  expect(crew.get("alice").context.extensions).toEqual([basic]);
});

test("custom proposals and extensions of those who know them", async () => {
  const able = { ...DEFAULT_CAPABILITIES, proposals: [0xf001], extensions: [0x000a, 0xf002] };
  const crew = await founded(["alice"]);
  const founder = crew.people.get("alice");
  if (founder === undefined) throw new Error("no founder");
  crew.set(
    "alice",
    await createGroup(CRYPTO, {
      groupId: ascii("able"),
      suite: SUITE,
      bundle: await bundleOf(founder, { capabilities: able }),
      authentication: REGISTRY,
      now: NOW,
    }),
  );
  const bundle = await bundleOf(await person("bob"), { capabilities: able });
  const ours = { extension_type: 0xf002, extension_data: ascii("ours") };
  const pending = await crew.commit("alice", [
    add(bundle),
    customProposal(0xf001, ascii("hello")),
    { proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS, extensions: [ours] },
  ]);
  await crew.accept("alice", pending);
  crew.set("bob", await crew.join(pending, bundle));
  crew.agree();
  expect(crew.get("bob").context.extensions).toEqual([ours]);
  const other = add(await bundleOf(await person("carol")));
  await refused(Rule.LEAF_SUPPORTS_GROUP_CONTEXT, () => crew.commit("bob", [other]));
});

test("GREASE is not sent where it would have a message refused", async () => {
  const crew = await trio();
  const extension = { extension_type: 0x1a1a, extension_data: ascii("") };
  for (const proposal of [
    customProposal(0x0a0a, ascii("noise")),
    { proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS, extensions: [extension] },
  ] as const) {
    await refused(Rule.GREASE_PLACE, () => crew.commit("alice", [proposal]));
    await refused(Rule.GREASE_PLACE, () => propose(CRYPTO, crew.get("alice"), proposal));
  }
  await refused(Rule.GREASE_PLACE, () => founded(["eve"], [extension]));
});

test.each([
  [{ not_before: BigInt(NOW - 9 * DAY), not_after: BigInt(NOW - 1) }, Rule.LEAF_LIFETIME_CURRENT],
  [{ not_before: BigInt(NOW + 1), not_after: BigInt(NOW + DAY) }, Rule.LEAF_LIFETIME_CURRENT],
  [
    { not_before: BigInt(NOW - DAY), not_after: BigInt(NOW + 4000 * DAY) },
    Rule.LEAF_LIFETIME_BOUNDED,
  ],
])("nobody is added with a lifetime that is not acceptable", async (lifetime, rule) => {
  const crew = await trio();
  const bundle = await bundleOf(await person("dave"), { lifetime });
  await refused(rule, () => crew.commit("alice", [add(bundle)]));
  const by = { authentication: REGISTRY, now: NOW };
  await refused(rule, () => proposeAdd(CRYPTO, crew.get("alice"), bundle.key_package, by));
  const creation = {
    groupId: ascii("x"),
    suite: SUITE,
    bundle,
    authentication: REGISTRY,
    now: NOW,
  };
  await refused(rule, () => createGroup(CRYPTO, creation));
});

test("last resort packages and unknown values are accepted", async () => {
  const grease = [0x0a0a, 0x1a1a, 0xeaea];
  const noise = (type: number) => ({ extension_type: type, extension_data: ascii("noise") });
  const bundle = await bundleOf(await person("dave"), {
    capabilities: {
      ...DEFAULT_CAPABILITIES,
      cipher_suites: [...DEFAULT_CAPABILITIES.cipher_suites, ...grease],
      extensions: [...DEFAULT_CAPABILITIES.extensions, ...grease, 0xf0f0],
      proposals: grease,
      credentials: [...DEFAULT_CAPABILITIES.credentials, ...grease],
    },
    lastResort: true,
    extensions: [noise(0x1a1a)],
    leafExtensions: [noise(0x0a0a), noise(0xf0f0)],
  });
  expect(isLastResort(bundle.key_package)).toBe(true);
  const crew = await trio();
  const pending = await crew.commit("alice", [add(bundle)]);
  await crew.accept("alice", pending);
  crew.set("dave", await crew.join(pending, bundle));
  await crew.accept("dave", await crew.commit("dave"));
  crew.agree();
});
