/**
 * A device asks whether it was removed, and shows that it is that device (docs/spec/wiping.md).
 *
 * Its session is refused, so its key is all that it has. The text holds a time, so that what was
 * asked once is not asked for ever by whoever has heard it.
 */

import type { DeviceId } from "../ids.ts";
import type { Bytes } from "../mls/bytes.ts";
import { contextOf, inContext, rawOf } from "./encoding.ts";
import { IdentityError } from "./errors.ts";
import { type DeviceKey, verify as verifySignature } from "./keys.ts";

export const VERSION = 1;
export const CONTEXT = contextOf("removal question");
/** How far the clocks of device and server may be apart. */
export const SECONDS = 86_400;

const WRONG = "not an identifier of a device and a time";

/**
 * Return the signature with which a device asks.
 *
 * @param key - The key of the device.
 * @param device - The device.
 * @param time - Now, in seconds since 1970.
 * @throws IdentityError - The device or the time is none.
 */
export async function sign(key: DeviceKey, device: DeviceId, time: number): Promise<Bytes> {
  return key.sign(textOf(device, time));
}

/**
 * Check that a device asks, and lately.
 *
 * @param deviceKey - The public key of the device, as it was registered.
 * @param signature - What came with the question.
 * @param device - The device.
 * @param time - When it asked, as it says.
 * @param now - In seconds since 1970.
 * @throws IdentityError - It is not by this key, for another device, or of another time.
 */
export async function verify(
  deviceKey: Bytes,
  signature: Bytes,
  device: DeviceId,
  time: number,
  now: number,
): Promise<void> {
  if (Math.abs(now - time) > SECONDS) throw new IdentityError("asked at another time");
  await verifySignature(deviceKey, textOf(device, time), signature);
}

function textOf(device: DeviceId, time: number): Bytes {
  const ids = rawOf([device], WRONG);
  if (!Number.isSafeInteger(time)) throw new IdentityError(WRONG);
  return inContext(CONTEXT, [VERSION, ...ids, time]);
}
