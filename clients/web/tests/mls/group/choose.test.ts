/** Which pending proposals a commit of ours takes up: nobody keeps us from committing. */

import { expect, test } from "vitest";

import { ascii, toHex, uintBytes } from "../../../src/mls/bytes.ts";
import { encode } from "../../../src/mls/codec/index.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { ValidationError } from "../../../src/mls/errors.ts";
import {
  LAST_RESORT,
  REQUIRED_CAPABILITIES,
  RequiredCapabilities,
} from "../../../src/mls/extensions.ts";
import { SENDER_MEMBER } from "../../../src/mls/framing/content.ts";
import { pskStore } from "../../../src/mls/group/index.ts";
import { MAX_TRIALS, choose } from "../../../src/mls/group/choose.ts";
import { MAX_PROPOSALS, PROPOSAL_REFERENCE } from "../../../src/mls/messages/commit.ts";
import {
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_PSK,
  PROPOSAL_REINIT,
  PROPOSAL_REMOVE,
  type PreSharedKey,
  type Proposal,
} from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { PSK_EXTERNAL } from "../../../src/mls/schedule/key_names.ts";
import { commitOf } from "../../support/forgery.ts";
import { type Crew, SUITE, add, bundleOf, founded, person } from "../../support/people.ts";

const trio = (): Promise<Crew> => founded(["alice", "bob", "carol"]);
const remove = (leaf: number) => ({ proposal_type: PROPOSAL_REMOVE, removed: leaf }) as const;
const extensions = (...types: readonly number[]): Proposal => ({
  proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  extensions: types.map((type) => ({
    extension_type: REQUIRED_CAPABILITIES,
    extension_data: encode(RequiredCapabilities, {
      extension_types: [type],
      proposal_types: [],
      credential_types: [],
    }),
  })),
});
const REINIT: Proposal = {
  proposal_type: PROPOSAL_REINIT,
  group_id: ascii("next"),
  version: 1,
  cipher_suite: 1,
  extensions: [],
};

function psk(name: string, nonce: number): PreSharedKey {
  const psk_nonce = new Uint8Array(SUITE.hash_length);
  psk_nonce.set(uintBytes(nonce, 4));
  const named = { psktype: PSK_EXTERNAL, psk_id: ascii(name), psk_nonce } as const;
  return { proposal_type: PROPOSAL_PSK, psk: named };
}

/** Let a member know of proposals of another. */
function pending(crew: Crew, name: string, by: string, proposals: readonly Proposal[]): void {
  const sender = { sender_type: SENDER_MEMBER, leaf_index: crew.leaf(by) } as const;
  const sent = proposals.map((proposal, at) => [toHex(uintBytes(at, 4)), { sender, proposal }]);
  const pending_proposals = new Map(
    sent as [string, { sender: typeof sender; proposal: Proposal }][],
  );
  crew.set(name, { ...crew.get(name), pending_proposals });
}

/** Return the pending proposals that a commit of a member takes up. */
async function takenUp(
  crew: Crew,
  name: string,
  byValue: readonly Proposal[] = [],
): Promise<readonly (Proposal | undefined)[]> {
  const { message } = await crew.commit(name, byValue);
  const held = crew.get(name).pending_proposals;
  return commitOf(message).proposals.flatMap((item) =>
    item.type === PROPOSAL_REFERENCE ? [held.get(toHex(item.reference))?.proposal] : [],
  );
}

test("a commit takes up no more than it may hold", async () => {
  const crew = await trio();
  crew.psks = pskStore(new Map([[toHex(ascii("psk")), new Secret(ascii("known"))]]));
  const many = Array.from({ length: MAX_PROPOSALS }, (_, at) => psk("psk", at));
  pending(crew, "alice", "bob", many);
  const taken = await takenUp(crew, "alice", [remove(crew.leaf("carol"))]);
  expect(taken.length).toBe(MAX_PROPOSALS - 1);
});

test("a key that we do not hold keeps nobody from committing", async () => {
  const crew = await trio();
  const leave = remove(crew.leaf("carol"));
  pending(crew, "alice", "bob", [psk("unheard of", 0), leave]);
  expect(await takenUp(crew, "alice")).toEqual([leave]);
});

test("of several for one client or leaf one is taken, whatever their number", async () => {
  const crew = await trio();
  const leave = remove(crew.leaf("carol"));
  const copies = 2 * MAX_TRIALS;
  const dave = add(await bundleOf(await person("dave")));
  const erin = add(await bundleOf(await person("erin")));
  const flood = [...Array<Proposal>(copies).fill(dave), ...Array<Proposal>(copies).fill(leave)];
  pending(crew, "alice", "bob", [...flood, erin]);
  expect(await takenUp(crew, "alice")).toEqual([dave, leave, erin]);
});

test("what would remove us is left to others", async () => {
  const crew = await trio();
  const leave = remove(crew.leaf("carol"));
  pending(crew, "alice", "bob", [remove(crew.leaf("alice")), leave]);
  expect(await takenUp(crew, "alice")).toEqual([leave]);
});

test("a ReInit is taken only if there is nothing else", async () => {
  const crew = await trio();
  const leave = remove(crew.leaf("carol"));
  pending(crew, "alice", "bob", [REINIT, leave]);
  expect(await takenUp(crew, "alice")).toEqual([leave]);
  pending(crew, "alice", "bob", [REINIT]);
  expect(await takenUp(crew, "alice")).toEqual([REINIT]);
  expect(await takenUp(crew, "alice", [leave])).toEqual([]);
});

test("looking for what goes together is bounded", async () => {
  const crew = await trio();
  const capabilities = {
    versions: [1],
    cipher_suites: [1],
    extensions: [],
    proposals: [],
    credentials: [1],
  };
  const guests: Proposal[] = [];
  for (let number = 0; number < 2 * MAX_TRIALS; number++) {
    guests.push(add(await bundleOf(await person(`guest ${number}`), { capabilities })));
  }
  const demanding = extensions(LAST_RESORT);
  pending(crew, "alice", "bob", [demanding, ...guests]);
  expect(await takenUp(crew, "alice")).toEqual([demanding]);
});

test("what we may not commit is not even tried", async () => {
  const crew = await trio();
  const leave = remove(crew.leaf("carol"));
  const anything = (): Promise<void> => Promise.resolve();
  pending(crew, "alice", "bob", [REINIT, remove(crew.leaf("alice")), leave]);
  const chosen = await choose(crew.get("alice"), [], anything);
  expect([...chosen.values()].map(({ proposal }) => proposal)).toEqual([leave]);
});

test("what goes with nothing else costs a bounded number of trials", async () => {
  const crew = await trio();
  const count = 4 * MAX_TRIALS;
  pending(
    crew,
    "alice",
    "bob",
    Array.from({ length: count }, (_, at) => psk("psk", at)),
  );
  let trials = 0;
  const loners = (sent: readonly unknown[]): Promise<void> => {
    trials += 1;
    const fits = sent.length === 1;
    return fits ? Promise.resolve() : Promise.reject(new ValidationError(Rule.PSK_UNIQUE));
  };
  const chosen = await choose(crew.get("alice"), [], loners);
  expect(chosen.size).toBe(1);
  expect(trials).toBe(count + MAX_TRIALS);
});
