/**
 * A device that has ended is taken out of a group before anything is said there.
 *
 * Whoever has something to say takes it out at once; otherwise one of the members does, soon. The
 * server refuses what is said before that (`NackCode.DEVICE_ENDED`). It may know of the end before
 * this device does, so the key directory is looked at then; what was to be said waits, with the
 * bytes it has, and is tried again after pauses that grow. Nothing is taken out on the server's
 * word alone; if it goes on for minutes without a reason in the directory, the person is told.
 */

import type { ConversationId, DeviceId } from "../ids.ts";
import * as intents from "./intents.ts";
import * as listing from "./listing.ts";
import * as looking from "./looking.ts";
import * as outbox from "./outbox.ts";
import { ExcludeDevice } from "./records.ts";
import { type ConversationState, idOf } from "./state.ts";
import type { Step } from "./step.ts";

/** How long nothing is tried after such a refusal, doubled each time, up to a minute. */
export const PAUSE_SECONDS = 1;
export const DOUBLINGS = 6;
/** After how long a reason that the key directory does not know is told to the person. */
export const PATIENCE_SECONDS = 180;

/** Return the devices of a group that are to be taken out, and were not tried yet. */
export function due(step: Step, conversation: ConversationState): readonly DeviceId[] {
  const devices = listing.ended(step, conversation).map((leaf) => leaf.device);
  return devices.filter((each) => !conversation.tried.has(each));
}

/** Take out what has ended; if that is refused, it is not tried again unless something waits. */
export function clear(step: Step, conversation: ConversationState): void {
  let found = conversation;
  for (const device of due(step, conversation)) {
    found = step.put({ ...found, tried: new Set(found.tried).add(device) });
    found = intents.wantFirst(step, found, ExcludeDevice(device));
  }
}

/**
 * The server takes nothing that is said before a device is out that has ended.
 *
 * If this device knows one that it has not tried to take out, that is done at once. Else the
 * directory is looked at, and what was tried in vain is tried again after the pause.
 */
export function bar(step: Step, conversation: ConversationState): void {
  const barred = conversation.barred + 1;
  const since = conversation.barred_since === 0 ? step.now : conversation.barred_since;
  wonder(step, step.put({ ...conversation, barred, barred_since: since }));
  const found = step.known(idOf(conversation));
  if (!found.record.leaving && due(step, found).length > 0) return;
  looking.lookAfresh(step);
  outbox.hold(step, found, PAUSE_SECONDS * 2 ** Math.min(barred - 1, DOUBLINGS));
}

/** The key directory was read: what it says has ended since is taken out at once. */
export function heed(step: Step, conversation: ConversationState): void {
  if (due(step, conversation).length === 0) return;
  step.put({ ...conversation, held: conversation.held && conversation.barred === 0 });
}

/** A pause is over: whatever waited for it is tried again. */
export function goOn(step: Step, conversation: ConversationId): void {
  const found = step.conversation(conversation);
  if (found === null) return;
  const tried = found.barred > 0 ? new Set<DeviceId>() : found.tried;
  step.put({ ...found, held: false, tried });
}

/** A device could not be taken out: say so, once for each connection. */
export function tell(step: Step, conversation: ConversationState): void {
  if (conversation.stays) return;
  step.alarm("alarm-device-stays", [], idOf(conversation));
  step.put({ ...conversation, stays: true });
}

/** Return a conversation that waits no more for a device to be taken out. */
export function unbarred(conversation: ConversationState): ConversationState {
  const held = conversation.held && conversation.barred === 0;
  return { ...conversation, held, barred: 0, barred_since: 0, bar_told: false };
}

/** If the server goes on naming a reason that nobody else knows of, say so, once. */
function wonder(step: Step, conversation: ConversationState): void {
  const isLong = step.now - conversation.barred_since >= PATIENCE_SECONDS;
  const isUnknown = listing.ended(step, conversation).length === 0;
  if (!isLong || conversation.bar_told || !isUnknown) return;
  step.alarm("alarm-messages-barred", [], idOf(conversation));
  step.put({ ...conversation, bar_told: true });
}
