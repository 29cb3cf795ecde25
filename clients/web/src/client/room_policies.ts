/** What conversations allow, for those who manage them. */

import { HistoryGoverned } from "../engine/events.ts";
import type { ConversationId } from "../ids.ts";
import type { Runner } from "./runner.ts";

/** How long a change is waited for; it goes on in the background. */
export const CHANGE_SECONDS = 60;

/**
 * Let people who come from now on see so much of what was said before they came.
 *
 * @param conversation - Where; one that this person manages.
 * @param history - `room_policy.NONE`, so many days, or `room_policy.ALL`.
 * @throws AccountError - This person does not manage it, a device in it cannot follow such a
 *   policy, or there is no connection.
 */
export async function setHistory(
  runner: Runner,
  conversation: ConversationId,
  history: number,
): Promise<void> {
  await runner.call((call) => HistoryGoverned(call, conversation, history), CHANGE_SECONDS);
}
