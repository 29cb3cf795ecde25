/** What is sealed opens as it was, for its key alone, and tells its length only roughly. */

import { describe, expect, test } from "vitest";

import { type Bytes, EMPTY, ascii, concat } from "../../../src/mls/bytes.ts";
import { encode } from "../../../src/mls/codec/index.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { cipherSuite } from "../../../src/mls/crypto/suites.ts";
import { DecodeError, UsageError } from "../../../src/mls/errors.ts";
import {
  type AuthenticatedContent,
  CONTENT_APPLICATION,
  CONTENT_COMMIT,
  CONTENT_PROPOSAL,
  type Content,
  SENDER_EXTERNAL,
  SENDER_MEMBER,
  WIRE_PRIVATE_MESSAGE,
} from "../../../src/mls/framing/content.ts";
import {
  SenderData,
  openContent,
  openSenderData,
  seal,
  senderDataKey,
} from "../../../src/mls/framing/private.ts";
import {
  PrivateContentAAD,
  type PrivateMessage,
  SenderDataAAD,
} from "../../../src/mls/framing/private_message.ts";
import { PROPOSAL_REMOVE } from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import type { MessageKey } from "../../../src/mls/schedule/secret_tree.ts";
import { failure, refused } from "../../support/refused.ts";
import { CRYPTO } from "../../support/suite.ts";

const TAG = ascii("tag");
const DATA = { content_type: CONTENT_APPLICATION, application_data: ascii("hello") } as const;
const REMOVE = { proposal_type: PROPOSAL_REMOVE, removed: 2 } as const;
const COMMIT = { content_type: CONTENT_COMMIT, commit: { proposals: [], path: null } } as const;

function message(content: Content = DATA): AuthenticatedContent {
  const sender = { sender_type: SENDER_MEMBER, leaf_index: 3 } as const;
  const frame = { group_id: ascii("group"), epoch: 7n, authenticated_data: ascii("seen by all") };
  const confirmation_tag = content.content_type === CONTENT_COMMIT ? TAG : null;
  const auth = { signature: ascii("signature"), confirmation_tag };
  return { wire_format: WIRE_PRIVATE_MESSAGE, content: { ...frame, sender, content }, auth };
}

describe.each([0x0001, 0x0003, 0xf00d])("with suite %s", (number) => {
  const suite = cipherSuite(number);
  const secret = new Secret(new Uint8Array(suite.hash_length).fill(5));
  const key: MessageKey = {
    generation: 9,
    key: new Secret(new Uint8Array(suite.aead_key_length).fill(1)),
    nonce: new Secret(new Uint8Array(12).fill(2)),
  };
  const sealed = (content?: Content, padding = 64): Promise<PrivateMessage> =>
    seal(CRYPTO, suite, message(content), key, secret, padding);
  const sender: SenderData = { leaf_index: 3, generation: 9, reuse_guard: new Uint8Array(4) };

  /** Seal any plaintext at all. */
  async function sealedPlaintext(plaintext: Bytes): Promise<PrivateMessage> {
    const frame = {
      group_id: ascii("group"),
      epoch: 7n,
      content_type: CONTENT_APPLICATION,
    } as const;
    const aad = encode(PrivateContentAAD, { ...frame, authenticated_data: EMPTY });
    const nonce = key.nonce.reveal();
    const ciphertext = await CRYPTO.aeadSeal(suite, key.key, nonce, aad, plaintext);
    return { ...frame, authenticated_data: EMPTY, encrypted_sender_data: EMPTY, ciphertext };
  }

  test.each<readonly [string, Content]>([
    ["application data", DATA],
    ["a proposal", { content_type: CONTENT_PROPOSAL, proposal: REMOVE }],
    ["a commit", COMMIT],
  ])("%s opens as it was", async (_, content) => {
    const travelling = await sealed(content);
    const found = await openSenderData(CRYPTO, suite, travelling, secret);
    expect(found).toMatchObject({ leaf_index: 3, generation: 9 });
    expect(await openContent(CRYPTO, suite, travelling, found, key)).toEqual(message(content));
  });

  test("no two messages look alike, even under one key", async () => {
    const [one, other] = [await sealed(), await sealed()];
    expect(one.ciphertext).not.toEqual(other.ciphertext);
    expect(one.encrypted_sender_data).not.toEqual(other.encrypted_sender_data);
  });

  test.each([1, 64, 256])("a plaintext fills a multiple of %s bytes", async (padding) => {
    for (const length of [0, 1, 50, 200, 300]) {
      const data = { ...DATA, application_data: new Uint8Array(length) };
      const { ciphertext } = await sealed(data, padding);
      expect((ciphertext.length - 16) % padding).toBe(0);
    }
  });

  test("padding that is not zero is refused", async () => {
    const content = concat(Uint8Array.of(5), ascii("hello"), Uint8Array.of(1), ascii("s"));
    const open = async (padding: Bytes): Promise<AuthenticatedContent> =>
      openContent(CRYPTO, suite, await sealedPlaintext(concat(content, padding)), sender, key);
    expect((await open(new Uint8Array(9))).content.content).toEqual(DATA);
    expect((await open(EMPTY)).content.content).toEqual(DATA);
    for (const padding of [Uint8Array.of(1), Uint8Array.of(0, 0, 1), Uint8Array.of(0, 1, 0)]) {
      await refused(Rule.PADDING_ZERO, () => open(padding));
    }
  });

  test("a plaintext that is no content is refused", async () => {
    for (const plaintext of [EMPTY, Uint8Array.of(9, 1), Uint8Array.of(0)]) {
      const travelling = await sealedPlaintext(plaintext);
      const error = await failure(() => openContent(CRYPTO, suite, travelling, sender, key));
      expect(error).toBeInstanceOf(DecodeError);
    }
  });

  test("whatever is changed, it does not open", async () => {
    const travelling = await sealed();
    const found = await openSenderData(CRYPTO, suite, travelling, secret);
    const flipped = (bytes: Bytes): Bytes =>
      concat(bytes.slice(0, -1), Uint8Array.of(~(bytes.at(-1) ?? 0)));
    for (const changes of [
      { group_id: ascii("other") },
      { epoch: 8n },
      { content_type: CONTENT_PROPOSAL },
      { authenticated_data: EMPTY },
      { ciphertext: flipped(travelling.ciphertext) },
      { ciphertext: EMPTY },
    ] as const) {
      const changed = { ...travelling, ...changes };
      await refused(Rule.CONTENT_DECRYPTS, () => openContent(CRYPTO, suite, changed, found, key));
    }
    const guarded = { ...found, reuse_guard: new Uint8Array(4) };
    await refused(Rule.CONTENT_DECRYPTS, () =>
      openContent(CRYPTO, suite, travelling, guarded, key),
    );
    for (const changes of [
      { group_id: ascii("other") },
      { epoch: 8n },
      { content_type: CONTENT_PROPOSAL },
      { ciphertext: Uint8Array.of(0, ...travelling.ciphertext) },
      { encrypted_sender_data: flipped(travelling.encrypted_sender_data) },
      { encrypted_sender_data: EMPTY },
    ] as const) {
      const changed = { ...travelling, ...changes };
      await refused(Rule.SENDER_DATA_DECRYPTS, () =>
        openSenderData(CRYPTO, suite, changed, secret),
      );
    }
  });

  test("sender data that is none is refused", async () => {
    const travelling = await sealed();
    const opener = senderDataKey(CRYPTO, suite, secret, travelling.ciphertext);
    const [nonce, aad] = [opener.nonce.reveal(), encode(SenderDataAAD, travelling)];
    for (const wrong of [new Uint8Array(11), concat(encode(SenderData, sender), EMPTY, TAG)]) {
      const encrypted_sender_data = await CRYPTO.aeadSeal(suite, opener.key, nonce, aad, wrong);
      const changed = { ...travelling, encrypted_sender_data };
      const error = await failure(() => openSenderData(CRYPTO, suite, changed, secret));
      expect(error).toBeInstanceOf(DecodeError);
    }
  });

  test("only a member sends a PrivateMessage", async () => {
    const { content, ...rest } = message();
    const outside = { sender_type: SENDER_EXTERNAL, sender_index: 0 } as const;
    const foreign = { ...rest, content: { ...content, sender: outside } };
    const error = await failure(() => seal(CRYPTO, suite, foreign, key, secret, 64));
    expect(error).toBeInstanceOf(UsageError);
  });
});
