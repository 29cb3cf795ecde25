/**
 * Fills the store of a browser with lines, as if they had been read in the log: through the store
 * itself, sealed one by one. Runs in a page of the same origin, beside no other that has it open.
 */

import { MessageKind } from "../../../src/engine/model.ts";
import { LineState, type Line } from "../../../src/engine/records.ts";
import type { ConversationId, UserId } from "../../../src/ids.ts";
import { openStore } from "../../../src/store/index.ts";

const AT_ONCE = 1_000;
const MINUTE = 60_000;
const WORDS = "Schicht Pumpe Halle Montag erledigt prüfen danke Übergabe Werk Termin".split(" ");

declare global {
  interface Window {
    fill: (conversation: string, count: number) => Promise<number>;
  }
}

/** Some words, more or fewer; the same for the same number. */
function said(number: number): string {
  const length = 3 + ((number * 7) % 23);
  const words = Array.from({ length }, (_, at) => WORDS[(number * 3 + at * at) % WORDS.length]);
  return `${number} ${words.join(" ")}`;
}

/** Put lines before the oldest there is; return how many the conversation has then. */
window.fill = async (conversation, count) => {
  const store = await openStore("default", {});
  const id = conversation as ConversationId;
  const there = await store.lines(id, null, 100);
  const sample = there.find(({ kind }) => kind === MessageKind.TEXT);
  if (sample === undefined) throw new Error("nobody has written here");
  const [first] = there;
  if (first === undefined) throw new Error("nothing is here");
  const people = [...new Set(there.map(({ sender }) => sender))].filter((each) => each !== "");
  for (let done = 0; done < count; done += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - done);
    const writes = Array.from({ length: some }, (_, at) => {
      const number = done + at;
      const line: Line = {
        ...sample,
        id: `${sample.id.slice(0, -8)}${String(number).padStart(8, "0")}`,
        position: first.position - count + number,
        kind: MessageKind.TEXT,
        sender: people[Math.floor(number / 3) % people.length] ?? ("" as UserId),
        time_ms: first.time_ms - (count - number) * MINUTE,
        text: said(number),
        state: LineState.RECEIVED,
      };
      return { type: "PutLine", line } as const;
    });
    await store.commit(writes);
  }
  const all = await store.count();
  await store.close();
  return all;
};
