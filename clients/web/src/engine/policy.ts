/** What a conversation allows, as this device follows it (`wire/room_policy.ts`). */

import * as roomPolicy from "../wire/room_policy.ts";
import { DEFAULT, NONE, type RoomPolicy, RoomPolicyError } from "../wire/room_policy.ts";
import type { ConversationRecord } from "./records.ts";

/** Read the policy of a group, the default if there is none; null if it is malformed. */
export function parsed(data: Uint8Array): RoomPolicy | null {
  try {
    return data.length > 0 ? roomPolicy.decode(data) : DEFAULT;
  } catch (error) {
    if (!(error instanceof RoomPolicyError)) throw error;
    return null;
  }
}

/** Return the policy that this device follows. */
export function policyOf(record: ConversationRecord): RoomPolicy {
  return parsed(record.policy) ?? DEFAULT;
}

/** Return what new members see here; between two people nobody is new. */
export function historyOf(record: ConversationRecord): number {
  return record.direct ? NONE : policyOf(record).history;
}
