/**
 * What is done to a message after it was said, as values (docs/spec/content.md).
 *
 * Each is stored in the line that it is done to; `fold.amended` says what becomes of that line.
 * `id` is the sender's device, a dot and the client id of the message that did it, as of a line.
 * What is `waiting` is this device's own and not in the log yet; `failed`, it will not be by itself.
 */

import type { UserId } from "../ids.ts";
import { type Infer, bytes, defaulted, flag, frame, text } from "../wire/shape.ts";
import { either, int } from "./stored.ts";

export const EDITED = frame("Edited", 1, {
  id: text(),
  by: text<UserId>(),
  position: int,
  time_ms: int,
  text: text(),
  waiting: defaulted(flag, false),
  failed: defaulted(flag, false),
});
/** Another text for it. */
export type Edited = Infer<typeof EDITED>;

export const REACTED = frame("Reacted", 2, {
  id: text(),
  by: text<UserId>(),
  position: int,
  time_ms: int,
  reaction: text(),
  /** The MessageId of the reaction itself: with it, it is taken back. */
  message: defaulted(bytes(), new Uint8Array()),
  waiting: defaulted(flag, false),
});
/** An emoji at it. */
export type Reacted = Infer<typeof REACTED>;

const REACTION_WITHDRAWN = frame("ReactionWithdrawn", 3, {
  id: text(),
  by: text<UserId>(),
  reaction: REACTED,
});
/** An emoji at it is taken back; `reaction` is what is taken, as it was. */
export type ReactionWithdrawn = Infer<typeof REACTION_WITHDRAWN>;

export const WITHDRAWN = frame("Withdrawn", 4, {
  id: text(),
  by: text<UserId>(),
  position: int,
  time_ms: int,
  waiting: defaulted(flag, false),
  failed: defaulted(flag, false),
});
/** It is deleted, for everybody. */
export type Withdrawn = Infer<typeof WITHDRAWN>;

const EDIT_DISCARDED = frame("EditDiscarded", 5, { id: text() });
/** A text that was not sent is given up. */
export type EditDiscarded = Infer<typeof EDIT_DISCARDED>;

export const AMENDMENT = either([EDITED, REACTED, REACTION_WITHDRAWN, WITHDRAWN, EDIT_DISCARDED]);
export type Amendment = Edited | Reacted | ReactionWithdrawn | Withdrawn | EditDiscarded;

type Said = "id" | "by" | "position" | "time_ms";

export const Edited = (said: Pick<Edited, Said | "text">): Edited => ({
  type: "Edited",
  waiting: false,
  failed: false,
  ...said,
});

export const Reacted = (said: Pick<Reacted, Said | "reaction" | "message">): Reacted => ({
  type: "Reacted",
  waiting: false,
  ...said,
});

export const ReactionWithdrawn = (
  id: string,
  by: UserId,
  reaction: Reacted,
): ReactionWithdrawn => ({ type: "ReactionWithdrawn", id, by, reaction });

export const Withdrawn = (said: Pick<Withdrawn, Said>): Withdrawn => ({
  type: "Withdrawn",
  waiting: false,
  failed: false,
  ...said,
});

export const EditDiscarded = (id: string): EditDiscarded => ({ type: "EditDiscarded", id });
