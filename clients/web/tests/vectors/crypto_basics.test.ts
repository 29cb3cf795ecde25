/** crypto-basics.json of the MLS working group: the labelled functions. */

import { expect, test, type TestContext } from "vitest";

import {
  decryptWithLabel,
  deriveSecret,
  deriveTreeSecret,
  encryptWithLabel,
  expandWithLabel,
  refHash,
  signWithLabel,
  verifyWithLabel,
} from "../../src/mls/crypto/labels.ts";
import { cipherSuite, type CipherSuite } from "../../src/mls/crypto/suites.ts";
import { bytes, secret } from "../support/bytes.ts";
import { BOTH } from "../support/crypto.ts";
import { CRYPTO } from "../support/suite.ts";
import { mlsOf } from "../support/vectors.ts";

interface Case {
  readonly cipher_suite: number;
  readonly ref_hash: { readonly label: string; readonly value: string; readonly out: string };
  readonly expand_with_label: {
    readonly secret: string;
    readonly label: string;
    readonly context: string;
    readonly length: number;
    readonly out: string;
  };
  readonly derive_secret: { readonly secret: string; readonly label: string; readonly out: string };
  readonly derive_tree_secret: {
    readonly secret: string;
    readonly label: string;
    readonly generation: number;
    readonly length: number;
    readonly out: string;
  };
  readonly sign_with_label: {
    readonly priv: string;
    readonly pub: string;
    readonly content: string;
    readonly label: string;
    readonly signature: string;
  };
  readonly encrypt_with_label: {
    readonly priv: string;
    readonly pub: string;
    readonly label: string;
    readonly context: string;
    readonly plaintext: string;
    readonly kem_output: string;
    readonly ciphertext: string;
  };
}

const EACH = [1, 3].flatMap((number) => BOTH.map((both) => [number, ...both] as const));

function caseOf(context: TestContext, number: number): readonly [CipherSuite, Case] {
  const [given] = mlsOf<Case>(context, "crypto-basics", number);
  if (given === undefined) throw new Error("no case");
  return [cipherSuite(number), given];
}

test.for([1, 3])("hashes and derivations of suite %i", (number, context) => {
  const [suite, given] = caseOf(context, number);
  const ref = given.ref_hash;
  expect(refHash(CRYPTO, suite, ref.label, bytes(ref.value))).toEqual(bytes(ref.out));
  const expand = given.expand_with_label;
  const [key, info] = [secret(expand.secret), bytes(expand.context)];
  const expanded = expandWithLabel(CRYPTO, suite, key, expand.label, info, expand.length);
  expect(expanded.reveal()).toEqual(bytes(expand.out));
  const derive = given.derive_secret;
  const derived = deriveSecret(CRYPTO, suite, secret(derive.secret), derive.label);
  expect(derived.reveal()).toEqual(bytes(derive.out));
  const { label, generation, length, ...tree } = given.derive_tree_secret;
  const parent = secret(tree.secret);
  const made = deriveTreeSecret(CRYPTO, suite, parent, label, generation, length);
  expect(made.reveal()).toEqual(bytes(tree.out));
});

test.for(EACH)("signatures of suite %i by %s", async ([number, , crypto], context) => {
  const [suite, given] = caseOf(context, number);
  const { label, ...sign } = given.sign_with_label;
  const [key, content] = [bytes(sign.pub), bytes(sign.content)];
  await verifyWithLabel(crypto, suite, key, label, content, bytes(sign.signature));
  const ours = await signWithLabel(crypto, suite, secret(sign.priv), label, content);
  expect(ours).toEqual(bytes(sign.signature));
  expect(await crypto.signaturePublicKey(suite, secret(sign.priv))).toEqual(key);
});

test.for(EACH)("encryption of suite %i by %s", async ([number, , crypto], context) => {
  const [suite, given] = caseOf(context, number);
  const { label, ...sealed } = given.encrypt_with_label;
  const [key, info] = [secret(sealed.priv), bytes(sealed.context)];
  const theirs = {
    kem_output: bytes(sealed.kem_output),
    ciphertext: bytes(sealed.ciphertext),
  };
  const plaintext = bytes(sealed.plaintext);
  const opened = await decryptWithLabel(crypto, suite, key, label, info, theirs);
  expect(opened.reveal()).toEqual(plaintext);
  const to = bytes(sealed.pub);
  const input = secret(sealed.plaintext);
  const ours = await encryptWithLabel(crypto, suite, to, label, info, input);
  const back = await decryptWithLabel(crypto, suite, key, label, info, ours);
  expect(back.reveal()).toEqual(plaintext);
});
