/** How far histories of conversations have come that members give; for the page alone. */

import type { Said } from "../bridge/core.ts";
import type { Change, HistoryMoved } from "../engine/model.ts";
import type { ConversationState } from "../engine/state.ts";
import type { ConversationId } from "../ids.ts";
import { said } from "./showing.ts";

export class RoomProgress {
  readonly #moved = new Map<ConversationId, HistoryMoved>();

  /** Something has changed. */
  heard(change: Change): void {
    if (change.type === "HistoryMoved") this.#moved.set(change.conversation, change);
  }

  /** What to say of a conversation; null if nothing is on its way. */
  of({ record, fetching, giving }: ConversationState): Said | null {
    const moved = this.#moved.get(record.id);
    if (moved === undefined || !(fetching || giving)) return null;
    const percent = Math.floor((100 * moved.done) / Math.max(1, moved.total));
    return said(fetching ? "web-history-room-taking" : "web-history-room-giving", { percent });
  }
}
