/** Sealing and opening Welcomes (RFC 9420 §12.4.3.1). */

import { EMPTY, toHex, type Bytes } from "../bytes.ts";
import { decode, encode } from "../codec/index.ts";
import { decryptWithLabel, encryptWithLabel, expandWithLabel } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { Secret } from "../crypto/secret.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { CryptoError, ValidationError } from "../errors.ts";
import { keyPackageReference, type KeyPackage, type KeyPackageBundle } from "../key_package.ts";
import { GroupInfo } from "../messages/group_info.ts";
import { GroupSecrets, type EncryptedGroupSecrets, type Welcome } from "../messages/welcome.ts";
import { Rule } from "../rules.ts";
import { welcomeSecret } from "../schedule/epoch.ts";
import type { PreSharedKeyID } from "../schedule/key_names.ts";

/** Someone a commit adds, and the path secret it may know. */
export interface Newcomer {
  readonly key_package: KeyPackage;
  readonly path_secret: Secret | null;
}

/** KeyPackages of ours by reference in hex. */
export type Bundles = ReadonlyMap<string, KeyPackageBundle>;

/** Encrypt a GroupInfo with the keys of a welcome_secret. */
export function sealGroupInfo(
  crypto: CryptoProvider,
  suite: CipherSuite,
  info: GroupInfo,
  welcome: Secret,
): Promise<Bytes> {
  const { key, nonce } = keys(crypto, suite, welcome);
  return crypto.aeadSeal(suite, key, nonce.reveal(), EMPTY, encode(GroupInfo, info));
}

/** Encrypt to one newcomer what it starts from. */
export async function sealSecrets(
  crypto: CryptoProvider,
  suite: CipherSuite,
  newcomer: Newcomer,
  joiner: Secret,
  psks: readonly PreSharedKeyID[],
  encryptedGroupInfo: Bytes,
): Promise<EncryptedGroupSecrets> {
  const { key_package, path_secret } = newcomer;
  const secrets = encode(GroupSecrets, {
    joiner_secret: joiner,
    path_secret: path_secret === null ? null : { path_secret },
    psks,
  });
  const sealed = await encryptWithLabel(
    crypto,
    suite,
    key_package.init_key,
    "Welcome",
    encryptedGroupInfo,
    new Secret(secrets),
  );
  return {
    new_member: keyPackageReference(crypto, suite, key_package),
    encrypted_group_secrets: sealed,
  };
}

/**
 * Return our KeyPackage that a Welcome is for, and what is in it for us.
 *
 * @throws ValidationError - It is for none of ours, or for one of another suite.
 */
export function findBundle(
  welcome: Welcome,
  bundles: Bundles,
): readonly [KeyPackageBundle, EncryptedGroupSecrets] {
  for (const secrets of welcome.secrets) {
    const bundle = bundles.get(toHex(secrets.new_member));
    if (bundle !== undefined) {
      if (bundle.key_package.cipher_suite !== welcome.cipher_suite) {
        throw new ValidationError(Rule.WELCOME_SUITE);
      }
      return [bundle, secrets];
    }
  }
  throw new ValidationError(Rule.WELCOME_FOR_US);
}

/**
 * Decrypt what is in a Welcome for us.
 *
 * @throws CryptoError - It does not decrypt with our init key.
 * @throws DecodeError - It is malformed.
 */
export async function openSecrets(
  crypto: CryptoProvider,
  suite: CipherSuite,
  welcome: Welcome,
  bundle: KeyPackageBundle,
  secrets: EncryptedGroupSecrets,
): Promise<GroupSecrets> {
  const opened = await decrypted(() =>
    decryptWithLabel(
      crypto,
      suite,
      bundle.init_private_key,
      "Welcome",
      welcome.encrypted_group_info,
      secrets.encrypted_group_secrets,
    ),
  );
  return decode(GroupSecrets, opened.reveal());
}

/**
 * Decrypt the GroupInfo of a Welcome. Its signature is still to be verified.
 *
 * @throws CryptoError - It does not decrypt: a key is another than the committer's.
 * @throws DecodeError - It is malformed.
 */
export async function openGroupInfo(
  crypto: CryptoProvider,
  suite: CipherSuite,
  welcome: Welcome,
  joiner: Secret,
  psk: Secret,
): Promise<GroupInfo> {
  const { key, nonce } = keys(crypto, suite, welcomeSecret(crypto, suite, joiner, psk));
  const sealed = welcome.encrypted_group_info;
  const data = await decrypted(() => crypto.aeadOpen(suite, key, nonce.reveal(), EMPTY, sealed));
  return decode(GroupInfo, data);
}

async function decrypted<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof CryptoError) {
      throw new CryptoError(Rule.WELCOME_DECRYPTS, "", { cause: error });
    }
    throw error;
  }
}

function keys(
  crypto: CryptoProvider,
  suite: CipherSuite,
  welcome: Secret,
): { readonly key: Secret; readonly nonce: Secret } {
  const expand = (label: string, length: number): Secret =>
    expandWithLabel(crypto, suite, welcome, label, EMPTY, length);
  return {
    key: expand("key", suite.aead_key_length),
    nonce: expand("nonce", suite.aead_nonce_length),
  };
}
