/** No secret is printed, logged, thrown or made JSON of, whatever is done with a state. */

import { beforeAll, describe, expect, test } from "vitest";

import { type Bytes, EMPTY, ascii, concat } from "../../src/mls/bytes.ts";
import { decode, encode } from "../../src/mls/codec/index.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { MlsError } from "../../src/mls/errors.ts";
import {
  type GroupState,
  type PendingCommit,
  encrypt,
  exportSecret,
  join,
  process,
  proposeUpdate,
  restore,
  snapshot,
} from "../../src/mls/group/index.ts";
import type { KeyPackageBundle } from "../../src/mls/key_package.ts";
import { GroupSecrets } from "../../src/mls/messages/welcome.ts";
import {
  CRYPTO,
  type Crew,
  NOW,
  REGISTRY,
  add,
  bundleOf,
  byReference,
  founded,
  person,
} from "../support/people.ts";
import { failure } from "../support/refused.ts";
import { leaked, secretsIn, shown } from "../support/leaks.ts";

let crew: Crew;
let state: GroupState;
let bundle: KeyPackageBundle;
let pending: PendingCommit;

// A state that has all there is: past epochs, skipped keys, an own Update, pending proposals.
beforeAll(async () => {
  crew = await founded(["alice", "bob", "carol"]);
  await crew.accept("bob", await crew.commit("bob"));
  let { state: sending, message } = { state: crew.get("bob"), message: EMPTY };
  for (let count = 0; count < 4; count++) {
    [sending, message] = await encrypt(CRYPTO, sending, ascii(`message ${count}`));
  }
  await crew.hear("alice", message);
  const update = await proposeUpdate(CRYPTO, crew.get("alice"));
  state = update.state;
  bundle = await bundleOf(await person("dave"));
  pending = await crew.commit("carol", [add(bundle)]);
});

test("the search finds secrets, and what is shown of them in any form", () => {
  const secret = new Secret(CRYPTO.random(32));
  const holder = { deep: new Map([[1, [{ secret }]]]), bytes: secret.reveal() };
  expect(secretsIn({ deep: holder.deep })).toEqual([secret]);
  expect(leaked([secret], shown({ deep: holder.deep }))).toEqual([]);
  expect(leaked([secret], shown(holder))).toEqual([secret]);
  const raw = Buffer.from(secret.reveal());
  for (const form of [raw.toString("hex"), raw.toString("base64"), raw.join(", ")]) {
    expect(leaked([secret], `an error about ${form} there`)).toEqual([secret]);
  }
});

describe.each<readonly [string, () => unknown, number]>([
  ["a group state", () => state, 25],
  ["a state restored from its snapshot", () => restore(snapshot(state)), 25],
  ["a pending commit", () => pending, 25],
  ["a KeyPackage and its keys", () => bundle, 3],
])("%s", (_, made, atLeast) => {
  test("keeps its secrets as Secrets and shows none", () => {
    const value = made();
    const secrets = secretsIn(value);
    expect(secrets.length).toBeGreaterThanOrEqual(atLeast);
    expect(leaked(secrets, shown(value))).toEqual([]);
  });
});

test("no bytes of a state are those of one of its secrets", () => {
  const seen = new Set<unknown>();
  const bytes: Uint8Array[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof Uint8Array) bytes.push(value);
    else if (value instanceof Map) for (const part of value.values()) walk(part);
    else for (const part of Object.values(value)) walk(part);
  };
  walk(state);
  const known = new Set(secretsIn(state).map((secret) => Buffer.from(secret.reveal()).join()));
  expect(bytes.length).toBeGreaterThan(0);
  expect(bytes.filter((each) => known.has(each.join()))).toEqual([]);
});

test("what a Welcome seals and what is exported does not show", () => {
  const secrets: GroupSecrets = {
    joiner_secret: new Secret(CRYPTO.random(32)),
    path_secret: { path_secret: new Secret(CRYPTO.random(32)) },
    psks: [],
  };
  const opened = decode(GroupSecrets, encode(GroupSecrets, secrets));
  expect(secretsIn(opened)).toHaveLength(2);
  expect(leaked(secretsIn(opened), shown(opened))).toEqual([]);
  const exported = exportSecret(CRYPTO, state, "label", EMPTY, 32);
  expect(leaked([exported], shown({ exported }))).toEqual([]);
});

/** Everything that can be told to somebody who fails: the error, its causes and its stack. */
function told(error: MlsError): string {
  const causes: unknown[] = [];
  for (let each: unknown = error; each instanceof Error; each = each.cause) causes.push(each);
  return causes.map((each) => shown(each) + String((each as Error).stack)).join("\n");
}

test("what fails tells no secret", async () => {
  const judge = { authentication: REGISTRY, now: NOW };
  const [, message] = await encrypt(CRYPTO, crew.get("bob"), ascii("hello"));
  const flipped = (place: number): Bytes =>
    message.map((byte, at) => (at === place ? ~byte : byte));
  const welcome = pending.welcome ?? EMPTY;
  const bundles = byReference({ ...bundle, init_private_key: bundle.leaf_private_key });
  const joining = { ...judge, ratchetTree: pending.ratchet_tree };
  const failing: readonly (() => Promise<unknown>)[] = [
    ...[message.length - 1, message.length - 300].map(
      (place) => () => process(CRYPTO, state, flipped(place), judge),
    ),
    () => process(CRYPTO, state, concat(message, EMPTY).slice(0, -1), judge),
    () => process(CRYPTO, state, pending.message.slice(0, 40), judge),
    () => join(CRYPTO, welcome, bundles, joining),
    () => join(CRYPTO, welcome, byReference(bundle), { ...joining, ratchetTree: null }),
    () => Promise.resolve().then(() => exportSecret(CRYPTO, state, "label", EMPTY, 10_000)),
    () => Promise.resolve().then(() => restore(new Map())),
  ];
  const secrets = [...secretsIn(state), ...secretsIn(crew.get("bob")), ...secretsIn(bundle)];
  for (const fails of failing) {
    expect(leaked(secrets, told(await failure(fails)))).toEqual([]);
  }
});
