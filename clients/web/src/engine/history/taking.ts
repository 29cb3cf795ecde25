/**
 * What becomes of a history on the device that takes it in.
 *
 * A line that was given bears who gave it, and takes the place of none that this device read in the
 * log itself. It is no news: nothing is unread because of it. No key of anybody comes this way, and
 * no conversation that goes on: those come from the server and the groups alone.
 */

import type { HistoryKeyGiven, HistoryRead, HistoryStopped } from "../events.ts";
import { ConversationsChanged, MessageKind, TimelineChanged } from "../model.ts";
import {
  AccountRecord,
  ConversationRecord,
  Line,
  LineState,
  PersonRecord,
  Phase,
} from "../records.ts";
import { ConversationState } from "../state.ts";
import type { Step } from "../step.ts";
import { AddLine, Put, Table } from "../store.ts";
import {
  type LineEntry,
  type PersonEntry,
  type RoomEntry,
  positionHere,
  withWhatWasDone,
} from "./entries.ts";

/** Take in what another device has given. */
export function take(step: Step, event: HistoryRead | HistoryKeyGiven | HistoryStopped): void {
  switch (event.type) {
    case "HistoryRead":
      takePart(step, event);
      break;
    case "HistoryKeyGiven":
      keepKey(step, event);
      step.reply(event.call);
      break;
    case "HistoryStopped":
      step.alarm("alarm-history-stopped", []);
      step.reply(event.call);
      break;
    default:
      event satisfies never;
  }
}

/** A key of the backup that is known stays. */
function keepKey(step: Step, { key }: HistoryKeyGiven): void {
  if (step.account.history_key.length > 0) return;
  const account = { ...step.account, history_key: key };
  step.desk = { ...step.desk, account };
  step.write(Put(Table.ACCOUNT, "profile", AccountRecord.encode(account)));
}

/** Take in what a part says, in one transaction with how far it was read. */
function takePart(step: Step, event: HistoryRead): void {
  let room: RoomEntry | null = null;
  let count = 0;
  for (const entry of event.entries) {
    if (entry.type === "PersonEntry") meet(step, entry);
    else if (entry.type === "RoomEntry") {
      room = entry;
      enter(step, entry);
    } else if (room !== null && entry.time_ms >= event.since_ms) {
      add(step, room, entry, event);
      count += 1;
    }
  }
  step.write(...event.writes);
  step.show(ConversationsChanged());
  step.reply(event.call, String(count));
}

function meet(step: Step, entry: PersonEntry): void {
  const known = step.person(entry.id);
  if (known !== null && known.name !== "") return;
  const { user_name, name, site, time_zone } = entry;
  step.putPerson({
    ...(known ?? PersonRecord.of({ id: entry.id })),
    user_name,
    name,
    site,
    time_zone,
  });
}

/** Keep what was left; one that goes on is here already, or comes from the server. */
function enter(step: Step, room: RoomEntry): void {
  const found = step.conversation(room.id);
  if (found === null) {
    if (!room.left) return;
    const { id, direct, title, log_epoch, peer, shift } = room;
    const phase = Phase.LEFT;
    const record = ConversationRecord.of({ id, direct, phase, title, log_epoch, peer, shift });
    step.amend(ConversationState.of({ record }), record);
    return;
  }
  const { record } = found;
  if (record.title === "" && room.title !== "" && !record.direct) {
    step.amend(found, { ...record, title: room.title });
  }
}

function add(step: Step, room: RoomEntry, entry: LineEntry, event: HistoryRead): void {
  const found = step.conversation(room.id);
  const own = entry.sender === step.account.user && entry.kind !== MessageKind.SYSTEM;
  const [giver, device] = event.giver;
  const said = Line.of({
    id: entry.id,
    conversation: room.id,
    position: positionHere(found?.record ?? null, room, entry),
    kind: entry.kind,
    sender: entry.sender,
    time_ms: entry.time_ms,
    text: entry.text,
    state: own ? LineState.SENT : LineState.RECEIVED,
    arguments: entry.arguments,
    given_by: entry.given_by === "" ? giver : entry.given_by,
    given_device: device,
    unexpected: entry.given_by !== "" && entry.given_by !== step.account.user,
  });
  const line = withWhatWasDone(said, entry);
  step.write(AddLine(line));
  step.show(TimelineChanged(room.id));
  if (found !== null && (found.last === null || found.last.position < line.position)) {
    step.put({ ...found, last: line });
  }
}
