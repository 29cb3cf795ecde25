/** Creating a group of one (RFC 9420 §11). Others are added by a commit. */

import { EMPTY, type Bytes } from "../bytes.ts";
import { copied, opaque } from "../codec/index.ts";
import type { AuthenticationService } from "../credentials.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { Secret } from "../crypto/secret.ts";
import { MLS10, type CipherSuite } from "../crypto/suites.ts";
import { checkGroupExtensions, judgeOf } from "../evolution/leaves.ts";
import { Extensions, type Extension } from "../extensions.ts";
import { KeyPackage, validateKeyPackage, type KeyPackageBundle } from "../key_package.ts";
import { confirmationTag, expandEpochSecret } from "../schedule/epoch.ts";
import { secretTreeOf } from "../schedule/secret_tree.ts";
import { interimTranscriptHash } from "../schedule/transcript.ts";
import { RatchetTree } from "../tree/ratchet_tree.ts";
import { leafRules } from "../tree/validation.ts";
import { checkGreaselessContext } from "./grease.ts";
import { UNTOUCHED, rosterOf, type GroupState } from "./state.ts";

/** What a group is created with. */
export interface Creation {
  readonly groupId: Bytes;
  readonly suite: CipherSuite;
  /** Its init key is not used; the KeyPackage must not serve anywhere else. */
  readonly bundle: KeyPackageBundle;
  readonly extensions?: readonly Extension[];
  readonly authentication: AuthenticationService;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * Create a group whose only member is the owner of a KeyPackage.
 *
 * @throws MlsError - The KeyPackage or the extensions are not valid.
 */
export async function createGroup(crypto: CryptoProvider, creation: Creation): Promise<GroupState> {
  const { suite, bundle, authentication, now } = creation;
  checkGreaselessContext(creation.extensions ?? []);
  const extensions = copied(Extensions, creation.extensions ?? []);
  const key_package = copied(KeyPackage, bundle.key_package);
  const group_id = copied(opaque, creation.groupId);
  await checkGroupExtensions(extensions, judgeOf(authentication, now));
  const rules = leafRules(suite, extensions);
  await validateKeyPackage(crypto, key_package, { rules, authentication, now });
  const tree = new RatchetTree([key_package.leaf_node]);
  const context = {
    version: MLS10,
    cipher_suite: suite.id,
    group_id,
    epoch: 0n,
    tree_hash: tree.treeHash(crypto, suite),
    confirmed_transcript_hash: EMPTY,
    extensions,
  };
  const start = expandEpochSecret(crypto, suite, new Secret(crypto.random(suite.hash_length)));
  const tag = confirmationTag(crypto, suite, start.secrets, EMPTY);
  return {
    suite,
    context,
    tree,
    roster: rosterOf(tree),
    own_leaf: 0,
    signature_key: bundle.signature_private_key,
    private_keys: new Map([[0, bundle.leaf_private_key]]),
    secrets: start.secrets,
    secret_tree: secretTreeOf(start.encryption_secret, 1),
    confirmation_tag: tag,
    interim_transcript_hash: interimTranscriptHash(crypto, suite, EMPTY, tag),
    ...UNTOUCHED,
  };
}
