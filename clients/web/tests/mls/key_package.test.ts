import { inspect } from "node:util";

import { expect, test } from "vitest";

import { EMPTY, ascii, fromHex, toHex } from "../../src/mls/bytes.ts";
import { decode, encode, uint16, vector } from "../../src/mls/codec/index.ts";
import type { AuthenticationService } from "../../src/mls/credentials.ts";
import { signWithLabel } from "../../src/mls/crypto/labels.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { DecodeError } from "../../src/mls/errors.ts";
import { Extension, LAST_RESORT, MAX_LISTED, RATCHET_TREE } from "../../src/mls/extensions.ts";
import {
  KeyPackage,
  type KeyPackageBundle,
  type KeyPackageChoices,
  createKeyPackage,
  isLastResort,
  keyPackageReference,
  validateKeyPackage,
} from "../../src/mls/key_package.ts";
import { Rule } from "../../src/mls/rules.ts";
import {
  Capabilities,
  DEFAULT_CAPABILITIES,
  LEAF_KEY_PACKAGE,
  LEAF_UPDATE,
  type LeafNode,
  signKeyPackageLeaf,
} from "../../src/mls/tree/nodes.ts";
import { type LeafRules, MAX_LIFETIME, leafRules } from "../../src/mls/tree/validation.ts";
import { refused } from "../support/refused.ts";
import { CRYPTO, NOW, SUITE } from "../support/suite.ts";

const DAY = 24 * 3600;
const LIFETIME = { not_before: BigInt(NOW - DAY), not_after: BigInt(NOW + 60 * DAY) };
const RULES = leafRules(SUITE, []);
const TRUSTING: AuthenticationService = { authenticate: () => undefined, sameClient: () => true };

async function bundle(
  name: string,
  choices: Partial<KeyPackageChoices> = {},
): Promise<KeyPackageBundle> {
  const { private_key: key } = await CRYPTO.signatureKeyPair(SUITE);
  const credential = { credential_type: 1, identity: ascii(name) } as const;
  return createKeyPackage(CRYPTO, SUITE, credential, key, { lifetime: LIFETIME, ...choices });
}

const ADA = await bundle("ada");
const LEAF = ADA.key_package.leaf_node;

function validate(keyPackage: KeyPackage, rules: LeafRules = RULES, now = NOW): Promise<void> {
  return validateKeyPackage(CRYPTO, keyPackage, { rules, authentication: TRUSTING, now });
}

const extension = (kind: number): Extension => ({ extension_type: kind, extension_data: EMPTY });

/** Ada's KeyPackage, changed and signed as a whole again; the leaf as it is. */
async function signed(changes: Partial<KeyPackage>): Promise<KeyPackage> {
  const unsigned = { ...ADA.key_package, ...changes, signature: EMPTY };
  const content = encode(KeyPackage, unsigned).slice(0, -1);
  const key = ADA.signature_private_key;
  const signature = await signWithLabel(CRYPTO, SUITE, key, "KeyPackageTBS", content);
  return { ...unsigned, signature };
}

/** Ada's KeyPackage with another leaf, both signed again. */
async function withLeaf(changes: Partial<LeafNode>): Promise<KeyPackage> {
  const key = ADA.signature_private_key;
  const leaf_node = await signKeyPackageLeaf(CRYPTO, SUITE, key, { ...LEAF, ...changes });
  return signed({ leaf_node });
}

test("a KeyPackage is valid and read as written", async () => {
  await validate(ADA.key_package);
  const received = decode(KeyPackage, encode(KeyPackage, ADA.key_package));
  await validate(received);
  expect(received).toEqual(ADA.key_package);
  const reference = keyPackageReference(CRYPTO, SUITE, received);
  expect(reference).toEqual(keyPackageReference(CRYPTO, SUITE, ADA.key_package));
  expect(reference).toHaveLength(32);
  expect(inspect(ADA)).toContain("Secret(32 bytes)");
});

test("a last-resort package says so, and its leaf that it can", async () => {
  const made = await bundle("ada", { lastResort: true });
  await validate(made.key_package);
  expect(isLastResort(made.key_package)).toBe(true);
  expect(isLastResort(ADA.key_package)).toBe(false);
  const silent = await bundle("ada", {
    lastResort: true,
    capabilities: { ...DEFAULT_CAPABILITIES, extensions: [] },
  });
  await refused(Rule.LEAF_EXTENSIONS_IN_CAPABILITIES, () => validate(silent.key_package));
});

test("GREASE in a KeyPackage is ignored", async () => {
  const made = await bundle("ada", {
    capabilities: { ...DEFAULT_CAPABILITIES, extensions: [LAST_RESORT, 0x0a0a] },
    extensions: [extension(0x0a0a)],
    leafExtensions: [extension(0x0a0a)],
  });
  await validate(made.key_package);
});

test.each([{ extensions: [RATCHET_TREE] }, { proposals: [3] }])(
  "what everyone supports anyway is not listed: %o",
  async (listed) => {
    const capabilities = { ...DEFAULT_CAPABILITIES, ...listed };
    await refused(Rule.DEFAULTS_UNLISTED, () => bundle("ada", { capabilities }));
  },
);

test("a package of another version or suite is refused", async () => {
  const { key_package: own } = ADA;
  await refused(Rule.KEY_PACKAGE_VERSION, () => validate({ ...own, version: 2 }));
  await refused(Rule.KEY_PACKAGE_SUITE, () => validate({ ...own, cipher_suite: 3 }));
});

test.each([0, 5, 64])("a package with a signature of %s zeros is refused", async (length) => {
  const unsigned = { ...ADA.key_package, signature: new Uint8Array(length) };
  await refused(Rule.KEY_PACKAGE_SIGNATURE, () => validate(unsigned));
});

test("a swapped init key or leaf is refused", async () => {
  // Whoever could swap the key could read the Welcome.
  const { init_key, leaf_node } = (await bundle("eve")).key_package;
  for (const swapped of [{ init_key }, { leaf_node }]) {
    const changed = { ...ADA.key_package, ...swapped };
    await refused(Rule.KEY_PACKAGE_SIGNATURE, () => validate(changed));
  }
});

test("one key for two uses is refused", async () => {
  const doubled = await signed({ init_key: LEAF.encryption_key });
  await refused(Rule.KEY_PACKAGE_INIT_KEY, () => validate(doubled));
});

test.each([0, 32])("an init key of %s zeros is refused", async (length) => {
  const bad = await signed({ init_key: new Uint8Array(length) });
  await refused(Rule.PUBLIC_KEY_VALID, () => validate(bad));
});

test("an unsigned leaf in a signed package is refused", async () => {
  const made = await signed({ leaf_node: { ...LEAF, signature: EMPTY } });
  await refused(Rule.LEAF_SIGNATURE, () => validate(made));
});

test.each([
  ["is over", 0, NOW - 1, Rule.LEAF_LIFETIME_CURRENT],
  ["has not begun", NOW + 1, NOW + DAY, Rule.LEAF_LIFETIME_CURRENT],
  ["is too long", NOW - 1, NOW + MAX_LIFETIME, Rule.LEAF_LIFETIME_BOUNDED],
])("a package whose lifetime %s is refused", async (_, start, end, rule) => {
  const lifetime = { not_before: BigInt(start), not_after: BigInt(end) };
  const leaf_node_source = { leaf_node_source: LEAF_KEY_PACKAGE, lifetime } as const;
  const made = await withLeaf({ leaf_node_source });
  await refused(rule, () => validate(made));
});

test("a lifetime includes both its ends", async () => {
  for (const end of [LIFETIME.not_before, LIFETIME.not_after]) {
    await validate(ADA.key_package, RULES, Number(end));
  }
});

test("a leaf of another source is refused", async () => {
  const made = await signed({
    leaf_node: { ...LEAF, leaf_node_source: { leaf_node_source: LEAF_UPDATE } },
  });
  await refused(Rule.LEAF_SOURCE, () => validate(made));
});

test("extensions are unique and in their place", async () => {
  const misplaced = await signed({ extensions: [extension(RATCHET_TREE)] });
  await refused(Rule.EXTENSION_ELSEWHERE, () => validate(misplaced));
  const twice = await signed({ extensions: [extension(0x0a0a), extension(0x0a0a)] });
  await refused(Rule.EXTENSION_UNIQUE, () => validate(twice));
});

test("a package must suit the group", async () => {
  const rules = leafRules(SUITE, [extension(0xf123)]);
  await refused(Rule.LEAF_SUPPORTS_GROUP_CONTEXT, () => validate(ADA.key_package, rules));
});

test("a bundle tells none of its private keys", () => {
  for (const key of [ADA.init_private_key, ADA.leaf_private_key, ADA.signature_private_key]) {
    expect(key).toBeInstanceOf(Secret);
  }
});

test("long capabilities are not searched for the extensions of a package", async () => {
  const types = Array.from({ length: MAX_LISTED }, (_, place) => 0xf000 + place);
  const unsearched = Object.assign([...types], {
    includes: () => expect.unreachable("a list is searched"),
  });
  const capabilities = { ...DEFAULT_CAPABILITIES, extensions: unsearched };
  const packaged = await withLeaf({ capabilities });
  await validate(await signed({ ...packaged, extensions: types.map(extension) }));
});

// Each is looked for in the others: what is not bounded, time is not either.
test("no structure lists more extensions or types than are read", () => {
  const types = Array.from({ length: MAX_LISTED }, (_, place) => 0xf000 + place);
  const numbers = vector(uint16);
  const listed = { ...DEFAULT_CAPABILITIES, proposals: types };
  const data = encode(Capabilities, listed);
  expect(decode(Capabilities, data)).toEqual(listed);
  expect(() =>
    decode(Capabilities, swapped(data, encode(numbers, types), encode(numbers, [...types, 1]))),
  ).toThrow(DecodeError);
  const unbounded = vector(Extension);
  const extensions = types.map(extension);
  const whole = encode(KeyPackage, { ...ADA.key_package, extensions });
  expect(decode(KeyPackage, whole).extensions).toEqual(extensions);
  const longer = encode(unbounded, [...extensions, extension(1)]);
  expect(() => decode(KeyPackage, swapped(whole, encode(unbounded, extensions), longer))).toThrow(
    DecodeError,
  );
});

/** Return `data` with what stands in place of the one occurrence of `old` in it. */
function swapped(data: Uint8Array, old: Uint8Array, put: Uint8Array): Uint8Array {
  const [before, after] = toHex(data).split(toHex(old));
  return fromHex(`${before ?? ""}${toHex(put)}${after ?? ""}`);
}
