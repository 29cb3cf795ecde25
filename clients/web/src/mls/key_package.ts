/** KeyPackage: how a client can be added while it is away (RFC 9420 §10). */

import { type Bytes, EMPTY, equalBytes } from "./bytes.ts";
import {
  type Infer,
  copied,
  encode,
  encodeLength,
  kept,
  opaque,
  struct,
  uint16,
} from "./codec/index.ts";
import { type AuthenticationService, Credential } from "./credentials.ts";
import { makeKeyPackageRef, signWithLabel, verifyWithLabel } from "./crypto/labels.ts";
import type { CryptoProvider } from "./crypto/provider.ts";
import type { Secret } from "./crypto/secret.ts";
import { type CipherSuite, MLS10 } from "./crypto/suites.ts";
import { CryptoError, ValidationError } from "./errors.ts";
import {
  DEFAULT_EXTENSIONS,
  DEFAULT_PROPOSALS,
  type Extension,
  Extensions,
  KEY_PACKAGE_TYPES,
  LAST_RESORT,
  checkExtensions,
  findExtension,
} from "./extensions.ts";
import { Rule } from "./rules.ts";
import {
  Capabilities,
  DEFAULT_CAPABILITIES,
  LEAF_KEY_PACKAGE,
  LeafNode,
  type LeafPlace,
  Lifetime,
  checkPublicKey,
  signKeyPackageLeaf,
} from "./tree/nodes.ts";
import { type LeafRules, MAX_LIFETIME, checkLeaf, checkLifetime } from "./tree/validation.ts";

const LABEL = "KeyPackageTBS";
const NOWHERE: LeafPlace = { group_id: EMPTY, leaf_index: 0 };

/** KeyPackage (§10). */
export const KeyPackage = kept(
  struct({
    version: uint16,
    cipher_suite: uint16,
    init_key: opaque,
    leaf_node: LeafNode,
    extensions: Extensions,
    signature: opaque,
  }),
);
export type KeyPackage = Infer<typeof KeyPackage>;

/** A KeyPackage of ours and the private keys that belong to it. */
export interface KeyPackageBundle {
  readonly key_package: KeyPackage;
  readonly init_private_key: Secret;
  readonly leaf_private_key: Secret;
  readonly signature_private_key: Secret;
}

/** What a new KeyPackage is to say. */
export interface KeyPackageChoices {
  /** When others may use it; longer than MAX_LIFETIME is refused by them. */
  readonly lifetime: Lifetime;
  /** Whether it may be used more than once. */
  readonly lastResort?: boolean;
  /** What the client supports. */
  readonly capabilities?: Capabilities;
  /** The KeyPackage's own extensions; `lastResort` comes in addition. */
  readonly extensions?: readonly Extension[];
  /** The leaf's extensions. */
  readonly leafExtensions?: readonly Extension[];
}

/** What a KeyPackage is measured by. */
export interface KeyPackageJudge {
  /** What the group asks: `leafRules(suite, context.extensions)`. */
  readonly rules: LeafRules;
  /** Who vouches for the credential. */
  readonly authentication: AuthenticationService;
  /** Seconds since 1970. */
  readonly now: number;
  /** The longest lifetime that is accepted, in seconds. */
  readonly longestLifetime?: number;
}

/** Tell whether a client allows its KeyPackage to be used more than once (§16.8). */
export function isLastResort(keyPackage: KeyPackage): boolean {
  return findExtension(keyPackage.extensions, LAST_RESORT) !== null;
}

/** Return the KeyPackageRef (§5.2). */
export function keyPackageReference(
  crypto: CryptoProvider,
  suite: CipherSuite,
  keyPackage: KeyPackage,
): Bytes {
  return makeKeyPackageRef(crypto, suite, encode(KeyPackage, keyPackage));
}

/**
 * Make a KeyPackage and its private keys.
 *
 * @param suite - The suite that the client is to be added with.
 * @param signaturePrivateKey - The client's signature key.
 * @throws ValidationError - The capabilities list what everyone supports anyway.
 */
export async function createKeyPackage(
  crypto: CryptoProvider,
  suite: CipherSuite,
  credential: Credential,
  signaturePrivateKey: Secret,
  choices: KeyPackageChoices,
): Promise<KeyPackageBundle> {
  checkUnlisted(choices.capabilities ?? DEFAULT_CAPABILITIES);
  const said = {
    credential: copied(Credential, credential),
    capabilities: copied(Capabilities, choices.capabilities ?? DEFAULT_CAPABILITIES),
    leaf_node_source: {
      leaf_node_source: LEAF_KEY_PACKAGE,
      lifetime: copied(Lifetime, choices.lifetime),
    },
    extensions: copied(Extensions, choices.leafExtensions ?? []),
  } as const;
  const mark = { extension_type: LAST_RESORT, extension_data: EMPTY };
  const marks = choices.lastResort === true ? [mark] : [];
  const extensions = copied(Extensions, [...(choices.extensions ?? []), ...marks]);
  const init = await crypto.hpkeKeyPair(suite);
  const own = await crypto.hpkeKeyPair(suite);
  const leaf: LeafNode = {
    encryption_key: own.public_key,
    signature_key: await crypto.signaturePublicKey(suite, signaturePrivateKey),
    ...said,
    signature: EMPTY,
  };
  const unsigned: KeyPackage = {
    version: MLS10,
    cipher_suite: suite.id,
    init_key: init.public_key,
    leaf_node: await signKeyPackageLeaf(crypto, suite, signaturePrivateKey, leaf),
    extensions,
    signature: EMPTY,
  };
  const content = toBeSigned(unsigned);
  const signature = await signWithLabel(crypto, suite, signaturePrivateKey, LABEL, content);
  return {
    key_package: { ...unsigned, signature },
    init_private_key: init.private_key,
    leaf_private_key: own.private_key,
    signature_private_key: signaturePrivateKey,
  };
}

/**
 * Check a KeyPackage before its client is added with it (§10.1).
 *
 * @throws CryptoError - A signature does not verify.
 * @throws ValidationError - It breaks a rule.
 */
export async function validateKeyPackage(
  crypto: CryptoProvider,
  keyPackage: KeyPackage,
  judge: KeyPackageJudge,
): Promise<void> {
  const { rules, authentication, now, longestLifetime = MAX_LIFETIME } = judge;
  if (keyPackage.version !== MLS10) throw new ValidationError(Rule.KEY_PACKAGE_VERSION);
  if (keyPackage.cipher_suite !== rules.suite.id) {
    throw new ValidationError(Rule.KEY_PACKAGE_SUITE);
  }
  await checkKeyPackageContents(crypto, rules.suite, keyPackage);
  checkLifetime(keyPackage.leaf_node, now, longestLifetime);
  await checkLeaf(crypto, keyPackage.leaf_node, NOWHERE, rules, authentication);
}

/**
 * Check what needs no group and no clock: signature, keys, extensions (§10, §10.1).
 *
 * @throws CryptoError - The signature does not verify.
 * @throws ValidationError - It breaks a rule.
 */
export async function checkKeyPackageContents(
  crypto: CryptoProvider,
  suite: CipherSuite,
  keyPackage: KeyPackage,
): Promise<void> {
  const leaf = keyPackage.leaf_node;
  if (equalBytes(keyPackage.init_key, leaf.encryption_key)) {
    throw new ValidationError(Rule.KEY_PACKAGE_INIT_KEY);
  }
  checkExtensions(keyPackage.extensions, KEY_PACKAGE_TYPES);
  const named = new Set(leaf.capabilities.extensions);
  if (!keyPackage.extensions.every((extension) => named.has(extension.extension_type))) {
    throw new ValidationError(Rule.LEAF_EXTENSIONS_IN_CAPABILITIES, "of a KeyPackage");
  }
  const content = toBeSigned(keyPackage);
  try {
    const { signature } = keyPackage;
    await verifyWithLabel(crypto, suite, leaf.signature_key, LABEL, content, signature);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CryptoError(Rule.KEY_PACKAGE_SIGNATURE, "", { cause: error });
  }
  checkPublicKey(crypto, suite, keyPackage.init_key);
}

/** Check capabilities of our own; others' are not refused for naming too much (§7.2). */
function checkUnlisted(capabilities: Capabilities): void {
  const listed =
    capabilities.extensions.some((kind) => DEFAULT_EXTENSIONS.has(kind)) ||
    capabilities.proposals.some((kind) => DEFAULT_PROPOSALS.has(kind));
  if (listed) throw new ValidationError(Rule.DEFAULTS_UNLISTED);
}

/** KeyPackageTBS: all fields but the last. */
function toBeSigned(keyPackage: KeyPackage): Bytes {
  const { length } = keyPackage.signature;
  return encode(KeyPackage, keyPackage).slice(0, -length - encodeLength(length).length);
}
