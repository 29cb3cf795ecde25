/** What a caller does to its own memory once an operation has begun changes nothing. */

import { expect, test } from "vitest";

import { type Bytes, ascii, toHex } from "../../../src/mls/bytes.ts";
import { BASIC } from "../../../src/mls/credentials.ts";
import type { CryptoProvider } from "../../../src/mls/crypto/provider.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import {
  type Extension,
  type ExternalSender,
  externalSendersExtension,
} from "../../../src/mls/extensions.ts";
import {
  type PendingJoin,
  commit,
  createGroup,
  encrypt,
  externalProposal,
  groupInfo,
  joinExternal,
  newMemberProposal,
  propose,
  proposeAdd,
  proposeCustom,
  pskStore,
  snapshot,
} from "../../../src/mls/group/index.ts";
import { externalPsk } from "../../../src/mls/group/propose.ts";
import { PUBLIC } from "../../../src/mls/group/protect.ts";
import { createKeyPackage } from "../../../src/mls/key_package.ts";
import {
  PROPOSAL_ADD,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
} from "../../../src/mls/messages/proposals.ts";
import { DEFAULT_CAPABILITIES } from "../../../src/mls/tree/nodes.ts";
import {
  CRYPTO,
  LIFETIME,
  NOW,
  REGISTRY,
  SUITE,
  add,
  bundleOf,
  founded,
  person,
} from "../../support/people.ts";

const CUSTOM = 0xf123;
const ABLE = { ...DEFAULT_CAPABILITIES, extensions: [10, CUSTOM], proposals: [CUSTOM] };
const BY = { authentication: REGISTRY, now: NOW };

/** A provider that writes over the caller's memory whenever it is asked for anything. */
function overwriting(...memory: readonly Bytes[]): CryptoProvider {
  return new Proxy(CRYPTO, {
    get(target, name: keyof CryptoProvider) {
      const method = Reflect.get(target, name) as (this: unknown, ...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        for (const bytes of memory) bytes.fill(0x21);
        return method.apply(target, given);
      };
    },
  });
}

function custom(text: string): Extension {
  return { extension_type: CUSTOM, extension_data: ascii(text) };
}

function stored(state: Parameters<typeof snapshot>[0]): readonly string[] {
  return [...snapshot(state)].map(([name, part]) => `${name} ${toHex(part)}`).sort();
}

test("encrypted data are what was handed in", async () => {
  const crew = await founded(["alice", "bob"]);
  const [data, authenticatedData] = [ascii("pay Bob 10"), ascii("to the bank")];
  const crypto = overwriting(data, authenticatedData);
  const [, message] = await encrypt(crypto, crew.get("alice"), data, { authenticatedData });
  expect(await crew.receive("bob", message)).toMatchObject({
    data: ascii("pay Bob 10"),
    authenticated_data: ascii("to the bank"),
  });
});

test("a group is founded as it was asked for", async () => {
  const owner = await person("alice");
  const bundle = await bundleOf(owner, { capabilities: ABLE });
  const [groupId, rules] = [ascii("group one"), custom("house rules")];
  const { credential, signature_key } = bundle.key_package.leaf_node;
  if (credential.credential_type !== BASIC) expect.unreachable();
  const crypto = overwriting(groupId, rules.extension_data, credential.identity, signature_key);
  const creation = { groupId, suite: SUITE, bundle, extensions: [rules], ...BY };
  const state = await createGroup(crypto, creation);
  expect(state.context.group_id).toEqual(ascii("group one"));
  expect(state.context.extensions).toEqual([custom("house rules")]);
  expect(state.roster.get(0)?.credential).toEqual({ ...credential, identity: ascii("alice") });
  expect(state.roster.get(0)?.signature_key).toEqual(owner.keys.public_key);
});

test("a KeyPackage says what it was asked to say", async () => {
  const owner = await person("alice");
  const [identity, own, leaf] = [ascii("alice"), custom("package"), custom("leaf")];
  const { key_package } = await createKeyPackage(
    overwriting(identity, own.extension_data, leaf.extension_data),
    SUITE,
    { credential_type: BASIC, identity },
    owner.keys.private_key,
    { lifetime: LIFETIME, capabilities: ABLE, extensions: [own], leafExtensions: [leaf] },
  );
  expect(key_package.extensions).toEqual([custom("package")]);
  expect(key_package.leaf_node.extensions).toEqual([custom("leaf")]);
  expect(key_package.leaf_node.credential).toEqual({
    credential_type: BASIC,
    identity: ascii("alice"),
  });
});

test("a proposal is remembered as it was sent", async () => {
  const crew = await founded(["alice", "bob"]);
  const [psk, additional] = [ascii("house key"), ascii("aad")];
  const proposal = externalPsk(CRYPTO, crew.get("alice"), psk);
  const framing = { ...PUBLIC, authenticated_data: additional };
  const crypto = overwriting(psk, additional);
  const made = await propose(crypto, crew.get("alice"), proposal, framing);
  const heard = await crew.receive("bob", made.message);
  if (heard.type !== "proposal") expect.unreachable();
  expect(heard.proposal).toMatchObject({ psk: { psk_id: ascii("house key") } });
  const parts = (state: typeof made.state) => stored(state).filter((p) => p.startsWith("prop"));
  expect(parts(made.state)).toEqual(parts(heard.state));
});

test("an Add and a custom proposal are remembered as they were sent", async () => {
  const crew = await founded(["alice", "bob"]);
  const { key_package } = await bundleOf(await person("carol"));
  const { signature } = key_package;
  const [whole, additional] = [signature.slice(), ascii("aad")];
  const crypto = overwriting(signature, additional);
  const framing = { ...PUBLIC, authenticated_data: additional };
  const added = await proposeAdd(crypto, crew.get("alice"), key_package, BY, framing);
  const heard = await crew.receive("bob", added.message);
  expect(heard).toMatchObject({ proposal: { key_package: { signature: whole } } });
  expect(toHex(added.message)).toContain(toHex(ascii("aad")));
  const data = ascii("custom");
  const made = await proposeCustom(overwriting(data), crew.get("alice"), CUSTOM, data);
  expect([...made.state.pending_proposals.values()]).toMatchObject([
    { proposal: { data: ascii("custom") } },
  ]);
});

test("what is committed is what leads to the next epoch", async () => {
  const owner = await person("alice");
  const founder = await bundleOf(owner, { capabilities: ABLE });
  const creation = { groupId: ascii("g"), suite: SUITE, bundle: founder, ...BY };
  const state = await createGroup(CRYPTO, creation);
  const [rules, additional] = [custom("title: one"), ascii("aad")];
  const newcomer = await bundleOf(await person("bob"), { capabilities: ABLE });
  const { signature } = newcomer.key_package.leaf_node;
  const crypto = overwriting(rules.extension_data, additional, signature);
  const pending = await commit(crypto, state, {
    proposals: [
      add({ ...newcomer }),
      { proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS, extensions: [rules] },
    ],
    options: { framing: { ...PUBLIC, authenticated_data: additional } },
    ...BY,
  });
  expect(pending.next.context.extensions).toEqual([custom("title: one")]);
  expect(toHex(pending.message)).toContain(toHex(ascii("aad")));
  expect(toHex(pending.message)).toContain(toHex(ascii("title: one")));
});

test("proposals from outside are sent as they were handed in", async () => {
  const service = await person("service");
  const sender: ExternalSender = {
    signature_key: service.keys.public_key,
    credential: { credential_type: BASIC, identity: ascii("service") },
  };
  const crew = await founded(["alice", "bob"], [externalSendersExtension([sender])]);
  const { context } = crew.get("alice");
  const carol = await bundleOf(await person("carol"));
  const key = service.keys.private_key;
  for (const send of [
    (crypto: CryptoProvider) => newMemberProposal(crypto, context, carol, NOW),
    (crypto: CryptoProvider) => {
      const proposal = { proposal_type: PROPOSAL_ADD, key_package: carol.key_package } as const;
      return externalProposal(crypto, context, 0, key, proposal, NOW);
    },
  ]) {
    const { signature } = carol.key_package;
    const whole = signature.slice();
    const heard = await crew.receive("alice", await send(overwriting(signature)));
    expect(heard).toMatchObject({ proposal: { key_package: { signature: whole } } });
    signature.set(whole);
  }
});

test("one who joins by an external commit commits what was handed in", async () => {
  const crew = await founded(["alice"]);
  const psks = pskStore(new Map([[toHex(ascii("key")), new Secret(ascii("known"))]]));
  crew.psks = psks;
  const [id, bundle] = [ascii("key"), await bundleOf(await person("bob"))];
  const psk = externalPsk(CRYPTO, crew.get("alice"), id);
  const { identity } = bundle.key_package.leaf_node.credential as { identity: Bytes };
  const joined: PendingJoin = await joinExternal(
    overwriting(id, identity),
    await groupInfo(CRYPTO, crew.get("alice")),
    bundle,
    { ratchetTree: crew.get("alice").tree.encode(), psks, pskProposals: [psk], ...BY },
  );
  const received = await crew.hear("alice", joined.message);
  expect(received.type).toBe("commit");
  crew.set("bob", joined.next);
  crew.agree();
});

test("a secret is what it was when it was made", () => {
  const raw = ascii("house key");
  const secret = new Secret(raw);
  raw.fill(0);
  expect(secret.reveal()).toEqual(ascii("house key"));
});
