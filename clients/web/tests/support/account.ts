/** Somebody with a device whose certificate is in order. */

import { AccountRecord } from "../../src/engine/records.ts";
import { issue } from "../../src/identity/certificate.ts";
import { DeviceKey, IdentityKey } from "../../src/identity/keys.ts";
import { type DeviceId, type UserId, identifier } from "../../src/ids.ts";
import { Secret } from "../../src/mls/crypto/index.ts";

/** Return the account of somebody; another `number` is another person. */
export async function accountOf(number: number): Promise<AccountRecord> {
  const seed = new Secret(new Uint8Array(32).fill(2 * number + 1));
  const device_seed = new Uint8Array(32).fill(2 * number + 2);
  const identity = await IdentityKey.of(seed);
  const key = await DeviceKey.of(new Secret(device_seed));
  const user = identifier<UserId>(new Uint8Array(16).fill(number));
  const device = identifier<DeviceId>(new Uint8Array(16).fill(number + 100));
  return AccountRecord.of({
    server: "https://x",
    user,
    device,
    user_name: `user${number}`,
    name: `User ${number}`,
    organisation: "Werk",
    site: "",
    language: "en",
    identity_key: identity.public,
    certificate: await issue(identity, user, device, key.public, 1),
    device_seed,
    token: "t",
  });
}
