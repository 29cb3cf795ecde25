/**
 * A line is a fold: what is stored of it, and a change that is applied to that.
 *
 * Every store keeps the result of `after`. Only who said something edits or deletes it, whoever
 * else says so; of what is deleted nothing stays but that it was; and no line grows without an end,
 * however often somebody edits it or reacts to it.
 */

import { EMPTY, equalBytes } from "../mls/bytes.ts";
import { utf8Bytes } from "../utf8.ts";
import type { Amendment, Edited, Reacted, Withdrawn } from "./amendments.ts";
import { MessageKind } from "./model.ts";
import { compare } from "./order.ts";
import { type Line, givesWayTo } from "./records.ts";
import type { AddLine, AmendLine, PutLine } from "./store.ts";

/** So many texts of one message are kept, the last ones; and the first. */
export const EDITS = 50;
/** So long are they together, at most; the last one stays in any case. */
const EDIT_BYTES = 128 * 1024;
/** At one message, of all people together. */
export const REACTIONS = 1000;
/** At one message, of one person. */
export const OWN_REACTIONS = 8;
/** Where a store keeps what was deleted on this device: no timeline reads from there. */
export const HIDDEN_POSITION = Number.MIN_SAFE_INTEGER;
/** Among so many of its last lines the one is looked for that stands for a conversation. */
export const LOOKED_AT = 16;
const SAID: ReadonlySet<MessageKind> = new Set([MessageKind.TEXT, MessageKind.UNSUPPORTED]);

/**
 * Return what a store keeps in the place of a line; null if there is nothing to keep.
 *
 * @param old - The line that is kept now: the one with the id of what is put or added, or the
 *   message that is amended. Null if there is none.
 * @param write - What is done.
 * @param named - The line that is, as far as is known, the message that an added line says to be.
 */
export function after(
  old: Line | null,
  write: PutLine | AddLine | AmendLine,
  named: Line | null = null,
): Line | null {
  switch (write.type) {
    case "PutLine":
      return old === null ? write.line : put(old, write.line);
    case "AddLine": {
      if (old !== null && !givesWayTo(old, write.line)) return old;
      const isOther = named !== null && named.id !== write.line.id;
      return isOther ? { ...write.line, message: EMPTY } : write.line;
    }
    case "AmendLine":
      return old === null ? null : amended(old, write.amendment);
  }
}

/** Return a line after something was done to it; the same, if that is not to be done. */
export function amended(line: Line, amendment: Amendment): Line {
  if (!SAID.has(line.kind) || line.hidden || line.withdrawn?.waiting === false) return line;
  switch (amendment.type) {
    case "Edited":
      return edited(line, amendment);
    case "EditDiscarded":
      return { ...line, edits: line.edits.filter((each) => each.id !== amendment.id) };
    case "Reacted":
      return reacted(line, amendment);
    case "ReactionWithdrawn": {
      const { by, reaction } = amendment;
      const isTaken = (each: Reacted): boolean =>
        each.by === by && equalBytes(each.message, reaction.message);
      return { ...line, reactions: line.reactions.filter((each) => !isTaken(each)) };
    }
    case "Withdrawn":
      return withdrawn(line, amendment);
  }
}

/** Say whether a line may stand for its conversation in a list: that a device came may not. */
export function isNews({ kind, text }: Line): boolean {
  return kind !== MessageKind.SYSTEM || text !== "system-device-added";
}

/** Say whether a line behind `last` stands for their conversation in its stead. */
export function succeeds(line: Line, last: Line): boolean {
  return isNews(line) || !isNews(last);
}

/** Return the line that stands for a conversation whose last lines these are; null if none are. */
export function leading(lines: readonly Line[]): Line | null {
  return lines.findLast(isNews) ?? lines.at(-1) ?? null;
}

/** Return what a message says now. */
export function textOf(line: Line): string {
  return line.edits.findLast((each) => !each.failed)?.text ?? line.text;
}

/** Return what stays of a line when nothing of what it says may stay. */
export function erased(line: Line): Line {
  const nothing = { text: "", salt: EMPTY, answers: EMPTY, edits: [], reactions: [] };
  return { ...line, ...nothing, arguments: [] };
}

/** Return what stays of a line that was deleted on this device: that it does not come back. */
export function hidden(line: Line): Line {
  return erased({ ...line, hidden: true, position: HIDDEN_POSITION });
}

/** Keep what was done to a line that is put again, as when it was sent. */
function put(old: Line, line: Line): Line {
  if (!SAID.has(line.kind)) return line;
  if (old.hidden || line.hidden) return hidden(line);
  const { edits, reactions } = old;
  const kept = { ...line, edits, reactions, withdrawn: old.withdrawn };
  return old.withdrawn === null || old.withdrawn.waiting ? kept : erased(kept);
}

function edited(line: Line, edit: Edited): Line {
  if (line.kind !== MessageKind.TEXT || edit.by !== line.sender) return line;
  const others = line.edits.filter((each) => each.id !== edit.id);
  const edits = [...others, edit].sort(inOrder);
  while (edits.length > EDITS || (edits.length > 1 && sizeOf(edits) > EDIT_BYTES)) edits.shift();
  return { ...line, edits };
}

function inOrder(one: Edited, other: Edited): number {
  return one.position - other.position || one.time_ms - other.time_ms || compare(one.id, other.id);
}

function sizeOf(edits: readonly Edited[]): number {
  return edits.reduce((sum, each) => sum + utf8Bytes(each.text).length, 0);
}

function reacted(line: Line, reaction: Reacted): Line {
  const isSame = (each: Reacted): boolean =>
    each.by === reaction.by && each.reaction === reaction.reaction;
  if (line.reactions.some(isSame)) {
    const reactions = line.reactions.map((each) => (isSame(each) ? reaction : each));
    return { ...line, reactions };
  }
  const own = line.reactions.filter((each) => each.by === reaction.by).length;
  if (line.reactions.length >= REACTIONS || own >= OWN_REACTIONS) return line;
  return { ...line, reactions: [...line.reactions, reaction] };
}

function withdrawn(line: Line, done: Withdrawn): Line {
  if (done.by !== line.sender) return line;
  if (done.failed) return { ...line, withdrawn: null };
  const gone = { ...line, withdrawn: done };
  return done.waiting ? gone : erased(gone);
}
