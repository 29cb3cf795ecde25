/**
 * Doors: how the key of the store is kept while nobody uses it (docs/spec/web-store.md).
 *
 * The vault key lies in a vault file (docs/spec/vault.md). Without an app lock it is under a key
 * that the browser keeps and gives to no script. With one it is under what a person types, under
 * what their passkey gives out, or under each of both, and never under the browser's key as well:
 * the weakest of the ways is the lock.
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
export interface TypedWay {
  readonly type: "passphrase";
  readonly passphrase: string;
  readonly stretch: Stretch;
  readonly cost?: Cost;
}

/** Which passkey it is, and for which salt, so that it can be asked again. */
export interface PasskeySeen {
  readonly credential: Bytes;
  readonly salt: Bytes;
}

/** What a passkey gives out for a salt (WebAuthn's extension `prf`): 32 bytes. */
export interface PasskeyWay extends PasskeySeen {
  readonly type: "passkey";
  readonly secret: Secret;
}

export type Way = TypedWay | PasskeyWay;

/** An app lock: each of the ways opens it by itself. */
export interface LockDoor {
  readonly type: "lock";
  readonly ways: readonly [Way, ...(readonly Way[])];
  /** After how many minutes without use it is to be locked again; the client's affair. */
  readonly minutes: number;
}

/** Behind what a key is put. */
export type Door = BrowserDoor | LockDoor;
export type DoorName = Door["type"];

/** What is tried to open a door with. */
export type Opener = BrowserDoor | TypedWay | Pick<PasskeyWay, "type" | "secret">;

/** One way through a lock, as it is kept: a vault file, and what it needs beside it. */
type KeptWay =
  | { readonly type: "passphrase"; readonly file: Bytes }
  | ({ readonly type: "passkey"; readonly file: Bytes } & PasskeySeen);

interface KeptByBrowser {
  readonly door: "browser";
  readonly file: Bytes;
  /** Not extractable. */
  readonly key: PlatformKey;
  readonly nonce: Bytes;
  readonly wrapping: Bytes;
}

interface KeptByLock {
  readonly door: "lock";
  readonly ways: readonly KeptWay[];
  readonly minutes: number;
}

/** What is kept of a key; it is structured data. */
export type Kept = KeptByBrowser | KeptByLock;

/** What a page needs to know of an app lock to ask for what opens it. */
export interface LockSeen {
  readonly type: "lock";
  readonly passphrase: boolean;
  readonly passkeys: readonly PasskeySeen[];
  readonly minutes: number;
}

export type DoorSeen = BrowserDoor | LockSeen;

export const BROWSER: BrowserDoor = { type: "browser" };

/**
 * Put the key behind a door.
 *
 * @throws IdentityError - The passphrase is empty or endless, or there is no memory to stretch it.
 */
export async function shut(key: VaultKey, door: Door): Promise<Kept> {
  if (door.type === "browser") return shutByBrowser(key, randomBytes(NONCE_BYTES));
  const ways: KeptWay[] = [];
  for (const way of door.ways) ways.push(await shutWay(key, way)); // each takes much memory
  return { door: "lock", ways, minutes: door.minutes };
}

/**
 * Return the key.
 *
 * @throws LockedError - The door is another one, or what was given does not open it.
 * @throws DamagedError - What was kept is not what was written.
 * @throws IdentityError - The passphrase is empty or endless, or there is no memory to stretch it.
 */
export async function open(kept: Kept, opener: Opener): Promise<VaultKey> {
  if (kept.door === "browser") {
    if (opener.type !== "browser") throw new LockedError(kept.door, false);
    checkFile(kept.file);
    return openByBrowser(kept);
  }
  const ways = kept.ways.filter(({ type }) => type === opener.type);
  for (const { file } of ways) {
    checkFile(file);
    const key = await opened(file, opener);
    if (key !== null) return key;
  }
  throw new LockedError(kept.door, ways.length > 0);
}

/** Say what a door asks for. */
export function seen(kept: Kept): DoorSeen {
  if (kept.door === "browser") return BROWSER;
  const passkeys = kept.ways.flatMap((way) =>
    way.type === "passkey" ? [{ credential: way.credential, salt: way.salt }] : [],
  );
  const passphrase = kept.ways.some(({ type }) => type === "passphrase");
  return { type: "lock", passphrase, passkeys, minutes: kept.minutes };
}

async function shutWay(key: VaultKey, way: Way): Promise<KeptWay> {
  const nonce = randomBytes(NONCE_BYTES);
  if (way.type === "passkey") {
    const { type, credential, salt, secret } = way;
    return { type, file: key.wrappedByKey(secret, nonce), credential, salt };
  }
  const { type, passphrase, stretch, cost = DEFAULT_COST } = way;
  const salt = randomBytes(SALT_BYTES);
  return { type, file: await key.wrappedByPassphrase(stretch, passphrase, salt, nonce, cost) };
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

async function openByBrowser(kept: KeptByBrowser): Promise<VaultKey> {
  try {
    const found = await subtle().decrypt(parameters(kept.nonce), kept.key, kept.wrapping);
    return unlockWithKey(kept.file, new Secret(new Uint8Array(found)));
  } catch (error) {
    throw new DamagedError("the browser's key does not open the store", { cause: error });
  }
}

/** Open a vault file; null if what was given is not what it is under. */
async function opened(file: Bytes, opener: Opener): Promise<VaultKey | null> {
  try {
    if (opener.type === "passphrase") {
      return await unlockWithPassphrase(opener.stretch, file, opener.passphrase);
    }
    return opener.type === "passkey" ? unlockWithKey(file, opener.secret) : null;
  } catch (error) {
    if (!(error instanceof WrongPassphraseError)) throw error;
    return null;
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
