import { expect, test } from "vitest";

import { EMPTY, ascii, concat } from "../../../src/mls/bytes.ts";
import { decode, encode } from "../../../src/mls/codec/index.ts";
import { DecodeError } from "../../../src/mls/errors.ts";
import {
  CONTENT_APPLICATION,
  FramedContent,
  SENDER_EXTERNAL,
  SENDER_MEMBER,
  SENDER_NEW_MEMBER_COMMIT,
  SENDER_NEW_MEMBER_PROPOSAL,
  type Sender,
  WIRE_PRIVATE_MESSAGE,
  WIRE_PUBLIC_MESSAGE,
  framedContentTbs,
  proposalRef,
  signContent,
  verifyContent,
} from "../../../src/mls/framing/content.ts";
import { GroupContext } from "../../../src/mls/schedule/context.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { bytes } from "../../support/bytes.ts";
import { refused } from "../../support/refused.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";

const CONTEXT: GroupContext = {
  version: 1,
  cipher_suite: 1,
  group_id: ascii("group"),
  epoch: 7n,
  tree_hash: new Uint8Array(32),
  confirmed_transcript_hash: new Uint8Array(32),
  extensions: [],
};
const MEMBER: Sender = { sender_type: SENDER_MEMBER, leaf_index: 3 };

function content(sender: Sender): FramedContent {
  return {
    group_id: ascii("group"),
    epoch: 7n,
    sender,
    authenticated_data: EMPTY,
    content: { content_type: CONTENT_APPLICATION, application_data: ascii("hello") },
  };
}

test("a FramedContent is written as RFC 9420 says", () => {
  const expected = "0567726f7570" + "0000000000000007" + "0100000003" + "00" + "010568656c6c6f";
  expect(encode(FramedContent, content(MEMBER))).toEqual(bytes(expected));
  expect(decode(FramedContent, bytes(expected))).toEqual(content(MEMBER));
});

test.each(["00", "05", "ff"])("a sender of the unknown type %s is refused", (type) => {
  const data = bytes(`0567726f75700000000000000007${type}0000000300010568656c6c6f`);
  expect(() => decode(FramedContent, data)).toThrow(DecodeError);
});

test.each<readonly [string, Sender, boolean]>([
  ["a member", MEMBER, true],
  ["a joiner", { sender_type: SENDER_NEW_MEMBER_COMMIT }, true],
  ["a newcomer", { sender_type: SENDER_NEW_MEMBER_PROPOSAL }, false],
  ["an outsider", { sender_type: SENDER_EXTERNAL, sender_index: 0 }, false],
])("what %s signs: does it hold the GroupContext? %s", (_, sender, held) => {
  const tbs = framedContentTbs(WIRE_PUBLIC_MESSAGE, content(sender), CONTEXT);
  const start = concat(bytes("00010001"), encode(FramedContent, content(sender)));
  const context = held ? encode(GroupContext, CONTEXT) : EMPTY;
  expect(tbs).toEqual(concat(start, context));
});

test("a signature is for one wire format, and for what was said", async () => {
  const pair = await CRYPTO.signatureKeyPair(SUITE);
  const tbs = framedContentTbs(WIRE_PUBLIC_MESSAGE, content(MEMBER), CONTEXT);
  const signature = await signContent(CRYPTO, SUITE, pair.private_key, tbs);
  await verifyContent(CRYPTO, SUITE, pair.public_key, tbs, signature);
  const other = framedContentTbs(WIRE_PRIVATE_MESSAGE, content(MEMBER), CONTEXT);
  for (const [said, signed] of [
    [other, signature],
    [tbs, EMPTY],
    [tbs, new Uint8Array(64)],
  ] as const) {
    await refused(Rule.CONTENT_SIGNATURE, () =>
      verifyContent(CRYPTO, SUITE, pair.public_key, said, signed),
    );
  }
});

test("a ProposalRef names the signature as well", () => {
  const auth = { signature: ascii("one"), confirmation_tag: null };
  const message = { wire_format: WIRE_PUBLIC_MESSAGE, content: content(MEMBER), auth } as const;
  const ref = proposalRef(CRYPTO, SUITE, message);
  expect(ref).toHaveLength(32);
  const resigned = { ...message, auth: { ...auth, signature: ascii("two") } };
  expect(proposalRef(CRYPTO, SUITE, resigned)).not.toEqual(ref);
});
