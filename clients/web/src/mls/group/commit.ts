/** Creating a commit (RFC 9420 §12.4.1): returns a PendingCommit, changes nothing. */

import { fromHex, type Bytes } from "../bytes.ts";
import { copied, encode } from "../codec/index.ts";
import type { AuthenticationService } from "../credentials.ts";
import type { CryptoProvider } from "../crypto/provider.ts";
import { Secret } from "../crypto/secret.ts";
import type { Applied } from "../evolution/apply.ts";
import { applyMemberList, provisionalContext, type PublicState } from "../evolution/evolve.ts";
import { judgeOf, type Judge } from "../evolution/leaves.ts";
import type { SentProposal } from "../evolution/resolve.ts";
import { IN_A_GROUP } from "../evolution/rules_of_list.ts";
import { CONTENT_COMMIT, SENDER_MEMBER, WIRE_WELCOME } from "../framing/content.ts";
import { wrap } from "../framing/message.ts";
import {
  PROPOSAL_BY_VALUE,
  PROPOSAL_REFERENCE,
  needsPath,
  type ProposalOrRef,
} from "../messages/commit.ts";
import { Proposal } from "../messages/proposals.ts";
import { GroupContext } from "../schedule/context.ts";
import { welcomeSecret } from "../schedule/epoch.ts";
import type { ResumptionPSKUsage } from "../schedule/key_names.ts";
import { pskSecret } from "../schedule/psk.ts";
import type { Capabilities } from "../tree/nodes.ts";
import type { UpdatePath } from "../tree/path.ts";
import type { RatchetTree } from "../tree/ratchet_tree.ts";
import { makePath, pathSecretFor, retainKeys, sealPath, type FreshPath } from "../tree/treekem.ts";
import { MAX_LIFETIME } from "../tree/validation.ts";
import { advance, type Advanced } from "./advance.ts";
import { choose } from "./choose.ts";
import { checkGreaseless } from "./grease.ts";
import { externalPubExtension, groupInfo, ratchetTreeExtension, signedInfo } from "./info.ts";
import type { PendingCommit } from "./pending.ts";
import {
  PUBLIC,
  confirmed,
  ownFraming,
  protect,
  sign,
  type Framing,
  type Signed,
} from "./protect.ts";
import { NO_PSKS, gather, type PSKStore } from "./psk_store.ts";
import { checkActive, ownLeafNode, resumptionPsks, rosterOf, type GroupState } from "./state.ts";
import { sealGroupInfo, sealSecrets } from "./welcome.ts";

/** How a commit is made. */
export interface CommitOptions {
  /** How it travels. */
  readonly framing: Framing;
  /** Whether it takes up the pending proposals that are valid together. */
  readonly includePending: boolean;
  /** Whether newcomers find the tree in the Welcome, or fetch it elsewhere. */
  readonly ratchetTreeInWelcome: boolean;
  /** Whether it refreshes our keys even if its proposals do not ask for it. */
  readonly alwaysPath: boolean;
  /** The resumption keys allowed; more than the usual only for a new group. */
  readonly usages: ReadonlySet<ResumptionPSKUsage>;
  /** What our leaf says we support from now on; null for what it says now. */
  readonly capabilities: Capabilities | null;
}

const USUAL: CommitOptions = {
  framing: PUBLIC,
  includePending: true,
  ratchetTreeInWelcome: false,
  alwaysPath: true,
  usages: IN_A_GROUP,
  capabilities: null,
};

/** What is committed, and what is at hand for it. */
export interface Committing {
  /** The proposals to commit by value. */
  readonly proposals?: readonly Proposal[];
  readonly psks?: PSKStore;
  readonly authentication: AuthenticationService;
  /** Seconds since 1970. */
  readonly now: number;
  readonly longestLifetime?: number;
  /** What is not as usual. */
  readonly options?: Partial<CommitOptions>;
}

/** The proposals of a commit and the public state they lead to. */
interface Plan {
  readonly items: readonly ProposalOrRef[];
  readonly proposals: readonly Proposal[];
  readonly applied: Applied;
}

/** The path of a commit, or its absence. */
interface Path {
  readonly tree: RatchetTree;
  readonly context: GroupContext;
  readonly commit_secret: Secret;
  readonly private_keys: ReadonlyMap<number, Secret>;
  readonly update_path: UpdatePath | null;
  readonly fresh: FreshPath | null;
}

/**
 * Commit `proposals` by value, and the pending ones by reference.
 *
 * @throws MlsError - The proposals are not valid together, a key is missing, or the group is over.
 *   The state stays as it is.
 */
export async function commit(
  crypto: CryptoProvider,
  state: GroupState,
  committing: Committing,
): Promise<PendingCommit> {
  checkActive(state);
  const { authentication, now, longestLifetime = MAX_LIFETIME, psks = NO_PSKS } = committing;
  const usual = { ...USUAL, ...committing.options };
  const options = { ...usual, framing: ownFraming(usual.framing) };
  const by = judgeOf(authentication, now, longestLifetime);
  const plan = await planned(crypto, state, committing.proposals ?? [], psks, by, options);
  const path = await pathOf(crypto, state, plan, options);
  const keys = gather(plan.applied.psks, resumptionPsks(state), psks);
  const psk = pskSecret(crypto, state.suite, keys);
  const body = { proposals: plan.items, path: path.update_path };
  const content = { content_type: CONTENT_COMMIT, commit: body } as const;
  const signed = await sign(crypto, state, content, options.framing);
  const next = advanced(crypto, state, path, signed, psk);
  const tag = next.confirmation_tag;
  const [before, message] = await protect(crypto, state, signed, tag, options.framing.padding);
  const after = nextState(state, plan, path, next);
  return {
    message,
    welcome: await welcome(crypto, after, plan, path, next.joiner_secret, psk, options),
    group_info: await groupInfo(crypto, after),
    ratchet_tree: after.tree.encode(),
    base_epoch: state.context.epoch,
    before,
    next: after,
    created: now,
  };
}

/** Decide what to commit; check it as every receiver will (§12.2). */
async function planned(
  crypto: CryptoProvider,
  state: GroupState,
  given: readonly Proposal[],
  psks: PSKStore,
  by: Judge,
  options: CommitOptions,
): Promise<Plan> {
  given.forEach(checkGreaseless);
  const proposals = given.map((proposal) => copied(Proposal, proposal));
  const view = publicState(state);
  const sender = { sender_type: SENDER_MEMBER, leaf_index: state.own_leaf } as const;
  const byValue = proposals.map((proposal) => ({ sender, proposal }));
  const applied = (sent: readonly SentProposal[]): Promise<Applied> =>
    applyMemberList(crypto, view, state.own_leaf, sent, by, options.usages);
  const check = async (sent: readonly SentProposal[]): Promise<void> => {
    gather((await applied(sent)).psks, resumptionPsks(state), psks);
  };
  const chosen = options.includePending
    ? await choose(state, byValue, check)
    : new Map<string, SentProposal>();
  const sent = [...chosen.values(), ...byValue];
  return {
    items: [
      ...[...chosen.keys()].map(reference),
      ...proposals.map((proposal) => ({ type: PROPOSAL_BY_VALUE, proposal }) as const),
    ],
    proposals: sent.map(({ proposal }) => proposal),
    applied: await applied(sent),
  };
}

async function pathOf(
  crypto: CryptoProvider,
  state: GroupState,
  plan: Plan,
  options: CommitOptions,
): Promise<Path> {
  const { suite } = state;
  const { applied } = plan;
  const view = publicState(state);
  if (!options.alwaysPath && !needsPath(plan.proposals)) {
    return {
      tree: applied.tree,
      context: provisionalContext(crypto, view, applied.tree, applied),
      commit_secret: new Secret(new Uint8Array(suite.hash_length)),
      private_keys: retainKeys(state.private_keys, state.tree, applied.tree),
      update_path: null,
      fresh: null,
    };
  }
  const leaf = ownLeafNode(state);
  const capabilities = options.capabilities ?? leaf.capabilities;
  const fresh = await makePath(
    crypto,
    suite,
    applied.tree,
    state.own_leaf,
    { ...leaf, capabilities },
    state.signature_key,
    state.context.group_id,
  );
  const context = provisionalContext(crypto, view, fresh.tree, applied);
  const added = applied.added.map(([leaf]) => leaf);
  const kept = retainKeys(state.private_keys, state.tree, fresh.tree);
  return {
    tree: fresh.tree,
    context,
    commit_secret: fresh.commit_secret,
    private_keys: new Map([...kept, ...fresh.private_keys]),
    update_path: await sealPath(crypto, suite, fresh, encode(GroupContext, context), added),
    fresh,
  };
}

function advanced(
  crypto: CryptoProvider,
  state: GroupState,
  path: Path,
  signed: Signed,
  psk: Secret,
): Advanced {
  return advance(
    crypto,
    state.suite,
    confirmed(signed, null),
    state.interim_transcript_hash,
    path.context,
    {
      init_secret: state.secrets.init_secret,
      commit_secret: path.commit_secret,
      psk_secret: psk,
    },
    path.tree.leafCount,
  );
}

function nextState(state: GroupState, plan: Plan, path: Path, next: Advanced): GroupState {
  return {
    ...state,
    context: next.context,
    tree: path.tree,
    roster: rosterOf(path.tree, state.roster),
    private_keys: path.private_keys,
    secrets: next.secrets,
    secret_tree: next.secret_tree,
    confirmation_tag: next.confirmation_tag,
    interim_transcript_hash: next.interim_transcript_hash,
    pending_proposals: new Map(),
    own_updates: new Map(),
    past: [],
    reinit: plan.applied.reinit,
  };
}

async function welcome(
  crypto: CryptoProvider,
  after: GroupState,
  plan: Plan,
  path: Path,
  joiner: Secret,
  psk: Secret,
  options: CommitOptions,
): Promise<Bytes | null> {
  const { suite } = after;
  const { added, psks } = plan.applied;
  if (added.length === 0) return null;
  const extensions = [await externalPubExtension(crypto, after)];
  if (options.ratchetTreeInWelcome) extensions.push(ratchetTreeExtension(after.tree));
  const info = await signedInfo(crypto, after, extensions);
  const secret = welcomeSecret(crypto, suite, joiner, psk);
  const sealed = await sealGroupInfo(crypto, suite, info, secret);
  const secrets = await Promise.all(
    added.map(([leaf, keyPackage]) => {
      const path_secret = path.fresh === null ? null : pathSecretFor(path.fresh, leaf);
      const newcomer = { key_package: keyPackage, path_secret };
      return sealSecrets(crypto, suite, newcomer, joiner, psks, sealed);
    }),
  );
  const body = { cipher_suite: suite.id, secrets, encrypted_group_info: sealed };
  return wrap({ wire_format: WIRE_WELCOME, welcome: body });
}

function reference(ref: string): ProposalOrRef {
  return { type: PROPOSAL_REFERENCE, reference: fromHex(ref) };
}

function publicState(state: GroupState): PublicState {
  return { suite: state.suite, context: state.context, tree: state.tree };
}
