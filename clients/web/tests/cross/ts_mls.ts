/**
 * Members that run npm `ts-mls` 1.6.4, as an independent peer for the cross tests of `tests/cross`.
 *
 * Only what that version does as RFC 9420 says; tests/cross/test_ts_mls.py lists what is left out.
 */

import {
  type CiphersuiteImpl,
  type ClientConfig,
  type ClientState,
  type MLSMessage,
  type PrivateKeyPackage,
  type Proposal,
  type PskIndex,
  createApplicationMessage,
  createCommit,
  createProposal,
  decodeMlsMessage,
  defaultAuthenticationService,
  defaultKeyPackageEqualityConfig,
  defaultLifetimeConfig,
  defaultPaddingConfig,
  encodeMlsMessage,
  generateKeyPackageWithKey,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  makePskIndex,
  mlsExporter,
  processPrivateMessage,
  processPublicMessage,
} from "ts-mls";
import { encodeGroupContext } from "ts-mls/groupContext.js";
import { type KeyPackage, decodeKeyPackage, encodeKeyPackage } from "ts-mls/keyPackage.js";
import { decodeRatchetTree, encodeRatchetTree } from "ts-mls/ratchetTree.js";

import { type Bytes, ascii } from "../../src/mls/bytes.ts";
import { LIFETIME, NOW } from "../support/people.ts";
import { type Answers, type Request, answer } from "./lines.ts";

const SUITE = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";
const CONFIG: ClientConfig = {
  keyRetentionConfig: {
    retainKeysForGenerations: 128,
    retainKeysForEpochs: 5,
    maximumForwardRatchetSteps: 1000,
  },
  lifetimeConfig: defaultLifetimeConfig,
  keyPackageEqualityConfig: defaultKeyPackageEqualityConfig,
  paddingConfig: defaultPaddingConfig,
  authService: defaultAuthenticationService,
};

interface Bundle {
  readonly publicPackage: KeyPackage;
  readonly privatePackage: PrivateKeyPackage;
}

interface Handle {
  readonly name: string;
  readonly keys: { readonly signKey: Uint8Array; readonly publicKey: Uint8Array };
  bundle: Bundle | null;
  state: ClientState | null;
  pending: ClientState | null;
}

const handles = new Map<string, Handle>();
const externals: Record<string, Uint8Array> = {};
let implementation: CiphersuiteImpl | null = null;

async function suite(): Promise<CiphersuiteImpl> {
  implementation ??= await getCiphersuiteImpl(getCiphersuiteFromName(SUITE));
  return implementation;
}

function handle(request: Request): Handle {
  const found = handles.get(request.text("who"));
  if (found === undefined) throw new TypeError(`nobody is called ${request.text("who")}`);
  return found;
}

function stateOf(found: Handle): ClientState {
  if (found.state === null) throw new TypeError("not in a group");
  return found.state;
}

function psks(state: ClientState | undefined): PskIndex {
  return makePskIndex(state, externals);
}

function decoded(data: Bytes): MLSMessage {
  const [message] = decodeMlsMessage(data, 0) ?? [];
  if (message === undefined) throw new Error("not an MLSMessage");
  return message;
}

/** Only the digest of what a proposal wishes; ts-mls makes no Updates and no GCE it could send. */
async function proposalOf(state: ClientState, wish: Request): Promise<Proposal> {
  switch (wish.text("kind")) {
    case "add": {
      const [keyPackage] = decodeKeyPackage(wish.bytes("key_package"), 0) ?? [];
      if (keyPackage === undefined) throw new Error("not a KeyPackage");
      return { proposalType: "add", add: { keyPackage } };
    }
    case "remove":
      return { proposalType: "remove", remove: { removed: wish.number("leaf") } };
    case "psk":
    case "resumption": {
      const pskNonce = (await suite()).rng.randomBytes(32);
      const { groupId: pskGroupId, epoch: pskEpoch } = state.groupContext;
      const preSharedKeyId =
        wish.text("kind") === "psk"
          ? ({ psktype: "external", pskId: wish.bytes("psk_id"), pskNonce } as const)
          : ({
              psktype: "resumption",
              usage: "application",
              pskGroupId,
              pskEpoch,
              pskNonce,
            } as const);
      return { proposalType: "psk", psk: { preSharedKeyId } };
    }
    default:
      throw new TypeError(`ts-mls is not asked for a proposal called ${wish.text("kind")}`);
  }
}

function base64(data: Uint8Array): string {
  return Buffer.from(data).toString("base64");
}

/** Return what is new among the names of pending proposals. */
function newRef(before: ClientState, after: ClientState): Uint8Array {
  const names = Object.keys(after.unappliedProposals);
  const fresh = names.find((each) => !(each in before.unappliedProposals));
  if (fresh === undefined) throw new Error("no proposal is new");
  return Uint8Array.from(Buffer.from(fresh, "base64"));
}

async function processed(
  message: MLSMessage,
  state: ClientState,
): Promise<{ readonly newState: ClientState; readonly message?: Uint8Array }> {
  const cs = await suite();
  if (message.wireformat === "mls_public_message") {
    return processPublicMessage(state, message.publicMessage, psks(state), cs);
  }
  if (message.wireformat !== "mls_private_message") throw new Error("not a message to a group");
  return processPrivateMessage(state, message.privateMessage, psks(state), cs);
}

const ANSWERS: Answers = {
  register: () => undefined,
  psk: (request) => {
    externals[base64(request.bytes("psk_id"))] = request.bytes("psk");
  },
  person: (request) => {
    const keys = { signKey: request.bytes("private_key"), publicKey: request.bytes("public_key") };
    const name = request.text("name");
    handles.set(request.text("who"), { name, keys, bundle: null, state: null, pending: null });
  },
  key_package: async (request) => {
    const found = handle(request);
    const credential = { credentialType: "basic", identity: ascii(found.name) } as const;
    const capabilities = {
      versions: ["mls10" as const],
      ciphersuites: [SUITE as typeof SUITE],
      extensions: [],
      proposals: [],
      credentials: ["basic" as const],
    };
    const lifetime = { notBefore: LIFETIME.not_before, notAfter: LIFETIME.not_after };
    const cs = await suite();
    const { keys } = found;
    found.bundle = await generateKeyPackageWithKey(
      credential,
      capabilities,
      lifetime,
      [],
      keys,
      cs,
    );
    return encodeKeyPackage(found.bundle.publicPackage);
  },
  join: async (request) => {
    const found = handle(request);
    const message = decoded(request.bytes("welcome"));
    if (message.wireformat !== "mls_welcome" || found.bundle === null)
      throw new Error("no Welcome");
    const [tree] = decodeRatchetTree(request.bytes("ratchet_tree"), 0) ?? [];
    const { publicPackage, privatePackage } = found.bundle;
    found.state = await joinGroup(
      message.welcome,
      publicPackage,
      privatePackage,
      psks(undefined),
      await suite(),
      tree,
      undefined,
      CONFIG,
    );
    found.bundle = null;
  },
  propose: async (request) => {
    const found = handle(request);
    const state = stateOf(found);
    const proposal = await proposalOf(state, request);
    const open = !request.flag("private");
    const made = await createProposal(state, open, proposal, await suite());
    found.state = made.newState;
    return { message: encodeMlsMessage(made.message), ref: newRef(state, made.newState) };
  },
  commit: async (request) => {
    const found = handle(request);
    const state = stateOf(found);
    const context = { state, cipherSuite: await suite(), pskIndex: psks(state) };
    const wishes = request.list("proposals");
    const extraProposals = await Promise.all(wishes.map((wish) => proposalOf(state, wish)));
    const made = await createCommit(context, {
      wireAsPublicMessage: !request.flag("private"),
      extraProposals,
      ratchetTreeExtension: request.flag("tree_in_welcome"),
    });
    found.pending = made.newState;
    const welcome =
      made.welcome === undefined
        ? null
        : encodeMlsMessage({ version: "mls10", wireformat: "mls_welcome", welcome: made.welcome });
    const ratchet_tree = encodeRatchetTree(made.newState.ratchetTree);
    return { message: encodeMlsMessage(made.commit), welcome, group_info: "", ratchet_tree };
  },
  adopt: (request) => {
    const found = handle(request);
    found.state = found.pending;
    found.pending = null;
  },
  process: async (request) => {
    const found = handle(request);
    const state = stateOf(found);
    const message = decoded(request.bytes("message"));
    // Its `processMessage` forgets the pre-shared keys when a message is private.
    const result = await processed(message, state);
    if (result.newState.groupActiveState.kind === "removedFromGroup") return { type: "removed" };
    found.state = result.newState;
    if ("message" in result) return { type: "application", data: result.message };
    return result.newState.groupContext.epoch === state.groupContext.epoch
      ? { type: "proposal", ref: newRef(state, result.newState) }
      : { type: "commit" };
  },
  encrypt: async (request) => {
    const found = handle(request);
    const state = stateOf(found);
    const made = await createApplicationMessage(state, request.bytes("data"), await suite());
    found.state = made.newState;
    const { privateMessage } = made;
    return encodeMlsMessage({
      version: "mls10",
      wireformat: "mls_private_message",
      privateMessage,
    });
  },
  view: async (request) => {
    const state = stateOf(handle(request));
    const { keySchedule, ratchetTree, groupContext } = state;
    const law = ascii("law");
    const exported = await mlsExporter(keySchedule.exporterSecret, "law", law, 32, await suite());
    return {
      leaf: state.privatePath.leafIndex,
      epoch: groupContext.epoch,
      context: encodeGroupContext(groupContext),
      authenticator: keySchedule.epochAuthenticator,
      exported,
      tree: encodeRatchetTree(ratchetTree),
      members: ratchetTree.flatMap((node, index) => (node?.nodeType === "leaf" ? [index / 2] : [])),
    };
  },
};

// It asks the real clock, and leaves promises behind that nobody waits for when one has failed.
Date.now = () => NOW * 1000;
process.on("unhandledRejection", () => undefined);

await answer(ANSWERS, (error) => {
  const text = error instanceof Error ? String(error.stack) : String(error);
  const own = error instanceof TypeError || !(error instanceof Error);
  return { kind: own ? "bug" : "ForeignError", rule: null, text };
});
