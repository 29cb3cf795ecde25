/** Doing what a case of the corpus says, and telling what came of it. */

import { type Bytes, concat, equalBytes, fromHex, toHex } from "../../src/mls/bytes.ts";
import { type Codec, decode, encode, struct } from "../../src/mls/codec/index.ts";
import type { AuthenticationService } from "../../src/mls/credentials.ts";
import { cipherSuite } from "../../src/mls/crypto/suites.ts";
import { CryptoError, MlsError, ValidationError } from "../../src/mls/errors.ts";
import { ExternalSender, Extensions, RequiredCapabilities } from "../../src/mls/extensions.ts";
import { MLSMessage, unwrap } from "../../src/mls/framing/message.ts";
import {
  type GroupState,
  type PSKStore,
  encrypt,
  join,
  joinExternal,
  process as read,
  pskStore,
} from "../../src/mls/group/index.ts";
import { KeyPackage, validateKeyPackage } from "../../src/mls/key_package.ts";
import { Commit } from "../../src/mls/messages/commit.ts";
import { ReInit } from "../../src/mls/messages/proposals.ts";
import {
  type PublicGroup,
  checkGroupInfo,
  fromGroupInfo,
  receive,
} from "../../src/mls/public_group.ts";
import { GroupContext } from "../../src/mls/schedule/context.ts";
import { PreSharedKeyID } from "../../src/mls/schedule/key_names.ts";
import { LeafNode, ParentNode } from "../../src/mls/tree/nodes.ts";
import { RatchetTree } from "../../src/mls/tree/ratchet_tree.ts";
import { leafRules } from "../../src/mls/tree/validation.ts";
import {
  type Change,
  type Entry,
  type Input,
  type Room,
  type Scene,
  type State,
  bundlesOf,
  listed,
  memberOf,
  present,
  sceneOf,
  secret,
} from "./mls_corpus.ts";
import { byReference } from "./people.ts";
import { CRYPTO } from "./suite.ts";

type Hex = string;

const STRUCTURES: Readonly<Record<string, Codec<unknown>>> = {
  Commit: Commit,
  ExternalSender: ExternalSender,
  GroupContext: GroupContext,
  LeafNode: LeafNode,
  MLSMessage: MLSMessage,
  ParentNode: ParentNode,
  PreSharedKey: struct({ psk: PreSharedKeyID }),
  ReInit: ReInit,
  RequiredCapabilities: RequiredCapabilities,
};

/** Everything that an operation may want. */
class Desk {
  readonly scene: Scene;
  readonly state: State;
  readonly #entry: Entry;
  readonly #messages: Room["messages"];

  constructor(scene: Scene, state: State, entry: Entry, messages: Room["messages"]) {
    this.scene = scene;
    this.state = state;
    this.#entry = entry;
    this.#messages = messages;
  }

  get input(): Input {
    return this.#entry.input;
  }

  get judge(): { authentication: AuthenticationService; now: number } {
    return { authentication: listed(this.#entry.authentication), now: this.#entry.now };
  }

  get psks(): PSKStore {
    return pskStore(new Map((this.input.psks ?? []).map(([name, key]) => [name, secret(key)])));
  }

  get knownGroups(): ReadonlySet<string> {
    return new Set(this.input.known_groups);
  }

  get member(): GroupState {
    if (this.state.kind !== "member") throw new Error("a member's state is missing");
    return this.state.member;
  }

  get group(): PublicGroup {
    if (this.state.kind !== "public") throw new Error("a group is missing");
    return this.state.group;
  }

  given(name: string): Bytes {
    return present(this.optional(name), name);
  }

  optional(name: string): Bytes | null {
    const value = this.input[name];
    if (value === undefined || value === null) return null;
    if (typeof value === "string") return fromHex(value);
    const { of, at, drop, put } = value as Change;
    const message = fromHex(present(this.#messages[of], of));
    return concat(message.slice(0, at), fromHex(put), message.slice(at + drop));
  }
}

type Outcome = Readonly<Record<string, unknown>>;

function agreed({ context, secrets }: GroupState): Outcome {
  const epoch_authenticator = toHex(secrets.epoch_authenticator.reveal());
  return { epoch: Number(context.epoch), epoch_authenticator };
}

const contextOf = (context: GroupContext): Hex => toHex(encode(GroupContext, context));

const OPERATIONS: Readonly<Record<string, (desk: Desk) => Promise<Outcome> | Outcome>> = {
  decode: (desk) => {
    const data = desk.given("data");
    const name = present(desk.input.struct, "struct");
    if (name === "MLSMessage") unwrap(data);
    const again =
      name === "RatchetTree"
        ? RatchetTree.decode(data).encode()
        : rewritten(STRUCTURES[name], data);
    if (!equalBytes(again, data)) throw new Error(`a ${name} is not written as it was read`);
    return { kind: "value" };
  },

  process: async (desk) => {
    const { member, judge, psks } = desk;
    const received = await read(CRYPTO, member, desk.given("message"), { ...judge, psks });
    switch (received.type) {
      case "application": {
        const { sender, epoch, data } = received;
        return { kind: "application", leaf: sender.leaf, epoch: Number(epoch), data: toHex(data) };
      }
      case "proposal":
        return { kind: "proposal", ref: toHex(received.ref) };
      case "commit":
        return { kind: "commit", ...agreed(received.state) };
      case "removed":
        return { kind: "removed", leaf: received.committer.leaf };
    }
  },

  encrypt: async (desk) => {
    await encrypt(CRYPTO, desk.member, desk.given("data"));
    return { kind: "encrypted" };
  },

  join: async (desk) => {
    const { judge, psks, knownGroups } = desk;
    const old = (desk.input.old_groups ?? []).map(memberOf);
    const state = await join(CRYPTO, desk.given("welcome"), byReference(...bundlesOf(desk.scene)), {
      ...judge,
      psks,
      knownGroups,
      ratchetTree: desk.optional("ratchet_tree"),
      oldGroups: (id) => old.find(({ context }) => equalBytes(context.group_id, id)) ?? null,
    });
    return { kind: "joined", ...agreed(state) };
  },

  join_external: async (desk) => {
    const { judge, knownGroups } = desk;
    const bundle = present(bundlesOf(desk.scene)[0], "a KeyPackage");
    const { next } = await joinExternal(CRYPTO, desk.given("group_info"), bundle, {
      ...judge,
      knownGroups,
      ratchetTree: desk.optional("ratchet_tree"),
      resync: desk.input.resync ?? null,
    });
    return { kind: "joined", epoch: Number(next.context.epoch) };
  },

  validate_key_package: async (desk) => {
    const suite = cipherSuite(present(desk.scene.suite, "a suite"));
    const extensions = decode(Extensions, fromHex(present(desk.scene.extensions, "extensions")));
    const rules = leafRules(suite, extensions);
    const keyPackage = decode(KeyPackage, desk.given("key_package"));
    await validateKeyPackage(CRYPTO, keyPackage, { ...desk.judge, rules });
    return { kind: "valid" };
  },

  public_receive: async (desk) => {
    const seen = await receive(CRYPTO, desk.group, desk.given("message"), desk.judge);
    return seen.type === "proposal"
      ? { kind: "proposal", ref: toHex(seen.ref) }
      : { kind: "commit", context: contextOf(seen.next.context) };
  },

  public_check_group_info: async (desk) => {
    await checkGroupInfo(CRYPTO, desk.group, desk.given("group_info"));
    return { kind: "valid" };
  },

  public_from_group_info: async (desk) => {
    const [info, tree] = [desk.given("group_info"), desk.given("ratchet_tree")];
    const { context } = await fromGroupInfo(CRYPTO, info, tree, desk.judge);
    return { kind: "followed", context: contextOf(context) };
  },
};

function rewritten(codec: Codec<unknown> | undefined, data: Bytes): Bytes {
  const known = present(codec, "a structure");
  return encode(known, decode(known, data));
}

/**
 * Do what an entry says; return what came of it.
 *
 * @throws MlsError - It was refused.
 */
export async function run(
  scene: string,
  entry: Entry,
  state: State,
  messages: Room["messages"] = {},
): Promise<Outcome> {
  const operation = present(OPERATIONS[entry.operation], entry.operation);
  return operation(new Desk(sceneOf(scene), state, entry, messages));
}

/** Return the error and the rule that an entry ends in. */
export async function verdict(act: () => Promise<unknown>): Promise<[string, string | null]> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    const named = error instanceof ValidationError || error instanceof CryptoError;
    return [error.name, named ? (error.rule?.name ?? null) : null];
  }
  return ["accepted", null];
}
