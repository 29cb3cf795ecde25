/** Lines of archives as tests write them down. */

import type { LineEntry } from "../../src/engine/history/entries.ts";
import { EMPTY } from "../../src/mls/bytes.ts";

/** What an archive says of a line that nobody has answered with, edited or reacted to. */
export const NOTHING_DONE: Pick<
  LineEntry,
  "message" | "answers" | "edits" | "reactions" | "withdrawn_ms"
> = { message: EMPTY, answers: EMPTY, edits: [], reactions: [], withdrawn_ms: 0 };
