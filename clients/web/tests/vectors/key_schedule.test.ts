/** Known answers of the key schedule, the PSK chain and the secret tree (RFC 9420 §8, §9). */

import { expect, test } from "vitest";

import { encode } from "../../src/mls/codec/index.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { type CipherSuite, MLS10, cipherSuite } from "../../src/mls/crypto/suites.ts";
import { senderDataKey } from "../../src/mls/framing/private.ts";
import { GroupContext } from "../../src/mls/schedule/context.ts";
import {
  type EpochSecrets,
  externalKeyPair,
  joinerSecret,
  startEpoch,
  welcomeSecret,
} from "../../src/mls/schedule/epoch.ts";
import { exportSecret } from "../../src/mls/schedule/exporter.ts";
import { PSK_EXTERNAL } from "../../src/mls/schedule/key_names.ts";
import { pskSecret } from "../../src/mls/schedule/psk.ts";
import {
  RATCHET_APPLICATION,
  RATCHET_HANDSHAKE,
  type SecretTree,
  secretTreeOf,
  takeKey,
} from "../../src/mls/schedule/secret_tree.ts";
import { bytes } from "../support/bytes.ts";
import { CRYPTO } from "../support/suite.ts";
import { mlsOf } from "../support/vectors.ts";

const SUITES = [1, 3] as const;

type Hex = string;

interface Epoch extends Record<keyof EpochSecrets, Hex> {
  readonly tree_hash: Hex;
  readonly confirmed_transcript_hash: Hex;
  readonly group_context: Hex;
  readonly psk_secret: Hex;
  readonly commit_secret: Hex;
  readonly joiner_secret: Hex;
  readonly welcome_secret: Hex;
  readonly encryption_secret: Hex;
  readonly external_pub: Hex;
  readonly exporter: {
    readonly label: string;
    readonly context: Hex;
    readonly length: number;
    readonly secret: Hex;
  };
}

interface KeySchedule {
  readonly cipher_suite: number;
  readonly group_id: Hex;
  readonly initial_init_secret: Hex;
  readonly epochs: readonly Epoch[];
}

interface PskChain {
  readonly cipher_suite: number;
  readonly psks: readonly { readonly psk_id: Hex; readonly psk: Hex; readonly psk_nonce: Hex }[];
  readonly psk_secret: Hex;
}

interface Generation {
  readonly generation: number;
  readonly handshake_key: Hex;
  readonly handshake_nonce: Hex;
  readonly application_key: Hex;
  readonly application_nonce: Hex;
}

interface SecretTreeCase {
  readonly cipher_suite: number;
  readonly encryption_secret: Hex;
  readonly sender_data: Record<"sender_data_secret" | "ciphertext" | "key" | "nonce", Hex>;
  readonly leaves: readonly (readonly Generation[])[];
}

const secret = (hex: Hex): Secret => new Secret(bytes(hex));

function expectSecret(found: Secret, hex: Hex): void {
  expect(found.reveal()).toEqual(bytes(hex));
}

test.for(SUITES)("key schedule of suite %s", async (number, context) => {
  for (const each of mlsOf<KeySchedule>(context, "key-schedule", number)) {
    let init = secret(each.initial_init_secret);
    for (const [epoch, answer] of each.epochs.entries()) {
      init = await checkEpoch(cipherSuite(number), each.group_id, BigInt(epoch), init, answer);
    }
  }
});

async function checkEpoch(
  suite: CipherSuite,
  groupId: Hex,
  epoch: bigint,
  init: Secret,
  answer: Epoch,
): Promise<Secret> {
  const context: GroupContext = {
    version: MLS10,
    cipher_suite: suite.id,
    group_id: bytes(groupId),
    epoch,
    tree_hash: bytes(answer.tree_hash),
    confirmed_transcript_hash: bytes(answer.confirmed_transcript_hash),
    extensions: [],
  };
  expect(encode(GroupContext, context)).toEqual(bytes(answer.group_context));
  const psk = secret(answer.psk_secret);
  const joiner = joinerSecret(CRYPTO, suite, init, secret(answer.commit_secret), context);
  expectSecret(joiner, answer.joiner_secret);
  expectSecret(welcomeSecret(CRYPTO, suite, joiner, psk), answer.welcome_secret);
  const { secrets, encryption_secret } = startEpoch(CRYPTO, suite, joiner, psk, context);
  expectSecret(encryption_secret, answer.encryption_secret);
  for (const name of Object.keys(secrets) as (keyof EpochSecrets)[]) {
    expectSecret(secrets[name], answer[name]);
  }
  const external = await externalKeyPair(CRYPTO, suite, secrets);
  expect(external.public_key).toEqual(bytes(answer.external_pub));
  const { label, context: of, length, secret: expected } = answer.exporter;
  const exporter = secrets.exporter_secret;
  expectSecret(exportSecret(CRYPTO, suite, exporter, label, bytes(of), length), expected);
  return secrets.init_secret;
}

test.for(SUITES)("psk_secret of suite %s", (number, context) => {
  for (const each of mlsOf<PskChain>(context, "psk_secret", number)) {
    const psks = each.psks.map((name) => {
      const id = {
        psktype: PSK_EXTERNAL,
        psk_id: bytes(name.psk_id),
        psk_nonce: bytes(name.psk_nonce),
      } as const;
      return [id, secret(name.psk)] as const;
    });
    expectSecret(pskSecret(CRYPTO, cipherSuite(number), psks), each.psk_secret);
  }
});

test.for(SUITES)("secret tree of suite %s", (number, context) => {
  const suite = cipherSuite(number);
  for (const each of mlsOf<SecretTreeCase>(context, "secret-tree", number)) {
    const data = each.sender_data;
    const sampled = bytes(data.ciphertext);
    const opener = senderDataKey(CRYPTO, suite, secret(data.sender_data_secret), sampled);
    expectSecret(opener.key, data.key);
    expectSecret(opener.nonce, data.nonce);
    let tree = secretTreeOf(secret(each.encryption_secret), each.leaves.length);
    for (const [leaf, generations] of each.leaves.entries()) {
      for (const answer of generations) tree = checkGeneration(suite, tree, leaf, answer);
    }
  }
});

function checkGeneration(
  suite: CipherSuite,
  before: SecretTree,
  leaf: number,
  answer: Generation,
): SecretTree {
  let tree = before;
  for (const kind of [RATCHET_HANDSHAKE, RATCHET_APPLICATION] as const) {
    const [key, next] = takeKey(CRYPTO, suite, tree, leaf, kind, answer.generation);
    expectSecret(key.key, answer[`${kind}_key`]);
    expectSecret(key.nonce, answer[`${kind}_nonce`]);
    tree = next;
  }
  return tree;
}
