/** PreSharedKeyID: which pre-shared key is meant (RFC 9420 §8.4). Names a key, never holds one. */

import { type Infer, enumerated, opaque, select, struct, uint64, uint8 } from "../codec/index.ts";

/** What a resumption PSK proves (§8.4). */
export const ResumptionPSKUsage = { APPLICATION: 1, REINIT: 2, BRANCH: 3 } as const;
export type ResumptionPSKUsage = (typeof ResumptionPSKUsage)[keyof typeof ResumptionPSKUsage];

/** A key that the application hands in. */
export const PSK_EXTERNAL = 1;
/** The `resumption_psk` of one epoch of one group. */
export const PSK_RESUMPTION = 2;

/** PreSharedKeyID (§8.4). */
export const PreSharedKeyID = select("psktype", uint8, {
  [PSK_EXTERNAL]: struct({ psk_id: opaque, psk_nonce: opaque }),
  [PSK_RESUMPTION]: struct({
    usage: enumerated(uint8, [1, 2, 3] as const),
    psk_group_id: opaque,
    psk_epoch: uint64,
    psk_nonce: opaque,
  }),
});
export type PreSharedKeyID = Infer<typeof PreSharedKeyID>;
export type ExternalPSKID = Extract<PreSharedKeyID, { psktype: typeof PSK_EXTERNAL }>;
export type ResumptionPSKID = Extract<PreSharedKeyID, { psktype: typeof PSK_RESUMPTION }>;

/** Return a usage's name, for evidence. */
export function resumptionPskUsageName(usage: ResumptionPSKUsage): string {
  const found = Object.entries(ResumptionPSKUsage).find(([, value]) => value === usage);
  return found?.[0] ?? `${usage}`;
}
