/** Known answers of whole groups: join by Welcome and follow commits, as a listener. */

import { expect, test } from "vitest";

import { toHex } from "../../src/mls/bytes.ts";
import { cipherSuite } from "../../src/mls/crypto/suites.ts";
import { WIRE_KEY_PACKAGE } from "../../src/mls/framing/content.ts";
import { unwrap } from "../../src/mls/framing/message.ts";
import {
  type GroupState,
  type PSKStore,
  join,
  process as receive,
  pskStore,
} from "../../src/mls/group/index.ts";
import { bytes, secret } from "../support/bytes.ts";
import { EVERYONE, byReference } from "../support/people.ts";
import { CRYPTO } from "../support/suite.ts";
import { mlsOf } from "../support/vectors.ts";

interface Epoch {
  readonly proposals: readonly string[];
  readonly commit: string;
  readonly epoch_authenticator: string;
}

interface Case {
  readonly cipher_suite: number;
  readonly external_psks: readonly { readonly psk_id: string; readonly psk: string }[];
  readonly key_package: string;
  readonly signature_priv: string;
  readonly encryption_priv: string;
  readonly init_priv: string;
  readonly welcome: string;
  readonly ratchet_tree: string | null;
  readonly initial_epoch_authenticator: string;
  readonly epochs: readonly Epoch[];
}

/** The lifetimes in the files are of every length. */
const WORLD = { authentication: EVERYONE, now: 1_700_000_000, longestLifetime: 2 ** 64 };

function joined(given: Case, psks: PSKStore): Promise<GroupState> {
  const body = unwrap(bytes(given.key_package));
  if (body.wire_format !== WIRE_KEY_PACKAGE) throw new Error("not a KeyPackage");
  const bundle = {
    key_package: body.key_package,
    init_private_key: secret(given.init_priv),
    leaf_private_key: secret(given.encryption_priv),
    signature_private_key: secret(given.signature_priv),
  };
  expect(cipherSuite(given.cipher_suite).id).toBe(bundle.key_package.cipher_suite);
  const ratchetTree = given.ratchet_tree === null ? null : bytes(given.ratchet_tree);
  const joining = { ...WORLD, psks, ratchetTree };
  return join(CRYPTO, bytes(given.welcome), byReference(bundle), joining);
}

async function next(state: GroupState, message: string, psks: PSKStore): Promise<GroupState> {
  const received = await receive(CRYPTO, state, bytes(message), { ...WORLD, psks });
  if (received.type === "removed") throw new Error("the listener was removed");
  return received.state;
}

test.for([
  ["passive-client-welcome", 1],
  ["passive-client-welcome", 3],
  ["passive-client-handling-commit", 1],
  ["passive-client-handling-commit", 3],
] as const)("%s of suite %i", async ([name, number], context) => {
  for (const given of mlsOf<Case>(context, name, number)) {
    const psks = pskStore(
      new Map(given.external_psks.map((each) => [each.psk_id, secret(each.psk)])),
    );
    let state = await joined(given, psks);
    const { initial_epoch_authenticator: initial } = given;
    expect(toHex(state.secrets.epoch_authenticator.reveal())).toBe(initial);
    for (const epoch of given.epochs) {
      for (const proposal of epoch.proposals) state = await next(state, proposal, psks);
      state = await next(state, epoch.commit, psks);
      const authenticator = toHex(state.secrets.epoch_authenticator.reveal());
      expect(authenticator).toBe(epoch.epoch_authenticator);
    }
  }
});
