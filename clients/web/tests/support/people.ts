/** People, who vouches for them, and groups of them: the twin of `tests/support/people.py`. */

import { type Bytes, ascii, equalBytes, toHex } from "../../src/mls/bytes.ts";
import { encode } from "../../src/mls/codec/index.ts";
import { type AuthenticationService, BASIC, Credential } from "../../src/mls/credentials.ts";
import type { KeyPair } from "../../src/mls/crypto/provider.ts";
import { type CipherSuite, cipherSuite } from "../../src/mls/crypto/suites.ts";
import { ValidationError } from "../../src/mls/errors.ts";
import type { Extension } from "../../src/mls/extensions.ts";
import {
  type Bundles,
  type CommitReceived,
  type Committing,
  type GroupState,
  type Joining,
  NO_PSKS,
  type PSKStore,
  type PendingCommit,
  type ProposalMade,
  type Received,
  type RemovedFromGroup,
  adopt,
  commit,
  createGroup,
  join,
  process,
} from "../../src/mls/group/index.ts";
import {
  type KeyPackageBundle,
  type KeyPackageChoices,
  createKeyPackage,
  keyPackageReference,
} from "../../src/mls/key_package.ts";
import { PROPOSAL_ADD, type Proposal } from "../../src/mls/messages/proposals.ts";
import { Rule } from "../../src/mls/rules.ts";
import { CRYPTO, NOW, SUITE } from "./suite.ts";

export { CRYPTO, NOW, SUITE };
export const DAY = 24 * 3600;
export const LIFETIME = { not_before: BigInt(NOW - DAY), not_after: BigInt(NOW + 60 * DAY) };

/**
 * An authentication service: it knows people by the keys they registered.
 *
 * A name is a client: "alice" may become "alice" with other keys, never "bob".
 */
export class Registry implements AuthenticationService {
  readonly #known = new Set<string>();

  register(name: string, signatureKey: Bytes): void {
    this.#known.add(`${toHex(ascii(name))}:${toHex(signatureKey)}`);
  }

  authenticate(credential: Credential, signatureKey: Bytes): void {
    const known =
      credential.credential_type === BASIC &&
      this.#known.has(`${toHex(credential.identity)}:${toHex(signatureKey)}`);
    if (!known) throw new ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED);
  }

  sameClient(old: Credential, other: Credential): boolean {
    return equalBytes(encode(Credential, old), encode(Credential, other));
  }
}

export const REGISTRY = new Registry();

/** An authentication service that believes everybody: for other people's vectors. */
export const EVERYONE: AuthenticationService = {
  authenticate: () => undefined,
  sameClient: () => true,
};

/** A client: a name, a signature key, and KeyPackages as many as asked for. */
export interface Person {
  readonly name: string;
  readonly suite: CipherSuite;
  readonly keys: KeyPair;
}

/** Return a client with fresh keys, known to the registry. */
export async function person(name: string, suite: CipherSuite = SUITE): Promise<Person> {
  const keys = await CRYPTO.signatureKeyPair(suite);
  REGISTRY.register(name, keys.public_key);
  return { name, suite, keys };
}

/** Return a fresh KeyPackage of a client. */
export function bundleOf(
  owner: Person,
  choices: Partial<KeyPackageChoices> = {},
): Promise<KeyPackageBundle> {
  const credential = { credential_type: BASIC, identity: ascii(owner.name) } as const;
  return createKeyPackage(CRYPTO, owner.suite, credential, owner.keys.private_key, {
    lifetime: LIFETIME,
    ...choices,
  });
}

/** Return KeyPackages as `join` looks them up. */
export function byReference(...bundles: readonly KeyPackageBundle[]): Bundles {
  return new Map(
    bundles.map((bundle) => {
      const suite = cipherSuite(bundle.key_package.cipher_suite);
      return [toHex(keyPackageReference(CRYPTO, suite, bundle.key_package)), bundle];
    }),
  );
}

/** Return an Add of a KeyPackage. */
export function add(bundle: KeyPackageBundle): Proposal {
  return { proposal_type: PROPOSAL_ADD, key_package: bundle.key_package };
}

/** The members of one group, each with a state of its own, and the mail between them. */
export class Crew {
  readonly people = new Map<string, Person>();
  readonly states = new Map<string, GroupState>();
  now = NOW;
  psks: PSKStore = NO_PSKS;

  get(name: string): GroupState {
    const state = this.states.get(name);
    if (state === undefined) throw new Error(`${name} is not in the crew`);
    return state;
  }

  set(name: string, state: GroupState): void {
    this.states.set(name, state);
  }

  leaf(name: string): number {
    return this.get(name).own_leaf;
  }

  /** Let a member make a commit. Nobody knows of it yet. */
  commit(
    name: string,
    proposals: readonly Proposal[] = [],
    options: NonNullable<Committing["options"]> = {},
  ): Promise<PendingCommit> {
    const { psks, now } = this;
    const committing = { proposals, psks, authentication: REGISTRY, now, options };
    return commit(CRYPTO, this.get(name), committing);
  }

  /** Let everybody see a commit: its maker adopts it, the others process it. */
  async accept(name: string, pending: PendingCommit): Promise<void> {
    for (const other of [...this.states.keys()]) {
      if (other === name) this.set(other, adopt(pending, this.get(other)));
      else await this.receiveCommit(other, pending.message);
    }
  }

  /** Let one member process a commit; one who is removed is gone from the crew. */
  async receiveCommit(name: string, message: Bytes): Promise<CommitReceived | RemovedFromGroup> {
    const received = await this.receive(name, message);
    if (received.type === "removed") this.states.delete(name);
    else if (received.type === "commit") this.set(name, received.state);
    else throw new Error(`not a commit but of type ${received.type}`);
    return received;
  }

  /** Let one member process a message, without keeping what comes of it. */
  receive(name: string, message: Bytes): Promise<Received> {
    const { psks, now } = this;
    return process(CRYPTO, this.get(name), message, { authentication: REGISTRY, psks, now });
  }

  /** Let a member read a message and keep what comes of it. */
  async hear(name: string, message: Bytes): Promise<Received> {
    const received = await this.receive(name, message);
    if (received.type !== "removed") this.set(name, received.state);
    return received;
  }

  /** Keep what a member has proposed, and let the others hear it. */
  async propose(name: string, made: ProposalMade): Promise<void> {
    this.set(name, made.state);
    for (const other of this.states.keys()) {
      if (other !== name) await this.hear(other, made.message);
    }
  }

  /** Let a member add people, who join. */
  async add(by: string, ...names: readonly string[]): Promise<void> {
    const bundles = new Map<string, KeyPackageBundle>();
    for (const name of names) {
      const newcomer = await person(name);
      this.people.set(name, newcomer);
      bundles.set(name, await bundleOf(newcomer));
    }
    const pending = await this.commit(by, [...bundles.values()].map(add));
    await this.accept(by, pending);
    for (const [name, bundle] of bundles) this.set(name, await this.join(pending, bundle));
  }

  /** Join by the Welcome of a commit, the tree coming beside it. */
  join(
    pending: PendingCommit,
    bundle: KeyPackageBundle,
    joining: Partial<Joining> = {},
  ): Promise<GroupState> {
    if (pending.welcome === null) throw new Error("this commit adds nobody");
    return join(CRYPTO, pending.welcome, byReference(bundle), {
      ratchetTree: pending.ratchet_tree,
      psks: this.psks,
      authentication: REGISTRY,
      now: this.now,
      ...joining,
    });
  }

  /** Check that all members arrived at the same epoch. */
  agree(): void {
    const [first, ...others] = [...this.states.values()];
    for (const state of others) {
      const same =
        first?.context.epoch === state.context.epoch &&
        first.secrets.epoch_authenticator.equals(state.secrets.epoch_authenticator) &&
        equalBytes(first.tree.encode(), state.tree.encode());
      if (!same) throw new Error(`leaf ${state.own_leaf} is not where the others are`);
    }
  }
}

/** Return a group whose founder, the first, has added the others in one commit. */
export async function founded(
  names: readonly string[],
  extensions: readonly Extension[] = [],
): Promise<Crew> {
  const [first, ...others] = names;
  if (first === undefined) throw new Error("a group needs a founder");
  const founder = await person(first);
  const crew = new Crew();
  crew.people.set(first, founder);
  const creation = {
    groupId: CRYPTO.random(16),
    suite: SUITE,
    bundle: await bundleOf(founder),
    extensions,
    authentication: REGISTRY,
    now: NOW,
  };
  crew.set(first, await createGroup(CRYPTO, creation));
  if (others.length > 0) await crew.add(first, ...others);
  return crew;
}
