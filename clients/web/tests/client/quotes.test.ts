/** What lines answer is what is stored of it, however far before them it stands. */

import { beforeEach, expect, test } from "vitest";

import { Quotes } from "../../src/client/quotes.ts";
import { Edited } from "../../src/engine/amendments.ts";
import * as fold from "../../src/engine/fold.ts";
import { MessageKind } from "../../src/engine/model.ts";
import { Line, LineState } from "../../src/engine/records.ts";
import { AddLine, AmendLine, DropLine, PutLine, type Write } from "../../src/engine/store.ts";
import type { ConversationId, UserId } from "../../src/ids.ts";
import { type Bytes, ascii, EMPTY } from "../../src/mls/bytes.ts";
import { MemoryStore } from "../support/memory_store.ts";

const HERE = "here" as ConversationId;
const ANNA = "anna" as UserId;

function line(id: string, answers: Bytes = EMPTY): Line {
  const plain = { id, conversation: HERE, kind: MessageKind.TEXT, text: id, answers };
  const rest = { sender: ANNA, time_ms: 1, state: LineState.SENT, position: 1 };
  return Line.of({ ...plain, ...rest, message: ascii(`message of ${id}`) });
}

const FIRST = line("first");
const ANSWER = line("answer", FIRST.message);
const EDITED = Edited({ id: "e", by: ANNA, position: 2, time_ms: 2, text: "another" });

/** A store that counts what is asked of it. */
class Counting extends MemoryStore {
  asked = 0;

  override message(conversation: ConversationId, message: Bytes): Promise<Line | null> {
    this.asked += 1;
    return super.message(conversation, message);
  }
}

let store = new Counting();
let quotes = new Quotes(store, HERE);

beforeEach(() => {
  store = new Counting();
  quotes = new Quotes(store, HERE);
});

async function write(...writes: readonly Write[]): Promise<void> {
  await store.commit(writes);
  quotes.heed(writes);
}

async function quoted(): Promise<string | null> {
  await quotes.read([ANSWER, line("plain")]);
  const found = quotes.of(ANSWER);
  return found && fold.textOf(found);
}

test("it is read once, and again when it was written since", async () => {
  await write(PutLine(FIRST));
  expect([await quoted(), await quoted(), store.asked]).toEqual(["first", "first", 1]);
  await write(AmendLine(HERE, FIRST.message, EDITED));
  expect([await quoted(), store.asked]).toEqual(["another", 2]);
});

test("what is not here is there once it has come", async () => {
  expect([await quoted(), await quoted(), store.asked]).toEqual([null, null, 1]);
  await write(AddLine(FIRST));
  expect(await quoted()).toBe("first");
});

test("what was deleted here, or dropped, is not quoted as it was", async () => {
  await write(PutLine(FIRST));
  await quoted();
  await write(PutLine(fold.hidden(FIRST)));
  await quotes.read([ANSWER]);
  expect(quotes.of(ANSWER)?.hidden).toBe(true);
  await write(DropLine(HERE, FIRST.id));
  expect(await quoted()).toBeNull();
});

test("what is written while it is read is read again", async () => {
  await write(PutLine(FIRST));
  const reading = quoted();
  await write(AmendLine(HERE, FIRST.message, EDITED));
  await reading;
  expect(await quoted()).toBe("another");
});

test("what answers nothing quotes nothing, and asks for nothing", async () => {
  await quotes.read([line("plain")]);
  expect([quotes.of(line("plain")), store.asked]).toEqual([null, 0]);
});
