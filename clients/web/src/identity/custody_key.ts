/** The key of a custodian, as one of their devices has signed it (docs/spec/custodians.md). */

import type { DeviceId, UserId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { contextOf, inContext, rawOf } from "./encoding.ts";
import { IdentityError } from "./errors.ts";
import { type DeviceKey, verify } from "./keys.ts";

export const VERSION = 1;
/** Of X-Wing. */
export const PUBLIC_KEY_BYTES = 1216;

const KEY = contextOf("custody key");

/** What a custodian has published to be sealed to; nothing is proven before `check`. */
export interface CustodyKey {
  /** The custodian. */
  readonly user: UserId;
  /** The set that it is for, an identifier. */
  readonly which: string;
  /** The X-Wing key. */
  readonly public_key: Bytes;
  /** Which of the custodian's devices has signed. */
  readonly by: DeviceId;
  /** By the key of `by`. */
  readonly signature: Bytes;
}

/**
 * Check that a device has signed it.
 *
 * @param published - The key.
 * @param deviceKey - That of the device `by`, from the key directory.
 * @throws IdentityError - It has not.
 */
export async function check(published: CustodyKey, deviceKey: Bytes): Promise<void> {
  await verify(deviceKey, signed(published), published.signature);
}

/**
 * Return a custody key as its custodian publishes it.
 *
 * @param key - The key of `what.by`.
 * @throws IdentityError - An identifier is none, or the key has another length.
 */
export async function publish(
  key: DeviceKey,
  what: Omit<CustodyKey, "signature">,
): Promise<CustodyKey> {
  return { ...what, signature: await key.sign(signed(what)) };
}

/**
 * Return the bytes of identifiers.
 *
 * @throws IdentityError - One is none.
 */
export function named(...identifiers: readonly string[]): readonly Bytes[] {
  return rawOf(identifiers, "not an identifier");
}

function signed({ user, which, public_key, by }: Omit<CustodyKey, "signature">): Bytes {
  if (public_key.length !== PUBLIC_KEY_BYTES) {
    throw new IdentityError(`a custody key has ${PUBLIC_KEY_BYTES} bytes`);
  }
  return inContext(KEY, [VERSION, ...named(user, which), public_key, ...named(by)]);
}
