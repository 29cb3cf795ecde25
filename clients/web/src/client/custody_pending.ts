/**
 * What is kept of a request to the custodians, in a browser that is no device yet.
 *
 * It is a note (`store/notes.ts`), sealed under a key that the browser keeps and gives to no
 * script. Beside it stands whose it is, so that who comes back finds their user name there.
 */

import { KEY_BYTES, VaultKey } from "../identity/vault.ts";
import { NONCE_BYTES } from "../identity/sealing.ts";
import { IdentityError } from "../identity/errors.ts";
import type { UserId } from "../ids.ts";
import { ascii, type Bytes, concat } from "../mls/bytes.ts";
import type { CryptoProvider } from "../mls/crypto/provider.ts";
import { Secret } from "../mls/crypto/secret.ts";
import { BROWSER, type Kept, open, shut } from "../store/doors.ts";
import { StoreError } from "../store/errors.ts";
import type { Notes } from "../store/notes.ts";

export const CLAIM_BYTES = 32;
const SLOT_SECRET_BYTES = 32;
const PLACE = ascii("teamchat custody request\0");

/** What is kept of a request. */
export interface Pending {
  readonly user: UserId;
  readonly slot: Bytes;
  /** The private key of the slot. */
  readonly secret: Secret;
  /** With which the shares are taken. */
  readonly claim: Secret;
}

/** The note, as it lies there. */
interface Noted {
  readonly userName: string;
  readonly user: string;
  readonly slot: Bytes;
  readonly kept: Kept;
  readonly sealed: Bytes;
}

/** Return whose request is kept here; empty if there is none. */
export async function whoAsked(notes: Notes): Promise<string> {
  const noted = fields(await notes.read("custodians"));
  return noted === null ? "" : noted.userName;
}

/** Forget the request: the device is made, and nobody needs it any more. */
export function forgetRequest(notes: Notes): Promise<void> {
  return notes.forget("custodians");
}

/**
 * Write a request down; what was there before is gone.
 *
 * @throws NotStoredError - There is no room.
 */
export async function keepRequest(
  notes: Notes,
  userName: string,
  pending: Pending,
  crypto: CryptoProvider,
): Promise<void> {
  const key = new VaultKey(new Secret(crypto.random(KEY_BYTES)));
  const { user, slot, secret, claim } = pending;
  const plain = concat(secret.reveal(), claim.reveal());
  const sealed = key.seal(plain, PLACE, crypto.random(NONCE_BYTES));
  const kept = await shut(key, BROWSER);
  const noted: Noted = { userName: folded(userName), user, slot, kept, sealed };
  await notes.keep("custodians", noted);
}

/** Return the request of somebody; null if there is none, or nothing that can be read. */
export async function keptRequest(notes: Notes, userName: string): Promise<Pending | null> {
  const noted = fields(await notes.read("custodians"));
  if (noted?.userName !== folded(userName)) return null;
  try {
    const plain = (await open(noted.kept, BROWSER)).open(noted.sealed, PLACE);
    if (plain.length !== SLOT_SECRET_BYTES + CLAIM_BYTES) return null;
    return {
      user: noted.user as UserId,
      slot: noted.slot,
      secret: new Secret(plain.slice(0, SLOT_SECRET_BYTES)),
      claim: new Secret(plain.slice(SLOT_SECRET_BYTES)),
    };
  } catch (error) {
    if (error instanceof StoreError || error instanceof IdentityError) return null;
    throw error;
  }
}

function folded(userName: string): string {
  return userName.trim().toLowerCase();
}

function fields(noted: unknown): Noted | null {
  if (typeof noted !== "object" || noted === null) return null;
  const { userName, user, slot, kept, sealed } = noted as Partial<Noted>;
  const isNamed = typeof userName === "string" && typeof user === "string";
  const isWhole = slot instanceof Uint8Array && sealed instanceof Uint8Array;
  return isNamed && isWhole && kept !== undefined ? { userName, user, slot, kept, sealed } : null;
}
