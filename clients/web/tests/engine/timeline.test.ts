/** The fold, and what a commit says. */

import { expect, test } from "vitest";

import { MessageKind } from "../../src/engine/model.ts";
import { ConversationRecord, type Line, Phase } from "../../src/engine/records.ts";
import { LOCAL_POSITION, Leaf } from "../../src/engine/state.ts";
import { AddLine, Drop, DropLine, PutLine, Table } from "../../src/engine/store.ts";
import {
  type Timeline,
  apply,
  comings,
  linesOfCommit,
  queued,
  system,
} from "../../src/engine/timeline.ts";
import type { ConversationId, DeviceId, UserId } from "../../src/ids.ts";
import { EMPTY } from "../../src/mls/bytes.ts";

const TALK = "t" as ConversationId;
const ANNA = "anna" as UserId;
const BO = "bo" as UserId;
const CEM = "cem" as UserId;
const RECORD = ConversationRecord.of({
  id: TALK,
  direct: false,
  phase: Phase.JOINED,
  log_epoch: 1,
  shift: 100,
});
const READ = queued(TALK, "x", 1, ANNA, 0, "hello");

function leaf(user: UserId, device: string): Leaf {
  return Leaf.of({ index: 0, user, device: device as DeviceId, identity_key: EMPTY });
}

function texts(lines: Timeline): readonly string[] {
  return lines.map((each) => each.text);
}

test("what is queued stands behind what is sent", () => {
  const first = system(RECORD, 7, 0, "system-created");
  const timeline = apply(apply([], PutLine(READ)), PutLine(first));
  expect(timeline.map((each) => each.id)).toEqual([first.id, "x"]);
  expect(first.position).toBe(107);
  expect(READ.position).toBe(LOCAL_POSITION + 1);
});

test("a line is replaced and forgotten by its id", () => {
  const timeline = apply(apply([], PutLine(READ)), PutLine(READ));
  expect(timeline).toEqual([READ]);
  expect(apply(timeline, Drop(Table.PERSON, "x"))).toEqual(timeline);
  expect(apply(timeline, DropLine(TALK, "x"))).toEqual([]);
});

test("what is given takes the place of nothing", () => {
  const given: Line = { ...READ, text: "something else", given_by: BO };
  expect(apply([READ], AddLine(given))).toEqual([READ]);
  expect(apply([], AddLine(given))).toEqual([given]);
  expect(apply([given], PutLine(READ))).toEqual([READ]);
});

test("what nobody was to give gives way to what somebody was", () => {
  const untrue: Line = { ...READ, text: "false", given_by: BO, unexpected: true };
  const true_: Line = { ...READ, given_by: CEM };
  expect(apply([untrue], AddLine(true_))).toEqual([true_]);
  expect(apply([true_], AddLine(untrue))).toEqual([true_]);
  expect(apply([untrue], AddLine({ ...untrue, given_by: CEM }))).toEqual([untrue]);
  expect(apply([READ], AddLine(untrue))).toEqual([READ]);
});

test("a commit says who came and went", () => {
  const before = [leaf(ANNA, "a1"), leaf(BO, "b1")];
  const after = [leaf(ANNA, "a1"), leaf(ANNA, "a2"), leaf(CEM, "c1")];
  const who = comings(before, after);
  expect(who).toEqual({ added: [CEM], removed: [BO], with_new_device: [ANNA] });
  const said = linesOfCommit(RECORD, 8, 0, ANNA, who, new Set());
  expect(texts(said)).toEqual(["system-added", "system-removed", "system-device-added"]);
  expect(said.every((each) => each.kind === MessageKind.SYSTEM && each.sender === ANNA)).toBe(true);
  const left = texts(linesOfCommit(RECORD, 8, 0, ANNA, who, new Set([BO])));
  expect(left).toContain("system-left");
  expect(left).not.toContain("system-removed");
});

test("a commit says who was without a device, and who is back", () => {
  const who = { added: [ANNA], removed: [BO, CEM], with_new_device: [] };
  const ended = new Map([
    [BO, "system-deviceless"],
    [CEM, "system-deviceless"],
  ]);
  const said = linesOfCommit(RECORD, 8, 0, ANNA, who, new Set([CEM]), ended, new Set([ANNA]));
  expect(texts(said)).toEqual(["system-back", "system-left", "system-deviceless"]);
});

test("the id of a line holds eight signs of what fills it, no half of one", () => {
  const line = system(RECORD, 8, 0, "system-renamed", ["by", "anna"], ["title", "🙂".repeat(9)]);
  expect(line.id).toBe(`1.8.system-renamed.anna${"🙂".repeat(8)}`);
  expect(line.sender).toBe("anna");
});
