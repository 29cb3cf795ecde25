/** Suites of every kind carry a group. */

import { expect, test } from "vitest";

import { ascii } from "../../../src/mls/bytes.ts";
import { SUITES } from "../../../src/mls/crypto/suites.ts";
import { createGroup, encrypt } from "../../../src/mls/group/index.ts";
import { CRYPTO, Crew, NOW, REGISTRY, add, bundleOf, person } from "../../support/people.ts";

test.each([...SUITES.values()].map((suite) => [suite.name, suite] as const))(
  "a group of suite %s",
  async (_name, suite) => {
    const [alice, bob] = [await person("alice", suite), await person("bob", suite)];
    const crew = new Crew();
    const creation = {
      groupId: ascii("suite"),
      suite,
      bundle: await bundleOf(alice),
      authentication: REGISTRY,
      now: NOW,
    };
    crew.set("alice", await createGroup(CRYPTO, creation));
    const bundle = await bundleOf(bob);
    const pending = await crew.commit("alice", [add(bundle)]);
    await crew.accept("alice", pending);
    crew.set("bob", await crew.join(pending, bundle));
    await crew.accept("bob", await crew.commit("bob"));
    crew.agree();
    const [, message] = await encrypt(CRYPTO, crew.get("bob"), ascii("hello"));
    expect((await crew.receive("alice", message)).type).toBe("application");
  },
);
