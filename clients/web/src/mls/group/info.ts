/** GroupInfo: made by a member, checked by who wants to join (RFC 9420 §12.4.3). */

import type { Bytes } from "../bytes.ts";
import { equalBytes } from "../bytes.ts";
import { decode, encode } from "../codec/index.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { CipherSuite } from "../crypto/suites.ts";
import { ValidationError } from "../errors.ts";
import { memberKey } from "../evolution/senders.ts";
import {
  EXTERNAL_PUB,
  ExternalPub,
  GROUP_INFO_TYPES,
  RATCHET_TREE,
  checkExtensions,
  findExtension,
  type Extension,
} from "../extensions.ts";
import { WIRE_GROUP_INFO } from "../framing/content.ts";
import { wrap } from "../framing/message.ts";
import { signGroupInfo, verifyGroupInfo, type GroupInfo } from "../messages/group_info.ts";
import { Rule } from "../rules.ts";
import { externalKeyPair } from "../schedule/epoch.ts";
import { RatchetTree } from "../tree/ratchet_tree.ts";
import type { GroupState } from "./state.ts";

/**
 * Return the MLSMessage that lets others join this epoch by external commit.
 *
 * The ratchet tree is not in it: it is `state.tree.encode()`.
 */
export async function groupInfo(crypto: CryptoProvider, state: GroupState): Promise<Bytes> {
  const info = await signedInfo(crypto, state, [await externalPubExtension(crypto, state)]);
  return wrap({ wire_format: WIRE_GROUP_INFO, group_info: info });
}

/** Return a GroupInfo of this epoch, signed by us. */
export function signedInfo(
  crypto: CryptoProvider,
  state: GroupState,
  extensions: readonly Extension[],
): Promise<GroupInfo> {
  const tbs = {
    group_context: state.context,
    extensions,
    confirmation_tag: state.confirmation_tag,
    signer: state.own_leaf,
  };
  return signGroupInfo(crypto, state.suite, tbs, state.signature_key);
}

/** Return the extension that names the key of external joiners (§12.4.3.2). */
export async function externalPubExtension(
  crypto: CryptoProvider,
  state: GroupState,
): Promise<Extension> {
  const pair = await externalKeyPair(crypto, state.suite, state.secrets);
  const extension_data = encode(ExternalPub, { external_pub: pair.public_key });
  return { extension_type: EXTERNAL_PUB, extension_data };
}

/** Return the extension that carries the tree (§12.4.3.3). */
export function ratchetTreeExtension(tree: RatchetTree): Extension {
  return { extension_type: RATCHET_TREE, extension_data: tree.encode() };
}

/**
 * Return the key that an external joiner encrypts to.
 *
 * @throws ValidationError - The GroupInfo does not name it.
 * @throws DecodeError - The extension is malformed.
 */
export function externalPub(info: GroupInfo): Bytes {
  const data = findExtension(info.extensions, EXTERNAL_PUB);
  if (data === null) throw new ValidationError(Rule.EXTERNAL_PUB_PRESENT);
  return decode(ExternalPub, data).external_pub;
}

/**
 * Return the ratchet tree of a GroupInfo whose signature it has verified.
 *
 * It makes no difference where the tree came from: hash and signature are checked.
 *
 * @throws ValidationError - There is no tree, or its hash is another, or the signer is blank, or
 *   the GroupInfo has two extensions of one type.
 * @throws CryptoError - The signature is not the signer's.
 * @throws DecodeError - The tree is malformed.
 */
export async function treeOf(
  crypto: CryptoProvider,
  suite: CipherSuite,
  info: GroupInfo,
  handedIn: Bytes | null,
): Promise<RatchetTree> {
  checkExtensions(info.extensions, GROUP_INFO_TYPES);
  const data = findExtension(info.extensions, RATCHET_TREE) ?? handedIn;
  if (data === null) throw new ValidationError(Rule.RATCHET_TREE_AT_HAND);
  const tree = RatchetTree.decode(data);
  if (!equalBytes(tree.treeHash(crypto, suite), info.group_context.tree_hash)) {
    throw new ValidationError(Rule.TREE_HASH_MATCHES);
  }
  await verifyGroupInfo(crypto, suite, info, memberKey(tree, info.signer));
  return tree;
}
