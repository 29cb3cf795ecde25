/** Messages as tests write them down. */

import type { Message } from "../../src/bridge/core.ts";

/** What a page has of a message that nobody has done anything to. */
export const NOTHING_DONE: Pick<
  Message,
  "quote" | "reactions" | "edited" | "unsent" | "deleted" | "addressable" | "editableUntil"
> = {
  quote: null,
  reactions: [],
  edited: false,
  unsent: null,
  deleted: false,
  addressable: true,
  editableUntil: 0,
};
