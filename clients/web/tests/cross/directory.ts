/**
 * The key directory of our TypeScript core, which reads what others have made.
 *
 * `tests/cross/test_key_directory.py` asks, and compares with what its own directory says.
 */

import { KeyDirectory, type Keys, vouchedFor } from "../../src/identity/key_directory.ts";
import type { DeviceId } from "../../src/ids.ts";
import { toHex } from "../../src/mls/bytes.ts";
import { type Request, answer } from "./lines.ts";

let directory = KeyDirectory.EMPTY;

function shownKeys(keys: Keys): Readonly<Record<string, unknown>> {
  const devices = [...keys.devices].map(([device, each]) => {
    const { device_key, digest, index, ended, by, kept_out, ended_by } = each;
    const vouched = [...vouchedFor(keys, device)].sort();
    const state = [index, ended, by, kept_out, ended_by];
    return [device, toHex(device_key), toHex(digest), ...state, vouched];
  });
  return {
    identity_key: toHex(keys.identity_key),
    former: [...keys.former].sort(),
    renewed: [...keys.renewed].sort(),
    devices,
  };
}

async function proven(request: Request): Promise<readonly unknown[]> {
  const identity = request.bytes("certificate");
  const found = await directory.certificateOf(identity);
  const names = found === null ? null : [found.user_id, found.device_id, found.by];
  const keys = found === null ? null : [toHex(found.identity_key), toHex(found.device_key)];
  const said = [directory.lists(identity), directory.hasListed(identity)];
  return [...said, directory.keepsOut(identity), names, keys];
}

await answer(
  {
    begin: () => {
      directory = KeyDirectory.EMPTY;
    },
    after: async (request) => {
      const entries = request.list("entries").map((each) => each.bytes("entry"));
      const [after, told] = await directory.after(entries);
      directory = after;
      return told.map(({ index, statement, refused }) => [index, statement?.op ?? null, refused]);
    },
    keepOut: (request) => {
      const device = request.text("device") as DeviceId;
      const people = [...directory.people].map(([user, keys]) => {
        const found = keys.devices.get(device);
        if (found === undefined) return [user, keys] as const;
        const kept = { ...found, ended: true, kept_out: true };
        return [user, { ...keys, devices: new Map(keys.devices).set(device, kept) }] as const;
      });
      const { size, custodians, sets } = directory;
      directory = KeyDirectory.of(size, new Map(people), custodians, sets);
    },
    show: () => ({
      size: directory.size,
      people: new Map([...directory.people].map(([user, keys]) => [user, shownKeys(keys)])),
      custodians: directory.custodians?.which ?? null,
      sets: [...directory.sets].sort(),
    }),
    proven,
  },
  (error) => ({ kind: "bug", rule: null, text: String(error) }),
);
