/**
 * Reading the corpus of invalid MLS messages.
 *
 * The format is docs/spec/mls-invalid-corpus.md; `tests/support/mls_corpus.py` is the reader in
 * Python. Nothing here knows a rule: it tells what came of a message, and the test compares.
 */

import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { type Bytes, equalBytes, fromHex } from "../../src/mls/bytes.ts";
import { decode, encode } from "../../src/mls/codec/index.ts";
import { type AuthenticationService, Credential } from "../../src/mls/credentials.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { ValidationError } from "../../src/mls/errors.ts";
import { type GroupState, restore, snapshot } from "../../src/mls/group/index.ts";
import { KeyPackage, type KeyPackageBundle } from "../../src/mls/key_package.ts";
import {
  type PublicGroup,
  decodePublicGroup,
  encodePublicGroup,
} from "../../src/mls/public_group.ts";
import { Rule } from "../../src/mls/rules.ts";

type Hex = string;
type Parts = Readonly<Record<string, Hex>>;

/** A change of a message of the file: what is dropped and put there, at a place. */
export interface Change {
  readonly of: string;
  readonly at: number;
  readonly drop: number;
  readonly put: Hex;
}

export interface Input {
  readonly [name: string]: unknown;
  readonly struct?: string;
  readonly psks?: readonly (readonly [name: Hex, key: Hex])[];
  readonly old_groups?: readonly string[];
  readonly known_groups?: readonly Hex[];
  readonly resync?: number | null;
}

/** What is done, with what, when, and who vouches for people. */
export interface Entry {
  readonly operation: string;
  readonly input: Input;
  readonly now: number;
  readonly authentication: string;
}

/** A message that must be accepted, and what comes of it. */
export interface Valid extends Entry {
  readonly gives: Readonly<Record<string, unknown>>;
}

/** A message that must be refused, and why. */
export interface Case extends Entry {
  readonly name: string;
  readonly scene: string;
  readonly error: string;
  readonly rule: string | null;
}

interface Bundle {
  readonly key_package: Hex;
  readonly init_private_key: Hex;
  readonly leaf_private_key: Hex;
  readonly signature_private_key: Hex;
}

/** What there is before a message comes. */
export interface Scene {
  readonly kind: "member" | "public" | "newcomer" | "stateless";
  readonly parts?: Parts;
  readonly group?: Hex;
  readonly bundles?: readonly Bundle[];
  readonly suite?: number;
  readonly extensions?: Hex;
  readonly valid: readonly Valid[];
}

interface Shared {
  readonly authentication: Readonly<Record<string, readonly (readonly [Hex, Hex])[]>>;
  readonly scenes: Readonly<Record<string, Scene>>;
}

/** A file of cases, and the messages that they are changes of. */
export interface Room {
  readonly messages: Readonly<Record<string, Hex>>;
  readonly cases: readonly Case[];
}

/** A member's state, a group as a delivery service follows it, or neither. */
export type State =
  | { readonly kind: "member"; readonly member: GroupState }
  | { readonly kind: "public"; readonly group: PublicGroup }
  | { readonly kind: "none" };

const FOLDER = fileURLToPath(
  new URL("../../../../tests/vectors/data/mls-invalid/", import.meta.url),
);

function file(name: string): unknown {
  return JSON.parse(readFileSync(`${FOLDER}${name}`, "utf8"));
}

const SHARED = file("scenes.json") as Shared;

/** The scenes by name. */
export const SCENES = SHARED.scenes;

/** The rules that have no case, and why. */
export const WITHOUT = (file("without.json") as { without: Readonly<Record<string, string>> })
  .without;

/** The rooms by name. */
export const ROOMS: ReadonlyMap<string, Room> = new Map(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith(".json") && !["scenes.json", "without.json"].includes(name))
    .sort()
    .map((name) => [name.replace(/\.json$/, ""), file(name) as Room]),
);

// `toHex` is made for short strings; states are long, and written for every case.
function hexOf(data: Bytes): Hex {
  return Buffer.from(data).toString("hex");
}

/** Return a scene. */
export function sceneOf(name: string): Scene {
  const scene = SCENES[name];
  if (scene === undefined) throw new Error(`there is no scene ${name}`);
  return scene;
}

export function present<T>(value: T | null | undefined, name: string): T {
  if (value === null || value === undefined) throw new Error(`${name} is missing`);
  return value;
}

export function secret(hex: Hex): Secret {
  return new Secret(fromHex(hex));
}

export function memberOf(name: string): GroupState {
  const parts = present(sceneOf(name).parts, "a state");
  return restore(new Map(Object.entries(parts).map(([part, hex]) => [part, fromHex(hex)])));
}

export function bundlesOf(scene: Scene): readonly KeyPackageBundle[] {
  return present(scene.bundles, "a KeyPackage").map((each) => ({
    key_package: decode(KeyPackage, fromHex(each.key_package)),
    init_private_key: secret(each.init_private_key),
    leaf_private_key: secret(each.leaf_private_key),
    signature_private_key: secret(each.signature_private_key),
  }));
}

/** Return the state of a scene. */
export function opened(name: string): State {
  const scene = sceneOf(name);
  if (scene.kind === "member") return { kind: "member", member: memberOf(name) };
  if (scene.kind !== "public") return { kind: "none" };
  return { kind: "public", group: decodePublicGroup(fromHex(present(scene.group, "a group"))) };
}

/** Return what a state is stored as: the parts of a member's, or a group's bytes. */
export function stored(state: State): Parts {
  if (state.kind === "none") return {};
  if (state.kind === "public") return { group: hexOf(encodePublicGroup(state.group)) };
  return Object.fromEntries([...snapshot(state.member)].map(([name, data]) => [name, hexOf(data)]));
}

/** Return what the file says a scene's state is stored as. */
export function storedThere(name: string): Parts {
  const { parts, group } = sceneOf(name);
  return parts ?? (group === undefined ? {} : { group });
}

/** An authentication service that is a list of credentials and their keys. */
export function listed(name: string): AuthenticationService {
  const known = new Set(present(SHARED.authentication[name], name).map((pair) => pair.join(":")));
  return {
    authenticate: (credential, key) => {
      if (!known.has(`${hexOf(encode(Credential, credential))}:${hexOf(key)}`)) {
        throw new ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED);
      }
    },
    sameClient: (old, successor) =>
      equalBytes(encode(Credential, old), encode(Credential, successor)),
  };
}
