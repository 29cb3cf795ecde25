/**
 * Where pre-shared keys come from (RFC 9420 §8.4).
 *
 * A key that is not there is an error, never a default: a group that cannot find a key that
 * its commit names must not go on.
 */

import { toHex, type Bytes } from "../bytes.ts";
import type { Secret } from "../crypto/secret.ts";
import { ValidationError } from "../errors.ts";
import { Rule } from "../rules.ts";
import { PSK_EXTERNAL, type PreSharedKeyID } from "../schedule/key_names.ts";

/** Looks pre-shared keys up. Returns null for a key it does not hold. */
export interface PSKStore {
  /** Return a key that the application was given. */
  external(pskId: Bytes): Secret | null;
  /** Return the `resumption_psk` of an epoch of another group. */
  resumption(groupId: Bytes, epoch: bigint): Secret | null;
}

/** Resumption keys, by what `resumptionName` says. */
export type ResumptionPSKs = ReadonlyMap<string, Secret>;

/** Return the name of a resumption key: its group and epoch. */
export function resumptionName(groupId: Bytes, epoch: bigint): string {
  return `${toHex(groupId)}:${epoch.toString()}`;
}

/** Return a store of external keys by psk_id in hex, and of others by `resumptionName`. */
export function pskStore(
  externals: ReadonlyMap<string, Secret>,
  resumptions: ResumptionPSKs = new Map(),
): PSKStore {
  return {
    external: (pskId) => externals.get(toHex(pskId)) ?? null,
    resumption: (groupId, epoch) => resumptions.get(resumptionName(groupId, epoch)) ?? null,
  };
}

/** A store that holds no key. */
export const NO_PSKS: PSKStore = pskStore(new Map());

/**
 * Return each key beside its name, in order. `own` holds the resumption keys of this group.
 *
 * @throws ValidationError - A key is not available.
 */
export function gather(
  psks: readonly PreSharedKeyID[],
  own: ResumptionPSKs,
  store: PSKStore,
): (readonly [PreSharedKeyID, Secret])[] {
  return psks.map((psk) => [psk, find(psk, own, store)] as const);
}

function find(psk: PreSharedKeyID, own: ResumptionPSKs, store: PSKStore): Secret {
  const found =
    psk.psktype === PSK_EXTERNAL
      ? store.external(psk.psk_id)
      : (own.get(resumptionName(psk.psk_group_id, psk.psk_epoch)) ??
        store.resumption(psk.psk_group_id, psk.psk_epoch));
  if (found === null) throw new ValidationError(Rule.PSK_AVAILABLE);
  return found;
}
