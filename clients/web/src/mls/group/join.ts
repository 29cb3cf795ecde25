/**
 * Joining by Welcome (RFC 9420 §12.4.3.1).
 *
 * Nothing is believed before it is verified: the GroupInfo's signature and the tree's hash come
 * first, whether the tree came inside the Welcome or beside it.
 */

import { equalBytes, toHex, type Bytes } from "../bytes.ts";
import { encode } from "../codec/index.ts";
import type { AuthenticationService } from "../credentials.ts";
import { equal } from "../crypto/labels.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import { cipherSuite, type CipherSuite } from "../crypto/suites.ts";
import { CryptoError, UsageError, ValidationError } from "../errors.ts";
import { checkGroupExtensions, judgeOf, type Judge } from "../evolution/leaves.ts";
import { checkPsks } from "../evolution/rules_of_list.ts";
import { WIRE_WELCOME } from "../framing/content.ts";
import { unwrap } from "../framing/message.ts";
import type { KeyPackageBundle } from "../key_package.ts";
import type { GroupInfo } from "../messages/group_info.ts";
import type { GroupSecrets } from "../messages/welcome.ts";
import { Rule } from "../rules.ts";
import { confirmationTag, startEpoch } from "../schedule/epoch.ts";
import { ResumptionPSKUsage } from "../schedule/key_names.ts";
import { pskSecret } from "../schedule/psk.ts";
import { secretTreeOf } from "../schedule/secret_tree.ts";
import { interimTranscriptHash } from "../schedule/transcript.ts";
import { toNode } from "../tree_math.ts";
import { LeafNode } from "../tree/nodes.ts";
import type { RatchetTree } from "../tree/ratchet_tree.ts";
import { implantPathSecret } from "../tree/treekem.ts";
import { MAX_LIFETIME, checkTree, leafRules } from "../tree/validation.ts";
import { treeOf } from "./info.ts";
import { checkOrigin, originOf, type OldGroups } from "./origin.ts";
import { NO_PSKS, gather, type PSKStore } from "./psk_store.ts";
import { UNTOUCHED, resumptionPsks, rosterOf, type GroupState } from "./state.ts";
import { findBundle, openGroupInfo, openSecrets, type Bundles } from "./welcome.ts";

/** What one who joins has at hand. */
export interface Joining {
  /** The tree, if it is not in the Welcome. */
  readonly ratchetTree?: Bytes | null;
  readonly psks?: PSKStore;
  readonly authentication: AuthenticationService;
  /** Seconds since 1970. */
  readonly now: number;
  readonly longestLifetime?: number;
  /** The ids of the groups we are in, in hex. */
  readonly knownGroups?: ReadonlySet<string>;
  /** Asked when the new group is made of another. */
  readonly oldGroups?: OldGroups;
}

/** A Welcome, opened. Nothing in it is verified yet. */
interface Invitation {
  readonly suite: CipherSuite;
  readonly bundle: KeyPackageBundle;
  readonly secrets: GroupSecrets;
  readonly psk: Secret;
  readonly info: GroupInfo;
}

/**
 * Join a group by a Welcome. `bundles` are our KeyPackages by reference.
 *
 * The init key of the KeyPackage is not in the state: whoever keeps the bundles deletes it, unless
 * the KeyPackage is of last resort.
 *
 * @throws MlsError - The Welcome is not for us, or not of a sound group.
 */
export async function join(
  crypto: CryptoProvider,
  welcome: Bytes,
  bundles: Bundles,
  joining: Joining,
): Promise<GroupState> {
  const { authentication, now, longestLifetime = MAX_LIFETIME } = joining;
  const body = unwrap(welcome);
  if (body.wire_format !== WIRE_WELCOME) throw new UsageError("only a Welcome is joined by");
  const message = body.welcome;
  const [bundle, sealed] = findBundle(message, bundles);
  const suite = cipherSuite(message.cipher_suite);
  const secrets = await openSecrets(crypto, suite, message, bundle, sealed);
  const origin = originOf(secrets.psks);
  const old = origin === null ? null : (joining.oldGroups?.(origin.psk_group_id) ?? null);
  const psk = joinedPsk(crypto, suite, secrets, old, joining.psks ?? NO_PSKS);
  const info = await openGroupInfo(crypto, suite, message, secrets.joiner_secret, psk);
  const invitation = { suite, bundle, secrets, psk, info };
  checkContext(invitation, joining.knownGroups ?? new Set());
  const tree = await treeOf(crypto, suite, info, joining.ratchetTree ?? null);
  await checkGroup(crypto, suite, info, tree, judgeOf(authentication, now, longestLifetime));
  const state = await entered(crypto, invitation, tree);
  if (origin !== null) {
    await checkOrigin(origin, old, state.context, state.roster, authentication);
  }
  return state;
}

/**
 * Check the group that a GroupInfo describes, as one who joins it (§12.4.3.1, §13.4).
 *
 * @throws ValidationError - The tree, a member or an extension breaks a rule.
 * @throws CryptoError - A leaf's signature does not verify.
 */
export async function checkGroup(
  crypto: CryptoProvider,
  suite: CipherSuite,
  info: GroupInfo,
  tree: RatchetTree,
  judge: Judge,
): Promise<void> {
  const { group_id, extensions } = info.group_context;
  await checkGroupExtensions(extensions, judge);
  const rules = leafRules(suite, extensions);
  const { authentication, longest_lifetime } = judge;
  await checkTree(crypto, tree, group_id, rules, authentication, longest_lifetime);
}

function joinedPsk(
  crypto: CryptoProvider,
  suite: CipherSuite,
  secrets: GroupSecrets,
  old: GroupState | null,
  psks: PSKStore,
): Secret {
  checkPsks(secrets.psks, suite.hash_length, new Set(Object.values(ResumptionPSKUsage)));
  const held = old === null ? new Map<string, Secret>() : resumptionPsks(old);
  return pskSecret(crypto, suite, gather(secrets.psks, held, psks));
}

function ownLeaf(tree: RatchetTree, bundle: KeyPackageBundle): number {
  const own = encode(LeafNode, bundle.key_package.leaf_node);
  for (const [index, leaf] of tree.leaves()) {
    if (equalBytes(encode(LeafNode, leaf), own)) return index;
  }
  throw new ValidationError(Rule.OWN_LEAF_PRESENT);
}

function checkContext(invitation: Invitation, knownGroups: ReadonlySet<string>): void {
  const context = invitation.info.group_context;
  const { version } = invitation.bundle.key_package;
  if (context.cipher_suite !== invitation.suite.id || context.version !== version) {
    throw new ValidationError(Rule.WELCOME_SUITE);
  }
  if (knownGroups.has(toHex(context.group_id))) throw new ValidationError(Rule.GROUP_ID_UNIQUE);
}

/** Return the state of a group whose GroupInfo and tree have been verified. */
async function entered(
  crypto: CryptoProvider,
  invitation: Invitation,
  tree: RatchetTree,
): Promise<GroupState> {
  const { suite, bundle, secrets, psk, info } = invitation;
  const context = info.group_context;
  const own_leaf = ownLeaf(tree, bundle);
  const start = startEpoch(crypto, suite, secrets.joiner_secret, psk, context);
  const confirmed = context.confirmed_transcript_hash;
  const tag = confirmationTag(crypto, suite, start.secrets, confirmed);
  if (!equal(tag, info.confirmation_tag)) throw new CryptoError(Rule.CONFIRMATION_TAG);
  return {
    suite,
    context,
    tree,
    roster: rosterOf(tree),
    own_leaf,
    signature_key: bundle.signature_private_key,
    private_keys: await privateKeys(crypto, invitation, tree, own_leaf),
    secrets: start.secrets,
    secret_tree: secretTreeOf(start.encryption_secret, tree.leafCount),
    confirmation_tag: tag,
    interim_transcript_hash: interimTranscriptHash(crypto, suite, confirmed, tag),
    ...UNTOUCHED,
    welcomed_by: info.signer,
  };
}

async function privateKeys(
  crypto: CryptoProvider,
  invitation: Invitation,
  tree: RatchetTree,
  ownLeaf: number,
): Promise<ReadonlyMap<number, Secret>> {
  const { suite, bundle, secrets, info } = invitation;
  const keys = new Map([[toNode(ownLeaf), bundle.leaf_private_key]]);
  if (secrets.path_secret !== null) {
    const { path_secret } = secrets.path_secret;
    const implanted = await implantPathSecret(
      crypto,
      suite,
      tree,
      info.signer,
      ownLeaf,
      path_secret,
    );
    implanted.forEach((key, node) => keys.set(node, key));
  }
  checkKeys(tree, ownLeaf, keys);
  return keys;
}

/**
 * Check that we can read whatever will be encrypted to the nodes above us (§7.4).
 *
 * A committer that leaves the path secret out would lock us out of the next epoch.
 */
function checkKeys(tree: RatchetTree, ownLeaf: number, keys: ReadonlyMap<number, Secret>): void {
  for (const above of tree.directPath(ownLeaf)) {
    const node = tree.parent(above);
    if (node !== null && !node.unmerged_leaves.includes(ownLeaf) && !keys.has(above)) {
      throw new ValidationError(Rule.PATH_SECRET_PRESENT, `node ${above}`);
    }
  }
}
