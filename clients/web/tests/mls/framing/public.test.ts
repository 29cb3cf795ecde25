import { expect, test } from "vitest";

import { EMPTY, ascii } from "../../../src/mls/bytes.ts";
import { decode, encode } from "../../../src/mls/codec/index.ts";
import { Secret } from "../../../src/mls/crypto/secret.ts";
import { DecodeError } from "../../../src/mls/errors.ts";
import {
  CONTENT_COMMIT,
  CONTENT_PROPOSAL,
  type Content,
  SENDER_EXTERNAL,
  SENDER_MEMBER,
  SENDER_NEW_MEMBER_COMMIT,
  type Sender,
  decodeAuthenticatedContent,
  encodeAuthenticatedContent,
} from "../../../src/mls/framing/content.ts";
import {
  PublicMessage,
  authenticated,
  membershipTag,
  verifyMembershipTag,
} from "../../../src/mls/framing/public.ts";
import { PROPOSAL_REMOVE } from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { refused } from "../../support/refused.ts";
import { CRYPTO, SUITE } from "../../support/suite.ts";

const MEMBER: Sender = { sender_type: SENDER_MEMBER, leaf_index: 3 };
const OUTSIDE: Sender = { sender_type: SENDER_EXTERNAL, sender_index: 0 };
const JOINER: Sender = { sender_type: SENDER_NEW_MEMBER_COMMIT };
const REMOVE: Content = {
  content_type: CONTENT_PROPOSAL,
  proposal: { proposal_type: PROPOSAL_REMOVE, removed: 2 },
};
const COMMIT: Content = { content_type: CONTENT_COMMIT, commit: { proposals: [], path: null } };

function message(sender: Sender, content: Content): PublicMessage {
  const frame = { group_id: ascii("group"), epoch: 7n, authenticated_data: EMPTY };
  const confirmation_tag = content.content_type === CONTENT_COMMIT ? ascii("tag") : null;
  return {
    content: { ...frame, sender, content },
    auth: { signature: ascii("signature"), confirmation_tag },
    membership_tag: sender.sender_type === SENDER_MEMBER ? ascii("membership") : null,
  };
}

test.each<readonly [string, Sender, Content]>([
  ["a member's proposal", MEMBER, REMOVE],
  ["a member's commit", MEMBER, COMMIT],
  ["an outsider's proposal", OUTSIDE, REMOVE],
  ["a joiner's commit", JOINER, COMMIT],
])("%s has the tags it should have, and no others", (_, sender, content) => {
  const made = message(sender, content);
  const data = encode(PublicMessage, made);
  expect(decode(PublicMessage, data)).toEqual(made);
  for (let length = 0; length < data.length; length++) {
    expect(() => decode(PublicMessage, data.slice(0, length))).toThrow(DecodeError);
  }
  const vouched = authenticated(made);
  expect(decodeAuthenticatedContent(encodeAuthenticatedContent(vouched))).toEqual(vouched);
});

test("the membership tag is a member's over all that is said and signed", async () => {
  const key = new Secret(new Uint8Array(32).fill(1));
  const [tbs, made] = [ascii("to be signed"), message(MEMBER, COMMIT)];
  const tag = membershipTag(CRYPTO, SUITE, key, tbs, made.auth);
  const verify = (changes: Partial<PublicMessage>, with_ = key, over = tbs): void => {
    verifyMembershipTag(CRYPTO, SUITE, with_, over, { ...made, membership_tag: tag, ...changes });
  };
  verify({});
  const other = new Secret(new Uint8Array(32).fill(2));
  const wrong: readonly Parameters<typeof verify>[] = [
    [{ membership_tag: null }],
    [{ membership_tag: EMPTY }],
    [{ membership_tag: tag.slice(0, -1) }],
    [{ auth: { ...made.auth, signature: EMPTY } }],
    [{ auth: { ...made.auth, confirmation_tag: ascii("other") } }],
    [{}, other],
    [{}, key, ascii("something else")],
  ];
  for (const attempt of wrong) {
    await refused(Rule.MEMBERSHIP_TAG, () => {
      verify(...attempt);
    });
  }
});
