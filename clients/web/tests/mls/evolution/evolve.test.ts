/** `evolve` relies on nothing but the signature having been verified. */

import { test } from "vitest";

import { EMPTY } from "../../../src/mls/bytes.ts";
import { evolve } from "../../../src/mls/evolution/evolve.ts";
import { judgeOf } from "../../../src/mls/evolution/leaves.ts";
import { SENDER_NEW_MEMBER_COMMIT } from "../../../src/mls/framing/content.ts";
import { PROPOSAL_BY_VALUE } from "../../../src/mls/messages/commit.ts";
import { PROPOSAL_EXTERNAL_INIT } from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { CRYPTO, NOW, REGISTRY, founded } from "../../support/people.ts";
import { refused } from "../../support/refused.ts";

test("an external commit without a path leads nowhere", async () => {
  const state = (await founded(["alice", "bob"])).get("alice");
  const proposal = { proposal_type: PROPOSAL_EXTERNAL_INIT, kem_output: EMPTY } as const;
  const commit = { proposals: [{ type: PROPOSAL_BY_VALUE, proposal }], path: null } as const;
  const newcomer = { sender_type: SENDER_NEW_MEMBER_COMMIT } as const;
  await refused(Rule.EXTERNAL_COMMIT_PATH, () =>
    evolve(CRYPTO, state, newcomer, commit, new Map(), judgeOf(REGISTRY, NOW)),
  );
});
