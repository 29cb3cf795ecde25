import { expect, test } from "vitest";

import { EMPTY, ascii } from "../../../src/mls/bytes.ts";
import { decode, encode, encodeLength } from "../../../src/mls/codec/index.ts";
import { DecodeError } from "../../../src/mls/errors.ts";
import {
  Commit,
  MAX_PROPOSALS,
  PROPOSAL_REFERENCE,
  needsPath,
} from "../../../src/mls/messages/commit.ts";
import {
  PROPOSAL_EXTERNAL_INIT,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_PSK,
  PROPOSAL_REINIT,
  PROPOSAL_REMOVE,
  type Proposal,
  customProposal,
} from "../../../src/mls/messages/proposals.ts";
import { PSK_EXTERNAL } from "../../../src/mls/schedule/key_names.ts";

const PSK: Proposal = {
  proposal_type: PROPOSAL_PSK,
  psk: { psktype: PSK_EXTERNAL, psk_id: ascii("house key"), psk_nonce: EMPTY },
};
const REINIT: Proposal = {
  proposal_type: PROPOSAL_REINIT,
  group_id: ascii("new"),
  version: 1,
  cipher_suite: 1,
  extensions: [],
};
const REMOVE: Proposal = { proposal_type: PROPOSAL_REMOVE, removed: 1 };

test.each<readonly [string, boolean, readonly Proposal[]]>([
  ["of nothing", true, []],
  ["of a pre-shared key", false, [PSK]],
  ["of a ReInit", false, [REINIT]],
  ["of a Remove", true, [REMOVE]],
  ["of a pre-shared key and a Remove", true, [PSK, REMOVE]],
  ["of extensions", true, [{ proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS, extensions: [] }]],
  ["of an ExternalInit", true, [{ proposal_type: PROPOSAL_EXTERNAL_INIT, kem_output: EMPTY }]],
  ["of a custom proposal", true, [customProposal(0xf001, EMPTY)]],
])("a commit %s: a path is needed: %s", (_, expected, proposals) => {
  expect(needsPath(proposals)).toBe(expected);
});

test("a flood of proposals is not even read", () => {
  const item = { type: PROPOSAL_REFERENCE, reference: EMPTY } as const;
  const most = Array.from({ length: MAX_PROPOSALS + 1 }, () => item);
  const data = encode(Commit, { proposals: most, path: null });
  expect(decode(Commit, data).proposals).toHaveLength(MAX_PROPOSALS + 1);
  const items = Array.from({ length: MAX_PROPOSALS + 2 }, () => [PROPOSAL_REFERENCE, 0]).flat();
  const flood = Uint8Array.of(...encodeLength(items.length), ...items, 0);
  expect(() => decode(Commit, flood)).toThrow(DecodeError);
});
