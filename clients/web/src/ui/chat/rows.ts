/** The lines of a conversation as they are shown: days, what is unread, and groups of messages. */

import type { Happening, Line, LineKey, Message } from "../core.ts";

const GROUP = 5 * 60_000;

export type Row =
  | { readonly type: "day"; readonly key: string; readonly at: number }
  /** What was before this device came is not here. */
  | { readonly type: "before"; readonly key: string; readonly at: number }
  | { readonly type: "unread"; readonly key: string; readonly at: number }
  | {
      readonly type: "event";
      readonly key: LineKey;
      readonly at: number;
      readonly event: Happening;
    }
  | {
      readonly type: "message";
      readonly key: LineKey;
      readonly at: number;
      readonly message: Message;
      /** Which of the messages that are loaded, from 1. */
      readonly place: number;
      /** Whether name and picture stand here, and whether the time does. */
      readonly first: boolean;
      readonly last: boolean;
    };

/** Lay lines out; `dayOf` names the day of an instant where the reader is. */
export function rowsOf(
  lines: readonly Line[],
  unreadFrom: LineKey | null,
  dayOf: (at: number) => string,
  lacksEarlier = false,
): readonly Row[] {
  const rows: Row[] = [];
  if (lacksEarlier) rows.push({ type: "before", key: "before", at: lines[0]?.at ?? 0 });
  let [day, place, breaks] = ["", 0, true];
  lines.forEach((line, index) => {
    const today = dayOf(line.at);
    if (today !== day) rows.push({ type: "day", key: `day-${today}-${line.key}`, at: line.at });
    breaks = today !== day || line.key === unreadFrom;
    day = today;
    if (line.key === unreadFrom) rows.push({ type: "unread", key: "unread", at: line.at });
    if (line.type === "event") {
      rows.push({ type: "event", key: line.key, at: line.at, event: line });
      return;
    }
    place += 1;
    const next = lines[index + 1];
    rows.push({
      type: "message",
      key: line.key,
      at: line.at,
      message: line,
      place,
      first: breaks || !together(lines[index - 1], line),
      last: !next || next.key === unreadFrom || dayOf(next.at) !== today || !together(line, next),
    });
  });
  return rows;
}

/** Whether two lines are messages of one person within five minutes. */
function together(one: Line | undefined, other: Line): boolean {
  return (
    one?.type === "message" &&
    other.type === "message" &&
    one.sender.id === other.sender.id &&
    Math.abs(other.at - one.at) < GROUP
  );
}
