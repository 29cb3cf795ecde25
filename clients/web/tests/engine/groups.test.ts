/** Who a leaf belongs to, and what of MLS the engine does not take. */

import { beforeAll, expect, test } from "vitest";

import * as groups from "../../src/engine/groups.ts";
import type { AccountRecord } from "../../src/engine/records.ts";
import { AUTHENTICATION, UnlistedError, leafOf, personIn } from "../../src/engine/roster.ts";
import { issue, vouch } from "../../src/identity/certificate.ts";
import { DeviceKey, IdentityKey } from "../../src/identity/keys.ts";
import { type ConversationId, type DeviceId, type UserId, identifier } from "../../src/ids.ts";
import { type Bytes, EMPTY, concat, equalBytes } from "../../src/mls/bytes.ts";
import { BASIC, type Credential, X509 } from "../../src/mls/credentials.ts";
import { Secret } from "../../src/mls/crypto/index.ts";
import { MlsError, ValidationError } from "../../src/mls/errors.ts";
import { members } from "../../src/mls/group/index.ts";
import { snapshot } from "../../src/mls/group/snapshot.ts";
import { Rule } from "../../src/mls/rules.ts";
import { accountOf } from "../support/account.ts";
import { CRYPTO } from "../support/suite.ts";

const SHORT = Uint8Array.of(1, 2, 3);
const NOW = 1_790_000_000;
const SEED = new Secret(new Uint8Array(32).fill(9));
const TALK = identifier<ConversationId>(new Uint8Array(16).fill(5));
const USER = identifier<UserId>(new Uint8Array(16));
const DEVICE = identifier<DeviceId>(new Uint8Array(16).fill(1));
let key: DeviceKey;
let identity: IdentityKey;
let anna: AccountRecord;
let bo: AccountRecord;

beforeAll(async () => {
  key = await DeviceKey.of(new Secret(new Uint8Array(32).fill(8)));
  identity = await IdentityKey.of(SEED);
  anna = await accountOf(1);
  bo = await accountOf(2);
});

function basic(identityBytes: Bytes): Credential {
  return { credential_type: BASIC, identity: identityBytes };
}

async function credential(user = USER, device = DEVICE, by = identity): Promise<Credential> {
  return basic(await issue(by, user, device, key.public, 1));
}

async function refusedBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

test("a leaf is whose its certificate says", async () => {
  const shown = await credential();
  await AUTHENTICATION.authenticate(shown, key.public);
  const leaf = await leafOf({ leaf: 3, credential: shown, signature_key: key.public });
  expect(leaf).toEqual({ index: 3, user: USER, device: DEVICE, identity_key: identity.public });
  expect(personIn(shown)).toBe(USER);
});

test("a leaf of another key, another signature, or of no certificate is nobody's", async () => {
  const certificate = await issue(identity, USER, DEVICE, key.public, 1);
  const changed = concat(certificate.slice(0, -1), new Uint8Array(1));
  for (const [shown, signatureKey] of [
    [basic(certificate), new Uint8Array(32)],
    [basic(changed), key.public],
    [basic(EMPTY), key.public],
    [{ credential_type: X509, certificates: [] } as const, key.public],
  ] as const) {
    const error = await refusedBy(AUTHENTICATION.authenticate(shown, signatureKey));
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).rule).toBe(Rule.CREDENTIAL_NOT_AUTHENTICATED);
    expect(error).not.toBeInstanceOf(UnlistedError);
  }
});

test("a certificate by another device waits for the key directory", async () => {
  const by = identifier<DeviceId>(new Uint8Array(16).fill(2));
  const { public: identity_key } = identity;
  const device_key = new Uint8Array(32).fill(3);
  const what = { by, user: USER, identity_key, device: DEVICE, device_key, created: 1 };
  const certificate = await vouch(key, what);
  const error = await refusedBy(AUTHENTICATION.authenticate(basic(certificate), device_key));
  expect(error).toBeInstanceOf(UnlistedError);
  expect(equalBytes((error as UnlistedError).certificate, certificate)).toBe(true);
});

test("a leaf stays with its device", async () => {
  const own = await credential();
  const others = [
    await credential(bo.user),
    await credential(USER, bo.device),
    await credential(USER, DEVICE, await IdentityKey.of(new Secret(new Uint8Array(32)))),
    basic(EMPTY),
  ];
  expect(await AUTHENTICATION.sameClient(own, await credential())).toBe(true);
  for (const other of others) expect(await AUTHENTICATION.sameClient(own, other)).toBe(false);
});

test("a claimed key package is the device's that was asked for", async () => {
  const [ref, record] = await groups.makeKeyPackage(CRYPTO, anna, NOW, 3600, { lastResort: false });
  const { user, device } = anna;
  const { key_package } = record;
  expect((await groups.certified({ user, device, key_package }))?.device_id).toBe(device);
  expect(groups.certificateIn({ user, device, key_package })).toEqual(anna.certificate);
  expect(ref).toHaveLength(2 * groups.SUITE.hash_length);
  expect(await groups.certified({ user: USER, device, key_package })).toBeNull();
  expect(await groups.certified({ user, device: DEVICE, key_package })).toBeNull();
  expect(await groups.certified({ user, device, key_package: SHORT })).toBeNull();
  expect(groups.certificateIn({ user, device, key_package: SHORT })).toEqual(EMPTY);
});

test("a group of one brings in whom it is asked to, and nobody else comes", async () => {
  const { group } = await groups.create(CRYPTO, anna, TALK, NOW);
  const [ref, record] = await groups.makeKeyPackage(CRYPTO, bo, NOW, 3600, { lastResort: false });
  const made = await groups.commit(CRYPTO, group, NOW, { add: [record.key_package] });
  const after = groups.adopted(groups.restored(made.parts), group, NOW);
  const tree = after.tree.encode();
  const packages = new Map([[ref, record]]);
  const joined = await groups.join(CRYPTO, TALK, made.welcome, tree, packages, bo, NOW);
  expect(joined.by).toBe(anna.user);
  expect(joined.ref).toBe(ref);
  expect(members(joined.group)).toHaveLength(2);
  expect(groups.epochIn(joined.group)).toBe(1);
  const [, sealed] = await groups.encrypt(CRYPTO, after, SHORT, EMPTY);
  const heard = await groups.hear(CRYPTO, joined.group, sealed, NOW);
  expect(heard).toMatchObject({ type: "application", epoch: 1, data: SHORT });
});

test("a Welcome is for the conversation that it is said to be for", async () => {
  const { group } = await groups.create(CRYPTO, anna, TALK, NOW);
  const [ref, record] = await groups.makeKeyPackage(CRYPTO, bo, NOW, 3600, { lastResort: false });
  const made = await groups.commit(CRYPTO, group, NOW, { add: [record.key_package] });
  const tree = groups.restored(made.parts).tree.encode();
  const other = identifier<ConversationId>(new Uint8Array(16).fill(6));
  const packages = new Map([[ref, record]]);
  for (const [talk, held, rule] of [
    [other, packages, Rule.GROUP_ID_MATCHES],
    [TALK, new Map(), Rule.WELCOME_FOR_US],
  ] as const) {
    const work = groups.join(CRYPTO, talk, made.welcome, tree, held, bo, NOW);
    expect(await refusedBy(work)).toMatchObject({ rule });
  }
});

test("an epoch that no number holds is none of ours", async () => {
  const { group } = await groups.create(CRYPTO, anna, TALK, NOW);
  const last = { ...group, context: { ...group.context, epoch: 2n ** 53n - 1n } };
  const beyond = { ...group, context: { ...group.context, epoch: 2n ** 53n } };
  expect(groups.epochIn(last)).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => groups.epochIn(beyond)).toThrow(MlsError);
  expect(() => groups.restored(snapshot(beyond))).toThrow(MlsError);
  expect(await refusedBy(groups.commit(CRYPTO, last, NOW))).toBeInstanceOf(MlsError);
});

/** Return what `peek` reads: a private message of an empty group. */
function header(...epoch: readonly number[]): Bytes {
  return Uint8Array.of(0, 1, 0, 2, 0, ...epoch, 1);
}

test("bytes that are no message have no epoch, and an epoch beyond all of ours is the last", () => {
  expect(groups.epochOf(EMPTY)).toBeNull();
  expect(groups.epochOf(Uint8Array.of(0, 1, 0, 9))).toBeNull();
  expect(groups.epochOf(header(0, 0, 0, 0, 0, 0, 1, 2))).toBe(258);
  expect(groups.epochOf(header(0, 0x20, 0, 0, 0, 0, 0, 0))).toBe(Number.MAX_SAFE_INTEGER);
});
