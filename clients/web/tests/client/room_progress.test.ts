import { expect, test } from "vitest";

import { RoomProgress } from "../../src/client/room_progress.ts";
import { HistoryMoved } from "../../src/engine/model.ts";
import { ConversationRecord, Phase } from "../../src/engine/records.ts";
import { ConversationState } from "../../src/engine/state.ts";
import type { ConversationId } from "../../src/ids.ts";

const id = "c" as ConversationId;
const record = ConversationRecord.of({ id, direct: false, phase: Phase.JOINED });
const state = (more: Partial<ConversationState>): ConversationState =>
  ConversationState.of({ record, ...more });

test("what moves is said as long as it is fetched or given, and nowhere else", () => {
  const progress = new RoomProgress();
  expect(progress.of(state({ fetching: true }))).toBeNull();
  progress.heard(HistoryMoved(id, 299, 1000));
  expect(progress.of(state({ fetching: true }))).toEqual({
    key: "web-history-room-taking",
    filling: { percent: 29 },
  });
  expect(progress.of(state({ giving: true }))?.key).toBe("web-history-room-giving");
  expect(progress.of(state({}))).toBeNull();
});
