/** Joining by external commit (RFC 9420 §8.3, §12.4.3.2). */

import { EMPTY, equalBytes, toHex, type Bytes } from "../bytes.ts";
import { copied, encode } from "../codec/index.ts";
import type { AuthenticationService } from "../credentials.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import type { Secret } from "../crypto/secret.ts";
import { MLS10, cipherSuite, type CipherSuite } from "../crypto/suites.ts";
import { UsageError, ValidationError } from "../errors.ts";
import { joinedBy } from "../evolution/apply.ts";
import {
  applyExternalList,
  checkNewLeaf,
  checkResync,
  provisionalContext,
  type PublicState,
} from "../evolution/evolve.ts";
import { judgeOf, type Judge } from "../evolution/leaves.ts";
import {
  CONTENT_COMMIT,
  SENDER_NEW_MEMBER_COMMIT,
  WIRE_GROUP_INFO,
  WIRE_PUBLIC_MESSAGE,
  framedContentTbs,
  signContent,
} from "../framing/content.ts";
import { unwrap, wrap } from "../framing/message.ts";
import { KeyPackage, type KeyPackageBundle } from "../key_package.ts";
import { PROPOSAL_BY_VALUE, type Commit } from "../messages/commit.ts";
import type { GroupInfo } from "../messages/group_info.ts";
import {
  PROPOSAL_EXTERNAL_INIT,
  PROPOSAL_REMOVE,
  type PreSharedKey,
  type Proposal,
} from "../messages/proposals.ts";
import { Rule } from "../rules.ts";
import { GroupContext } from "../schedule/context.ts";
import { exportToExternal } from "../schedule/epoch.ts";
import { PreSharedKeyID } from "../schedule/key_names.ts";
import { pskSecret } from "../schedule/psk.ts";
import { interimTranscriptHash } from "../schedule/transcript.ts";
import type { UpdatePath } from "../tree/path.ts";
import type { RatchetTree } from "../tree/ratchet_tree.ts";
import { makePath, sealPath, type FreshPath } from "../tree/treekem.ts";
import { MAX_LIFETIME } from "../tree/validation.ts";
import { advance, type Advanced } from "./advance.ts";
import { externalPub, groupInfo, treeOf } from "./info.ts";
import { checkGroup } from "./join.ts";
import type { PendingJoin } from "./pending.ts";
import { confirmed, type Signed } from "./protect.ts";
import { NO_PSKS, gather, type PSKStore } from "./psk_store.ts";
import { UNTOUCHED, rosterOf, type GroupState } from "./state.ts";

/** What one who joins by itself has at hand. */
export interface JoiningExternally {
  /** The tree, if it is not in the GroupInfo. */
  readonly ratchetTree?: Bytes | null;
  /** The leaf of a former appearance of ours; without it, the leaf that has our signature key. */
  readonly resync?: number | null;
  readonly pskProposals?: readonly PreSharedKey[];
  readonly psks?: PSKStore;
  readonly authentication: AuthenticationService;
  /** Seconds since 1970. */
  readonly now: number;
  readonly longestLifetime?: number;
  /** The ids of the groups we are in, in hex. */
  readonly knownGroups?: ReadonlySet<string>;
}

/** A group that can be joined: its GroupInfo and tree are verified. */
interface Doorway {
  readonly info: GroupInfo;
  readonly view: PublicState;
  readonly bundle: KeyPackageBundle;
  readonly judge: Judge;
}

/**
 * Make the external commit by which the owner of a KeyPackage joins.
 *
 * A former appearance of ours is removed in the same commit: the leaf `resync`, or else the leaf
 * that has our signature key, if there is one.
 *
 * @throws MlsError - The GroupInfo is not one of a sound group that can be joined so.
 */
export async function joinExternal(
  crypto: CryptoProvider,
  info: Bytes,
  given: KeyPackageBundle,
  joining: JoiningExternally,
): Promise<PendingJoin> {
  const { authentication, now, longestLifetime = MAX_LIFETIME } = joining;
  const bundle = { ...given, key_package: copied(KeyPackage, given.key_package) };
  const pskProposals = (joining.pskProposals ?? []).map(({ proposal_type, psk }) => ({
    proposal_type,
    psk: copied(PreSharedKeyID, psk),
  }));
  const judge = judgeOf(authentication, now, longestLifetime);
  const door = await doorway(crypto, info, bundle, joining.ratchetTree ?? null, judge);
  const { suite, context, tree } = door.view;
  const former = joining.resync ?? formerLeaf(tree, bundle);
  if (former === null && joining.knownGroups?.has(toHex(context.group_id)) === true) {
    throw new ValidationError(Rule.GROUP_ID_UNIQUE);
  }
  const [kem_output, initSecret] = await exportToExternal(crypto, suite, externalPub(door.info));
  const proposals: readonly Proposal[] = [
    { proposal_type: PROPOSAL_EXTERNAL_INIT, kem_output },
    ...(former === null ? [] : [{ proposal_type: PROPOSAL_REMOVE, removed: former } as const]),
    ...pskProposals,
  ];
  const names = pskProposals.map(({ psk }) => psk);
  const psk = pskSecret(crypto, suite, gather(names, new Map(), joining.psks ?? NO_PSKS));
  return committed(crypto, door, proposals, initSecret, psk);
}

async function doorway(
  crypto: CryptoProvider,
  data: Bytes,
  bundle: KeyPackageBundle,
  ratchetTree: Bytes | null,
  judge: Judge,
): Promise<Doorway> {
  const body = unwrap(data);
  if (body.wire_format !== WIRE_GROUP_INFO) {
    throw new UsageError("only a GroupInfo is joined by an external commit");
  }
  const info = body.group_info;
  const { group_context: context } = info;
  if (context.version !== MLS10 || context.cipher_suite !== bundle.key_package.cipher_suite) {
    throw new ValidationError(Rule.WELCOME_SUITE);
  }
  const suite = cipherSuite(context.cipher_suite);
  const tree = await treeOf(crypto, suite, info, ratchetTree);
  await checkGroup(crypto, suite, info, tree, judge);
  return { info, view: { suite, context, tree }, bundle, judge };
}

/** Sign the commit of `proposals` and enter the epoch it begins. */
async function committed(
  crypto: CryptoProvider,
  door: Doorway,
  proposals: readonly Proposal[],
  initSecret: Secret,
  psk: Secret,
): Promise<PendingJoin> {
  const { suite, context } = door.view;
  const { fresh, provisional, path } = await pathOf(crypto, door, proposals);
  const items = proposals.map((proposal) => ({ type: PROPOSAL_BY_VALUE, proposal }) as const);
  const signed = await signCommit(crypto, door, { proposals: items, path });
  const next = advance(
    crypto,
    suite,
    confirmed(signed, null),
    interimTranscriptHash(
      crypto,
      suite,
      context.confirmed_transcript_hash,
      door.info.confirmation_tag,
    ),
    provisional,
    { init_secret: initSecret, commit_secret: fresh.commit_secret, psk_secret: psk },
    fresh.tree.leafCount,
  );
  const { content, auth } = confirmed(signed, next.confirmation_tag);
  const public_message = { content, auth, membership_tag: null };
  const after = stateOf(suite, fresh, next, door.bundle);
  return {
    message: wrap({ wire_format: WIRE_PUBLIC_MESSAGE, public_message }),
    group_info: await groupInfo(crypto, after),
    ratchet_tree: fresh.tree.encode(),
    base_epoch: context.epoch,
    next: after,
    created: door.judge.now,
  };
}

function formerLeaf(tree: RatchetTree, bundle: KeyPackageBundle): number | null {
  const own = bundle.key_package.leaf_node.signature_key;
  for (const [index, leaf] of tree.leaves()) {
    if (equalBytes(leaf.signature_key, own)) return index;
  }
  return null;
}

async function pathOf(
  crypto: CryptoProvider,
  door: Doorway,
  proposals: readonly Proposal[],
): Promise<{
  readonly fresh: FreshPath;
  readonly provisional: GroupContext;
  readonly path: UpdatePath;
}> {
  const { view, bundle, judge } = door;
  const leaf = bundle.key_package.leaf_node;
  const sender = { sender_type: SENDER_NEW_MEMBER_COMMIT } as const;
  const sent = proposals.map((proposal) => ({ sender, proposal }));
  const [applied, ownLeaf] = joinedBy(applyExternalList(view, sent), leaf);
  await checkResync(view, applied, leaf, judge);
  const fresh = await makePath(
    crypto,
    view.suite,
    applied.tree,
    ownLeaf,
    leaf,
    bundle.signature_private_key,
    view.context.group_id,
  );
  await checkNewLeaf(crypto, view, applied, fresh.tree, ownLeaf, judge);
  const provisional = provisionalContext(crypto, view, fresh.tree, applied);
  const summary = encode(GroupContext, provisional);
  return { fresh, provisional, path: await sealPath(crypto, view.suite, fresh, summary, []) };
}

async function signCommit(crypto: CryptoProvider, door: Doorway, body: Commit): Promise<Signed> {
  const { suite, context } = door.view;
  const content = {
    group_id: context.group_id,
    epoch: context.epoch,
    sender: { sender_type: SENDER_NEW_MEMBER_COMMIT },
    authenticated_data: EMPTY,
    content: { content_type: CONTENT_COMMIT, commit: body },
  } as const;
  const tbs = framedContentTbs(WIRE_PUBLIC_MESSAGE, content, context);
  const signature = await signContent(crypto, suite, door.bundle.signature_private_key, tbs);
  return { content, wire_format: WIRE_PUBLIC_MESSAGE, tbs, signature };
}

function stateOf(
  suite: CipherSuite,
  fresh: FreshPath,
  next: Advanced,
  bundle: KeyPackageBundle,
): GroupState {
  return {
    suite,
    context: next.context,
    tree: fresh.tree,
    roster: rosterOf(fresh.tree),
    own_leaf: fresh.sender,
    signature_key: bundle.signature_private_key,
    private_keys: fresh.private_keys,
    secrets: next.secrets,
    secret_tree: next.secret_tree,
    confirmation_tag: next.confirmation_tag,
    interim_transcript_hash: next.interim_transcript_hash,
    ...UNTOUCHED,
  };
}
