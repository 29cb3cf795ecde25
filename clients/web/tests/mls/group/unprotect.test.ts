/** Nothing of a message is believed before it is verified (RFC 9420 §6). */

import { expect, test } from "vitest";

import { ascii, type Bytes } from "../../../src/mls/bytes.ts";
import { DecodeError, UsageError } from "../../../src/mls/errors.ts";
import {
  CONTENT_APPLICATION,
  CONTENT_PROPOSAL,
  WIRE_PRIVATE_MESSAGE,
} from "../../../src/mls/framing/content.ts";
import { unwrap, wrap } from "../../../src/mls/framing/message.ts";
import type { PrivateMessage } from "../../../src/mls/framing/private_message.ts";
import { adopt, encrypt, proposeRemove } from "../../../src/mls/group/index.ts";
import { MAX_PAST_EPOCHS, MAX_PAST_SECONDS } from "../../../src/mls/group/state.ts";
import { PROPOSAL_REMOVE } from "../../../src/mls/messages/proposals.ts";
import { Rule } from "../../../src/mls/rules.ts";
import { PRIVATE, forged, publicMessage, sent } from "../../support/forgery.ts";
import { CRYPTO, type Crew, NOW, founded } from "../../support/people.ts";
import { failure, refused } from "../../support/refused.ts";

const trio = (): Promise<Crew> => founded(["alice", "bob", "carol"]);
const remove = (leaf: number) => ({ proposal_type: PROPOSAL_REMOVE, removed: leaf }) as const;
const proposing = (leaf: number) =>
  ({ content_type: CONTENT_PROPOSAL, proposal: remove(leaf) }) as const;
const saying = (text: string) =>
  ({ content_type: CONTENT_APPLICATION, application_data: ascii(text) }) as const;

async function said(crew: Crew, name: string, text = "hello"): Promise<Bytes> {
  const [after, message] = await encrypt(CRYPTO, crew.get(name), ascii(text));
  crew.set(name, after);
  return message;
}

async function heard(crew: Crew, name: string, message: Bytes, text: string): Promise<void> {
  const received = await crew.hear(name, message);
  expect(received).toMatchObject({ type: "application", data: ascii(text) });
}

function inside(message: Bytes): PrivateMessage {
  const body = unwrap(message);
  if (body.wire_format !== WIRE_PRIVATE_MESSAGE) throw new Error("not a PrivateMessage");
  return body.private_message;
}

function altered(message: Bytes, changes: Partial<PrivateMessage>): Bytes {
  const private_message = { ...inside(message), ...changes };
  return wrap({ wire_format: WIRE_PRIVATE_MESSAGE, private_message });
}

test("nobody speaks for another member", async () => {
  const crew = await trio();
  const posing = { ...crew.get("bob"), own_leaf: crew.leaf("carol") };
  for (const message of [
    await forged(posing, saying("I, Carol"), PRIVATE),
    await forged(posing, proposing(0)),
  ]) {
    await refused(Rule.CONTENT_SIGNATURE, () => crew.receive("alice", message));
  }
});

test("a membership tag is demanded", async () => {
  const crew = await trio();
  const opened = publicMessage(await forged(crew.get("bob"), proposing(crew.leaf("carol"))));
  for (const tag of [new Uint8Array(), new Uint8Array(32)]) {
    const message = sent({ ...opened, membership_tag: tag });
    await refused(Rule.MEMBERSHIP_TAG, () => crew.receive("alice", message));
  }
});

test("lengths are hidden by padding", async () => {
  const crew = await trio();
  const [short, long] = [await said(crew, "bob", "yes"), await said(crew, "bob", "y".repeat(99))];
  expect(short.length).toBe(long.length);
});

test("a changed ciphertext is refused", async () => {
  const crew = await trio();
  const message = await said(crew, "bob");
  const ciphertext = inside(message).ciphertext.map((byte, at) => (at === 9 ? byte ^ 1 : byte));
  const encrypted_sender_data = new Uint8Array(28);
  for (const [changes, rule] of [
    [{ ciphertext }, Rule.SENDER_DATA_DECRYPTS],
    [{ authenticated_data: ascii("other") }, Rule.CONTENT_DECRYPTS],
    [{ encrypted_sender_data }, Rule.SENDER_DATA_DECRYPTS],
    [{ content_type: CONTENT_PROPOSAL }, Rule.SENDER_DATA_DECRYPTS],
  ] as const) {
    await refused(rule, () => crew.receive("alice", altered(message, changes)));
  }
});

test("a message is read once", async () => {
  const crew = await trio();
  const message = await said(crew, "bob");
  await heard(crew, "alice", message, "hello");
  await refused(Rule.GENERATION_UNUSED, () => crew.receive("alice", message));
});

test("messages are read in any order", async () => {
  const crew = await trio();
  const messages: Bytes[] = [];
  for (let number = 0; number < 6; number++) messages.push(await said(crew, "bob", `${number}`));
  for (const number of [3, 0, 5, 1, 2]) {
    await heard(crew, "alice", messages[number] ?? new Uint8Array(), `${number}`);
  }
});

test("our own messages are not read, our own commit is adopted", async () => {
  const crew = await trio();
  const message = await said(crew, "bob");
  await refused(Rule.GENERATION_UNUSED, () => crew.receive("bob", message));
  const pending = await crew.commit("bob");
  const error = await failure(() => crew.receive("bob", pending.message));
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toContain("adopt");
});

test("late messages are read within five epochs", async () => {
  const crew = await trio();
  const messages: Bytes[] = [];
  for (let number = 0; number <= MAX_PAST_EPOCHS; number++) {
    messages.push(await said(crew, "bob", `${number}`));
    await crew.accept("carol", await crew.commit("carol"));
  }
  const [tooLate, ...others] = messages;
  await refused(Rule.EPOCH_KNOWN, () => crew.receive("alice", tooLate ?? new Uint8Array()));
  for (const [place, message] of others.entries()) {
    await heard(crew, "alice", message, `${place + 1}`);
    await refused(Rule.GENERATION_UNUSED, () => crew.receive("alice", message));
  }
  expect(crew.get("alice").past.length).toBe(MAX_PAST_EPOCHS);
});

test("late messages are read within two days", async () => {
  const crew = await trio();
  const [early, late] = [await said(crew, "bob", "early"), await said(crew, "bob", "late")];
  await crew.accept("carol", await crew.commit("carol"));
  crew.now = NOW + MAX_PAST_SECONDS;
  await heard(crew, "alice", early, "early");
  crew.now += 1;
  await refused(Rule.EPOCH_KNOWN, () => crew.receive("alice", late));
});

test("a message of a later epoch is refused", async () => {
  const crew = await trio();
  const next = adopt(await crew.commit("bob"));
  const [, message] = await encrypt(CRYPTO, next, ascii("from the future"));
  await refused(Rule.EPOCH_KNOWN, () => crew.receive("alice", message));
});

test("one who took a leaf does not answer for its former owner", async () => {
  const crew = await trio();
  const [leaf, late] = [crew.leaf("bob"), await said(crew, "bob", "before")];
  await crew.accept("alice", await crew.commit("alice", [remove(leaf)]));
  await crew.add("alice", "dave");
  expect(crew.leaf("dave")).toBe(leaf);
  const received = await crew.receive("carol", late);
  if (received.type !== "application") throw new Error("not read");
  expect(received.sender.credential).toMatchObject({ identity: ascii("bob") });
});

test("handshake messages of past epochs are refused", async () => {
  const crew = await trio();
  const stale = await proposeRemove(CRYPTO, crew.get("bob"), 0);
  const hidden = await proposeRemove(CRYPTO, crew.get("bob"), 0, PRIVATE);
  await crew.accept("carol", await crew.commit("carol"));
  for (const { message } of [stale, hidden]) {
    await refused(Rule.EPOCH_CURRENT, () => crew.receive("alice", message));
  }
});

test("handshake messages may be private", async () => {
  const crew = await trio();
  const made = await proposeRemove(CRYPTO, crew.get("bob"), crew.leaf("carol"), PRIVATE);
  crew.set("bob", made.state);
  await crew.hear("alice", made.message);
  const pending = await crew.commit("alice", [], { framing: PRIVATE });
  expect(unwrap(pending.message).wire_format).toBe(WIRE_PRIVATE_MESSAGE);
  expect(pending.before.secret_tree).not.toBe(crew.get("alice").secret_tree);
  crew.states.delete("carol");
  await crew.accept("alice", pending);
  crew.agree();
});

test("what is not a message to a member is refused", async () => {
  const crew = await trio();
  const { group_info } = await crew.commit("bob");
  expect(await failure(() => crew.receive("alice", group_info))).toBeInstanceOf(UsageError);
  for (const data of [[], [0, 1], [0, 1, 0, 6], [0, 2, 0, 1]]) {
    const act = () => crew.receive("alice", Uint8Array.from(data));
    expect(await failure(act)).toBeInstanceOf(DecodeError);
  }
});

test("every flipped byte is noticed, and the state stays as it is", async () => {
  const crew = await trio();
  const before = crew.get("alice");
  const proposal = await proposeRemove(CRYPTO, crew.get("bob"), 0);
  for (const message of [await said(crew, "bob"), proposal.message]) {
    for (let position = 0; position < message.length; position += 3) {
      const changed = message.map((byte, at) => (at === position ? byte ^ 0x41 : byte));
      await failure(() => crew.receive("alice", changed));
    }
  }
  expect(crew.get("alice")).toBe(before);
});
