/**
 * A log that takes the place of another one, as after the restoring of a backup: what of it counts.
 *
 * Whoever runs the server can begin a log anew, and a backup may be older than a removal. So what
 * has ended stays ended here, whatever the new log says, and so does whatever it vouches for.
 */

import { KeyDirectory, type Keys, type Listed } from "../identity/key_directory.ts";
import type { DeviceId, UserId } from "../ids.ts";
import { equalBytes, toHex } from "../mls/bytes.ts";

type Devices = ReadonlyMap<DeviceId, Listed>;

/** Return the devices that have ended, and their keys (in hexadecimal). */
export function gone(before: KeyDirectory): ReadonlySet<string> {
  const found = new Set<string>();
  for (const keys of before.people.values()) {
    for (const [device, each] of keys.devices) {
      if (each.ended) found.add(device).add(toHex(each.device_key));
    }
  }
  return found;
}

/**
 * Return the directory of a log that took another one's place.
 *
 * Devices that only the other one listed are none any more; groups may still hold them. They count
 * as listed at the end of the new one: what it holds by now was not said about them. Those that
 * had ended have ended, and so have those they vouch for that the other log did not list.
 *
 * @param before - What the other log said, as far as it counted.
 * @param after - What the new one says.
 */
export function continued(before: KeyDirectory, after: KeyDirectory): KeyDirectory {
  const ended = gone(before);
  const people = new Map<UserId, Keys>();
  for (const [user, keys] of after.people) {
    people.set(user, kept(keys, before.people.get(user), ended));
  }
  const end = after.size - 1;
  for (const [user, keys] of before.people) people.set(user, together(people.get(user), keys, end));
  const sets = new Set([...after.sets, ...before.sets]);
  return KeyDirectory.of(after.size, people, after.custodians, sets);
}

/** Return what a new log says of a person, with what only the one before said, at its end. */
function together(now: Keys | undefined, before: Keys, end: number): Keys {
  const { identity_key, former, devices, renewed } = now ?? {
    ...before,
    devices: new Map<DeviceId, Listed>(),
    renewed: new Set<string>(),
  };
  const all = new Map(devices);
  for (const [device, each] of before.devices) {
    if (devices.has(device)) continue;
    all.set(device, { ...each, index: end, ended: true, kept_out: false });
  }
  const keys = new Set([...former, ...before.former, toHex(before.identity_key)]);
  keys.delete(toHex(identity_key));
  return { identity_key, former: keys, devices: all, renewed };
}

/** Return what a new log says of a person, without what must stay out. */
function kept(now: Keys, before: Keys | undefined, ended: ReadonlySet<string>): Keys {
  const known: Devices = before?.devices ?? new Map<DeviceId, Listed>();
  const out = new Set<DeviceId>();
  for (const [device, each] of now.devices) {
    if (ended.has(device) || ended.has(toHex(each.device_key))) out.add(device);
  }
  // Whoever was vouched for may stand before who vouched.
  for (let found = out.size > 0; found;) {
    const size = out.size;
    for (const [device, each] of now.devices) {
      const follows = each.by !== null && out.has(each.by);
      if (follows && !wasListed(known, device, each)) out.add(device);
    }
    found = out.size > size;
  }
  const devices = [...now.devices].map(([device, each]) => {
    return [device, out.has(device) ? keptOut(each, known.get(device)) : each] as const;
  });
  return { ...now, devices: new Map(devices) };
}

/** Whether a device was one of the person's before, and under the same certificate. */
function wasListed(known: Devices, device: DeviceId, each: Listed): boolean {
  const before = known.get(device);
  return before !== undefined && !before.ended && equalBytes(before.digest, each.digest);
}

/** Return a device that stays out, under the certificate by which groups know it. */
function keptOut(each: Listed, before: Listed | undefined): Listed {
  const was = before?.ended === true ? before : each;
  return { ...was, ended: true, kept_out: !each.ended };
}
