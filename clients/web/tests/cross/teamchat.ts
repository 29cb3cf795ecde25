/**
 * Members that run our TypeScript core, for the cross tests of `tests/cross`.
 *
 * A handle is one client in one group; handles of one person share its keys. `tests/cross/peers.py`
 * asks, and its PythonMember does the same with the Python core.
 */

import { type Bytes, ascii, toHex } from "../../src/mls/bytes.ts";
import { decode, encode } from "../../src/mls/codec/index.ts";
import { cipherSuite } from "../../src/mls/crypto/suites.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { CryptoError, MlsError, ValidationError } from "../../src/mls/errors.ts";
import type { Extension } from "../../src/mls/extensions.ts";
import { WIRE_PRIVATE_MESSAGE } from "../../src/mls/framing/content.ts";
import {
  type GroupState,
  PUBLIC,
  type PendingCommit,
  type PendingJoin,
  type ProposalMade,
  adopt,
  branch,
  commit,
  createGroup,
  encrypt,
  exportSecret,
  groupInfo,
  join,
  joinExternal,
  newMemberProposal,
  process as receive,
  propose,
  proposeAdd,
  proposeUpdate,
  pskStore,
  reinitialize,
  restore,
  snapshot,
} from "../../src/mls/group/index.ts";
import { externalPsk, resumptionPsk } from "../../src/mls/group/propose.ts";
import { KeyPackage, type KeyPackageBundle } from "../../src/mls/key_package.ts";
import {
  PROPOSAL_ADD,
  PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
  PROPOSAL_REINIT,
  PROPOSAL_REMOVE,
  type Proposal,
  customProposal,
} from "../../src/mls/messages/proposals.ts";
import {
  type PublicGroup,
  encodePublicGroup,
  fromGroupInfo,
  receive as observe,
} from "../../src/mls/public_group.ts";
import { GroupContext } from "../../src/mls/schedule/context.ts";
import { CRYPTO, NOW, type Person, REGISTRY, bundleOf, byReference } from "../support/people.ts";
import { type Answers, type Request, answer } from "./lines.ts";

/** One client in one group. */
interface Handle {
  readonly owner: Person;
  readonly bundles: KeyPackageBundle[];
  readonly old: GroupState | null;
  state: GroupState | null;
  pending: PendingCommit | PendingJoin | null;
}

const handles = new Map<string, Handle>();
const followed = new Map<string, PublicGroup>();
const externals = new Map<string, Secret>();
const psks = pskStore(externals);
const world = { authentication: REGISTRY, now: NOW, psks };

/** What every member here supports, as the Python members do. */
const CAPABILITIES = {
  versions: [1],
  cipher_suites: [1, 3, 0xf00d],
  extensions: [0x000a, 0xf042],
  proposals: [0xf0aa],
  credentials: [1],
};

function freshBundle({ owner }: Handle, request: Request): Promise<KeyPackageBundle> {
  const suite = request.has("suite") ? cipherSuite(request.number("suite")) : owner.suite;
  return bundleOf({ ...owner, suite }, { capabilities: CAPABILITIES });
}

function handle(request: Request): Handle {
  const found = handles.get(request.text("who"));
  if (found === undefined) throw new TypeError(`nobody is called ${request.text("who")}`);
  return found;
}

function stateOf(found: Handle): GroupState {
  if (found.state === null) throw new TypeError("not in a group");
  return found.state;
}

function extensionsOf(request: Request): readonly Extension[] {
  return request.list("extensions").map((each) => ({
    extension_type: each.number("type"),
    extension_data: each.bytes("data"),
  }));
}

function proposalOf(state: GroupState, wish: Request): Proposal {
  switch (wish.text("kind")) {
    case "add":
      return {
        proposal_type: PROPOSAL_ADD,
        key_package: decode(KeyPackage, wish.bytes("key_package")),
      };
    case "remove":
      return { proposal_type: PROPOSAL_REMOVE, removed: wish.number("leaf") };
    case "psk":
      return externalPsk(CRYPTO, state, wish.bytes("psk_id"));
    case "resumption": {
      const epoch = BigInt(wish.number("epoch"));
      return resumptionPsk(CRYPTO, state, state.context.group_id, epoch);
    }
    case "extensions":
      return {
        proposal_type: PROPOSAL_GROUP_CONTEXT_EXTENSIONS,
        extensions: extensionsOf(wish),
      };
    case "reinit":
      return {
        proposal_type: PROPOSAL_REINIT,
        group_id: wish.bytes("group_id"),
        version: 1,
        cipher_suite: wish.number("suite"),
        extensions: extensionsOf(wish),
      };
    case "custom":
      return customProposal(wish.number("type"), wish.bytes("data"));
    default:
      throw new TypeError(`no proposal is called ${wish.text("kind")}`);
  }
}

function framingOf(request: Request): typeof PUBLIC {
  return request.flag("private") ? { ...PUBLIC, wire_format: WIRE_PRIVATE_MESSAGE } : PUBLIC;
}

function proposed(state: GroupState, request: Request): Promise<ProposalMade> {
  const framing = framingOf(request);
  if (request.text("kind") === "update") return proposeUpdate(CRYPTO, state, framing);
  const proposal = proposalOf(state, request);
  return proposal.proposal_type === PROPOSAL_ADD
    ? proposeAdd(CRYPTO, state, proposal.key_package, world, framing)
    : propose(CRYPTO, state, proposal, framing);
}

function waits(found: Handle, pending: PendingCommit | PendingJoin): object {
  found.pending = pending;
  const { message, group_info, ratchet_tree } = pending;
  const welcome = "welcome" in pending ? pending.welcome : null;
  return { message, welcome, group_info, ratchet_tree };
}

function keyPackages(request: Request): readonly KeyPackage[] {
  return request.list("key_packages").map((each) => decode(KeyPackage, each.bytes("key_package")));
}

const ANSWERS: Answers = {
  register: (request) => {
    REGISTRY.register(request.text("name"), request.bytes("key"));
  },
  psk: (request) => {
    externals.set(toHex(request.bytes("psk_id")), new Secret(request.bytes("psk")));
  },
  person: (request) => {
    const private_key = new Secret(request.bytes("private_key"));
    const keys = { private_key, public_key: request.bytes("public_key") };
    const suite = cipherSuite(request.number("suite"));
    const owner = { name: request.text("name"), suite, keys };
    handles.set(request.text("who"), { owner, bundles: [], old: null, state: null, pending: null });
  },
  twin: (request) => {
    const { owner, state } = handle(request);
    const nobody = { bundles: [], state: null, pending: null };
    handles.set(request.text("twin"), { owner, old: state, ...nobody });
  },
  leave: (request) => handles.delete(request.text("who")),
  key_package: async (request) => {
    const found = handle(request);
    const bundle = await freshBundle(found, request);
    found.bundles.push(bundle);
    return encode(KeyPackage, bundle.key_package);
  },
  create: async (request) => {
    const found = handle(request);
    const bundle = await freshBundle(found, request);
    const suite = found.owner.suite;
    const extensions = extensionsOf(request);
    const creation = { groupId: request.bytes("group_id"), suite, bundle, extensions, ...world };
    found.state = await createGroup(CRYPTO, creation);
  },
  join: async (request) => {
    const found = handle(request);
    const { old } = found;
    found.state = await join(CRYPTO, request.bytes("welcome"), byReference(...found.bundles), {
      ...world,
      ratchetTree: request.maybeBytes("ratchet_tree"),
      oldGroups: (id) => (old !== null && toHex(old.context.group_id) === toHex(id) ? old : null),
    });
    found.bundles.length = 0;
  },
  join_external: async (request) => {
    const found = handle(request);
    const bundle = await freshBundle(found, request);
    const ratchetTree = request.bytes("ratchet_tree");
    const joining = { ...world, ratchetTree };
    return waits(found, await joinExternal(CRYPTO, request.bytes("info"), bundle, joining));
  },
  ask_to_be_added: async (request) => {
    const found = handle(request);
    const bundle = found.bundles.at(-1);
    if (bundle === undefined) throw new TypeError("there is no KeyPackage to be added with");
    return newMemberProposal(CRYPTO, decode(GroupContext, request.bytes("context")), bundle, NOW);
  },
  propose: async (request) => {
    const found = handle(request);
    const made = await proposed(stateOf(found), request);
    found.state = made.state;
    return { message: made.message, ref: made.ref };
  },
  commit: async (request) => {
    const found = handle(request);
    const state = stateOf(found);
    const pending = await commit(CRYPTO, state, {
      ...world,
      proposals: request.list("proposals").map((wish) => proposalOf(state, wish)),
      options: {
        framing: framingOf(request),
        includePending: !request.flag("alone"),
        alwaysPath: !request.flag("light"),
        ratchetTreeInWelcome: request.flag("tree_in_welcome"),
      },
    });
    found.state = pending.before;
    return waits(found, pending);
  },
  adopt: (request) => {
    const found = handle(request);
    const { pending } = found;
    if (pending === null) throw new TypeError("nothing waits");
    found.state =
      "before" in pending ? adopt(pending, found.state ?? pending.before) : pending.next;
    found.pending = null;
  },
  branch: async (request) => {
    const found = handle(request);
    const bundle = await freshBundle(found, request);
    const groupId = request.bytes("group_id");
    if (found.old === null) throw new TypeError("not a twin");
    const packages = keyPackages(request);
    return waits(found, await branch(CRYPTO, found.old, groupId, bundle, packages, world));
  },
  reinitialize: async (request) => {
    const found = handle(request);
    if (found.old === null) throw new TypeError("not a twin");
    const bundle = await freshBundle(found, request);
    return waits(found, await reinitialize(CRYPTO, found.old, bundle, keyPackages(request), world));
  },
  process: async (request) => {
    const found = handle(request);
    const received = await receive(CRYPTO, stateOf(found), request.bytes("message"), world);
    if (received.type === "removed") return { type: "removed", sender: received.committer.leaf };
    found.state = received.state;
    switch (received.type) {
      case "application": {
        const { epoch, data } = received;
        return { type: "application", epoch, data, sender: received.sender.leaf };
      }
      case "proposal":
        return { type: "proposal", ref: received.ref };
      case "commit":
        return { type: "commit", sender: received.committer.leaf };
    }
  },
  encrypt: async (request) => {
    const found = handle(request);
    const [state, message] = await encrypt(CRYPTO, stateOf(found), request.bytes("data"));
    found.state = state;
    return message;
  },
  view: (request) => {
    const state = stateOf(handle(request));
    const label = ascii("law");
    return {
      leaf: state.own_leaf,
      epoch: state.context.epoch,
      context: encode(GroupContext, state.context),
      authenticator: state.secrets.epoch_authenticator.reveal(),
      exported: exportSecret(CRYPTO, state, "law", label, 32).reveal(),
      tree: state.tree.encode(),
      members: [...state.roster.keys()],
    };
  },
  group_info: (request) => groupInfo(CRYPTO, stateOf(handle(request))),
  snapshot: (request) => snapshot(stateOf(handle(request))),
  restore: (request) => {
    handle(request).state = restore(request.byteMap("parts"));
  },
  follow: async (request) => {
    const [info, tree] = [request.bytes("info"), request.bytes("ratchet_tree")];
    followed.set(request.text("group"), await fromGroupInfo(CRYPTO, info, tree, world));
  },
  observe: async (request) => {
    const name = request.text("group");
    const group = followed.get(name);
    if (group === undefined) throw new TypeError(`no group is called ${name}`);
    const { next } = await observe(CRYPTO, group, request.bytes("message"), world);
    followed.set(name, next);
    return encodePublicGroup(next) satisfies Bytes;
  },
};

function describe(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof MlsError)) {
    return { kind: "bug", rule: null, text: error instanceof Error ? error.stack : String(error) };
  }
  const named = error instanceof ValidationError || error instanceof CryptoError;
  return { kind: error.name, rule: named ? (error.rule?.name ?? null) : null, text: error.message };
}

await answer(ANSWERS, describe);
