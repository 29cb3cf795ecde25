/**
 * Doors: how the key of the store is kept while nobody uses it (docs/spec/web-store.md).
 *
 * The vault key lies in a vault file (docs/spec/vault.md) under one of three things: a key that the
 * browser keeps and gives to no script, a passphrase, or what a passkey gives out. There is one door
 * at a time: with another beside it, the weaker one would be the lock.
 */

import { IdentityError, WrongPassphraseError } from "../identity/errors.ts";
import {
  type Cost,
  DEFAULT_COST,
  KEY_BYTES,
  NONCE_BYTES,
  SALT_BYTES,
  type Stretch,
  type VaultKey,
  method,
  unlockWithKey,
  unlockWithPassphrase,
} from "../identity/vault.ts";
import { type Bytes, ascii } from "../mls/bytes.ts";
import { type PlatformKey, randomBytes, subtle } from "../mls/crypto/platform.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { DamagedError, LockedError } from "./errors.ts";

const GCM_NONCE_BYTES = 12;
const WRAPPING = ascii("teamchat store wrapping key");

/** Nobody is asked for anything. */
export interface BrowserDoor {
  readonly type: "browser";
}

/** What the person types. */
export interface PassphraseDoor {
  readonly type: "passphrase";
  readonly passphrase: string;
  readonly stretch: Stretch;
  readonly cost?: Cost;
}

/** What a passkey gives out for a salt (WebAuthn's extension `prf`): 32 bytes. */
export interface PasskeyDoor {
  readonly type: "passkey";
  readonly secret: Secret;
  /** Which passkey it is, and for which salt, so that it can be asked again. */
  readonly credential: Bytes;
  readonly salt: Bytes;
}

export type Door = BrowserDoor | PassphraseDoor | PasskeyDoor;
export type DoorName = Door["type"];

/** What is kept: a vault file, and what its door needs beside it; it is structured data. */
export type Kept =
  | {
      readonly door: "browser";
      readonly file: Bytes;
      /** Not extractable. */
      readonly key: PlatformKey;
      readonly nonce: Bytes;
      readonly wrapping: Bytes;
    }
  | { readonly door: "passphrase"; readonly file: Bytes }
  | {
      readonly door: "passkey";
      readonly file: Bytes;
      readonly credential: Bytes;
      readonly salt: Bytes;
    };

/** What a page needs to know of a door to ask for what opens it. */
export type DoorSeen =
  | { readonly type: "browser" | "passphrase" }
  | { readonly type: "passkey"; readonly credential: Bytes; readonly salt: Bytes };

export const BROWSER: BrowserDoor = { type: "browser" };

/**
 * Put the key behind a door.
 *
 * @throws IdentityError - The passphrase is empty or endless, or there is no memory to stretch it.
 */
export async function shut(key: VaultKey, door: Door): Promise<Kept> {
  const nonce = randomBytes(NONCE_BYTES);
  switch (door.type) {
    case "browser":
      return shutByBrowser(key, nonce);
    case "passphrase": {
      const { passphrase, stretch, cost = DEFAULT_COST } = door;
      const salt = randomBytes(SALT_BYTES);
      const file = await key.wrappedByPassphrase(stretch, passphrase, salt, nonce, cost);
      return { door: "passphrase", file };
    }
    case "passkey": {
      const { credential, salt } = door;
      return { door: "passkey", file: key.wrappedByKey(door.secret, nonce), credential, salt };
    }
  }
}

/**
 * Return the key.
 *
 * @throws LockedError - The door is another one, or what was given does not open it.
 * @throws DamagedError - What was kept is not what was written.
 * @throws IdentityError - The passphrase is empty or endless, or there is no memory to stretch it.
 */
export async function open(kept: Kept, door: Door): Promise<VaultKey> {
  checkFile(kept.file);
  switch (kept.door) {
    case "browser":
      if (door.type !== kept.door) break;
      return openByBrowser(kept);
    case "passphrase":
      if (door.type !== kept.door) break;
      return tried(kept.door, () => unlockWithPassphrase(door.stretch, kept.file, door.passphrase));
    case "passkey":
      if (door.type !== kept.door) break;
      return tried(kept.door, () => unlockWithKey(kept.file, door.secret));
  }
  throw new LockedError(kept.door, false);
}

/** Say what a door asks for. */
export function seen(kept: Kept): DoorSeen {
  if (kept.door !== "passkey") return { type: kept.door };
  return { type: kept.door, credential: kept.credential, salt: kept.salt };
}

async function shutByBrowser(vault: VaultKey, nonce: Bytes): Promise<Kept> {
  const secret = randomBytes(KEY_BYTES);
  const key = await subtle().importKey("raw", randomBytes(KEY_BYTES), "AES-GCM", false, [
    "encrypt",
    "decrypt",
  ]);
  const gcm = randomBytes(GCM_NONCE_BYTES);
  const wrapping = new Uint8Array(await subtle().encrypt(parameters(gcm), key, secret));
  const file = vault.wrappedByKey(new Secret(secret), nonce);
  return { door: "browser", file, key, nonce: gcm, wrapping };
}

async function openByBrowser(kept: Kept & { readonly door: "browser" }): Promise<VaultKey> {
  try {
    const found = await subtle().decrypt(parameters(kept.nonce), kept.key, kept.wrapping);
    return unlockWithKey(kept.file, new Secret(new Uint8Array(found)));
  } catch (error) {
    throw new DamagedError("the browser's key does not open the store", { cause: error });
  }
}

async function tried(
  door: DoorName,
  opening: () => VaultKey | Promise<VaultKey>,
): Promise<VaultKey> {
  try {
    return await opening();
  } catch (error) {
    if (!(error instanceof WrongPassphraseError)) throw error;
    throw new LockedError(door, true, { cause: error });
  }
}

function checkFile(file: Bytes): void {
  try {
    method(file);
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    throw new DamagedError("no vault file is where one has to be", { cause: error });
  }
}

function parameters(iv: Bytes): {
  readonly name: "AES-GCM";
  readonly iv: Bytes;
  readonly additionalData: Bytes;
} {
  return { name: "AES-GCM", iv, additionalData: WRAPPING };
}
