/** What no tape reaches: a commit that cannot be made costs a few tries and nothing else. */

import { expect, test } from "vitest";

import * as groups from "../../src/engine/groups.ts";
import { proceed } from "../../src/engine/membership.ts";
import {
  type AccountRecord,
  ConversationRecord,
  type Intent,
  Phase,
  Refresh,
  Settle,
} from "../../src/engine/records.ts";
import { rosterOf } from "../../src/engine/roster.ts";
import { ConversationState } from "../../src/engine/state.ts";
import { type ConversationId, identifier } from "../../src/ids.ts";
import type { Bytes } from "../../src/mls/bytes.ts";
import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import { CryptoError } from "../../src/mls/errors.ts";
import { accountOf } from "../support/account.ts";
import { START } from "../support/memory_store.ts";
import { stepOf } from "../support/steps.ts";
import { CRYPTO } from "../support/suite.ts";

const TALK = identifier<ConversationId>(new Uint8Array(16).fill(5));

/** A library that signs nothing. */
class Silent extends DefaultCrypto {
  readonly #error: Error;

  constructor(error: Error) {
    super();
    this.#error = error;
  }

  override sign(): Promise<Bytes> {
    return Promise.reject(this.#error);
  }
}

async function talkOf(anna: AccountRecord, ...intents: Intent[]): Promise<ConversationState> {
  const { group } = await groups.create(CRYPTO, anna, TALK, START);
  const record = ConversationRecord.of({ id: TALK, direct: false, phase: Phase.JOINED, intents });
  return ConversationState.of({ record, group, roster: await rosterOf(group), caught_up: true });
}

test("a commit is stored before it is sent", async () => {
  const anna = await accountOf(1);
  const step = stepOf(anna, [await talkOf(anna, Refresh())], CRYPTO);
  await proceed(step, step.known(TALK));
  const { pending } = step.known(TALK);
  const [persist, send] = step.adopt();
  expect(pending).toMatchObject({ intent: Refresh(), external: false });
  expect(persist?.type).toBe("Persist");
  expect(send).toMatchObject({ type: "SendFrame", frame: { type: "Send", body: pending?.body } });
});

test("what cannot be committed is answered, and the pauses grow", async () => {
  const anna = await accountOf(1);
  const crypto = new Silent(new CryptoError());
  let talk = await talkOf(anna, Refresh(7), Refresh(8), Settle(9));
  for (const [call, seconds] of [
    [7, 2],
    [8, 4],
  ] as const) {
    const step = stepOf(anna, [talk], crypto);
    await proceed(step, talk);
    talk = step.known(TALK);
    const commands = step.adopt();
    expect(talk).toMatchObject({ pending: null, held: true });
    expect(commands).toContainEqual(
      expect.objectContaining({ type: "Decline", call, key: "error-not-possible" }),
    );
    expect(commands).toContainEqual(expect.objectContaining({ type: "SetTimer", seconds }));
    talk = { ...talk, held: false };
  }
  expect(talk.record.intents).toEqual([Settle(9)]);
});

test("an error that is none of the protocol's ends the step", async () => {
  const anna = await accountOf(1);
  const talk = await talkOf(anna, Refresh());
  const step = stepOf(anna, [talk], new Silent(new RangeError("a bug")));
  await expect(proceed(step, talk)).rejects.toThrow("a bug");
});
