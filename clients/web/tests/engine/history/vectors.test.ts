/** What is inside parts and manifests: the cases of `tests/vectors/test_history.py`. */

import { sha256 } from "@noble/hashes/sha2.js";
import { expect, test } from "vitest";

import { ArchiveError } from "../../../src/content/archive.ts";
import { Withdrawn } from "../../../src/engine/amendments.ts";
import { isOutdated } from "../../../src/engine/history/coverage.ts";
import {
  type Entry,
  type LineEntry,
  Packer,
  type PersonEntry,
  type RoomEntry,
  read,
  write,
} from "../../../src/engine/history/entries.ts";
import { Wanted, bodies, bound } from "../../../src/engine/history/giving.ts";
import {
  ManifestError,
  NewerManifestError,
  type Segment,
  open,
  seal,
} from "../../../src/engine/history/manifest.ts";
import { MessageKind } from "../../../src/engine/model.ts";
import {
  ConversationRecord,
  Line,
  LineState,
  PersonRecord,
  Phase,
} from "../../../src/engine/records.ts";
import { PutLine } from "../../../src/engine/store.ts";
import { type ConversationId, type UserId, identifier } from "../../../src/ids.ts";
import { type Bytes, fromHex, toHex, uintBytes } from "../../../src/mls/bytes.ts";
import { MemoryStore } from "../../support/memory_store.ts";
import { ownVectors } from "../../support/own_vectors.ts";
import { NOTHING_DONE } from "../../support/lines.ts";

/** How many bytes something has, and their SHA-256. */
type Told = readonly [number, string];
type Room = readonly [ConversationId, number, readonly (readonly [number, number])[]];

interface Cases {
  readonly parts: readonly {
    readonly data: string;
    readonly kinds?: readonly string[];
    readonly written?: string;
    readonly refused?: true;
  }[];
  readonly packed: readonly {
    readonly lines: readonly (readonly [number, number, string, number])[];
    readonly parts: readonly Told[];
  }[];
  readonly given: {
    readonly made: readonly (readonly [...Told, unknown, boolean, number])[];
    readonly again: readonly Told[];
  };
  readonly bounds: readonly (readonly [string, number | null])[];
  readonly manifests: readonly {
    readonly segments: number;
    readonly rooms: readonly Room[] | number;
    readonly version: number;
    readonly user: UserId;
    readonly kept: number;
    readonly sealed: Told;
    readonly bytes?: string;
  }[];
  readonly insides: readonly {
    readonly sealed: string;
    readonly refused?: true;
    readonly newer?: true;
  }[];
  readonly outdated: {
    readonly lines: readonly (readonly [number, number | null, boolean])[];
    readonly made: readonly {
      readonly rooms: readonly Room[];
      readonly record: readonly [first: number, seq: number, log_epoch: number, shift: number];
      readonly held: readonly boolean[];
    }[];
  };
}

const CASES = ownVectors<Cases>("history");
const TIME = 1_795_000_000_000;
const KEY = Uint8Array.from({ length: 32 }, (_, place) => place);
const NONCE = Uint8Array.from({ length: 24 }, (_, place) => 100 + place);

const ANNA = identifier<UserId>(new Uint8Array(16).fill(97));
const WEI = identifier<UserId>(new Uint8Array(16).fill(119));
const [FIRST, SECOND, THIRD] = [roomOf(0), roomOf(1), roomOf(2)];

function roomOf(byte: number): ConversationId {
  return identifier<ConversationId>(new Uint8Array(16).fill(byte));
}

function told(content: Bytes): Told {
  return [content.length, toHex(new Uint8Array(sha256(content)))];
}

// --- parts ----------------------------------------------------------------------------

test("there are parts of both verdicts", () => {
  expect(CASES.parts.filter((each) => each.refused === true).length).toBeGreaterThan(50);
  expect(CASES.parts.filter((each) => each.kinds !== undefined).length).toBeGreaterThan(50);
});

test("a part says the same here, and what is none is refused", () => {
  for (const { data, kinds, written = data } of CASES.parts) {
    const judge = (): readonly Entry[] => read(fromHex(data));
    if (kinds === undefined) {
      expect(judge, data).toThrow(ArchiveError);
      continue;
    }
    const found = judge();
    expect(found.map((each) => each.type)).toEqual(kinds);
    expect(toHex(write(found))).toBe(written);
  }
});

// --- how lines are divided ------------------------------------------------------------

const HERE: RoomEntry = {
  type: "RoomEntry",
  id: SECOND,
  direct: false,
  title: "Werk",
  peer: "" as UserId,
  left: false,
  log_epoch: 1,
  shift: 0,
};

const WHO: readonly [PersonEntry, PersonEntry] = [
  {
    type: "PersonEntry",
    id: ANNA,
    user_name: "anna",
    name: "Anna",
    site: "Stuttgart",
    time_zone: "Europe/Berlin",
  },
  {
    type: "PersonEntry",
    id: WEI,
    user_name: "wei",
    name: "伟",
    site: "深圳",
    time_zone: "Asia/Shanghai",
  },
];

function line(number: number, text: string, who: PersonEntry): LineEntry {
  return {
    type: "LineEntry",
    id: `x.${number}`,
    position: number,
    kind: MessageKind.TEXT,
    sender: who.id,
    time_ms: TIME,
    text,
    arguments: [],
    given_by: "" as UserId,
    ...NOTHING_DONE,
  };
}

test.each(CASES.packed)("lines are divided into the same parts", ({ lines, parts }) => {
  const packer = new Packer();
  packer.enter(HERE);
  const full: Bytes[] = [];
  for (const [number, times, letter, which] of lines) {
    const who = which === 0 ? WHO[0] : WHO[1];
    const body = packer.add(line(number, letter.repeat(times), who), [who]);
    if (body !== null) full.push(body);
  }
  expect([...full, packer.take()].map(told)).toEqual(parts);
});

// --- the way through a history --------------------------------------------------------

function stored(at: number): Line {
  const named = [
    ["by", WEI],
    ["who", `${WEI},${ANNA}`],
    ["title", ANNA],
  ] as const;
  return Line.of({
    id: `${at % 5}.${at}`,
    conversation: at % 2 === 0 ? FIRST : SECOND,
    position: Math.floor(at / 3),
    kind: MessageKind.TEXT,
    sender: at % 2 === 0 ? ANNA : WEI,
    time_ms: TIME + at,
    text: "x".repeat(7 * at),
    state: at % 50 === 9 ? LineState.FAILED : LineState.SENT,
    arguments: at % 7 === 0 ? named : [],
  });
}

test("a history is given in the same parts, and goes on where it was left", async () => {
  const records = new Map(
    [FIRST, SECOND, THIRD].map((room, at) => {
      const kept = { direct: false, phase: Phase.JOINED, title: `Raum ${at}` };
      return [room, ConversationRecord.of({ id: room, ...kept })];
    }),
  );
  const identity_key = new Uint8Array(32).fill(107);
  const anna = PersonRecord.of({ id: ANNA, user_name: "anna", name: "Anna", identity_key });
  const people = new Map([[ANNA, anna]]);
  const store = new MemoryStore();
  await store.commit(Array.from({ length: 1200 }, (_, at) => PutLine(stored(at))));
  const wanted = Wanted.of({ since_ms: TIME + 50 });
  const made = [];
  const again = [];
  for await (const each of bodies(store, records, people, wanted)) {
    made.push([...told(each.content), each.cursor, each.last, each.lines]);
    if (each.last) continue;
    const rest = await bodies(store, records, people, wanted, each.cursor).next();
    if (rest.done !== true) again.push(told(rest.value.content));
  }
  expect(made).toEqual(CASES.given.made);
  expect(again).toEqual(CASES.given.again);
});

test.each(CASES.bounds)("a policy of %j", (policy, at) => {
  expect(bound(policy, TIME)).toBe(at);
});

// --- manifests ------------------------------------------------------------------------

function segment(number: number): Segment {
  return {
    id: identifier(new Uint8Array(16).fill(number)),
    head: new Uint8Array(number),
    key: new Uint8Array(32).fill(number),
    parts: number,
    chain: new Uint8Array(32).fill(255 - number),
  };
}

function many(count: number): readonly Room[] {
  const intervals = Array.from({ length: 16 }, (_, place) => [2 * place, 2 * place + 1] as const);
  return Array.from({ length: count }, (_, at) => {
    const bytes = new Uint8Array(16);
    bytes.set(uintBytes(at, 4), 12);
    return [identifier<ConversationId>(bytes), at, intervals];
  });
}

test.each(CASES.manifests)("a manifest of version $version", (given) => {
  const { user, version } = given;
  const rooms = typeof given.rooms === "number" ? many(given.rooms) : given.rooms;
  const segments = Array.from({ length: given.segments }, (_, number) => segment(number));
  const sealed = seal({ segments, coverage: { rooms } }, KEY, user, version, NONCE);
  expect(told(sealed)).toEqual(given.sealed);
  expect(toHex(sealed)).toBe(given.bytes ?? toHex(sealed));
  const kept = { rooms: rooms.slice(0, given.kept) };
  expect(open(KEY, user, version, sealed)).toEqual({ segments, coverage: kept });
});

test("what may not stand inside a manifest is refused, whoever has sealed it", () => {
  expect(CASES.insides.some((each) => each.refused !== true)).toBe(true);
  for (const { sealed, refused = false, newer = false } of CASES.insides) {
    const judge = (): unknown => open(KEY, ANNA, 4, fromHex(sealed));
    if (refused) expect(judge, sealed).toThrow(ManifestError);
    else expect(judge).not.toThrow();
    if (newer) expect(judge, sealed).toThrow(NewerManifestError);
    else if (refused) expect(judge, sealed).not.toThrow(NewerManifestError);
  }
});

// --- what a backup holds that was deleted since ---------------------------------------

test("a backup holds what was deleted since in the same cases", async () => {
  const { lines, made } = CASES.outdated;
  for (const { rooms, record: said, held } of made) {
    const [first, seq, log_epoch, shift] = said;
    const room = { id: FIRST, direct: false, phase: Phase.JOINED };
    const record = ConversationRecord.of({ ...room, first, seq, log_epoch, shift });
    for (const [place, [position, deleted, waiting]] of lines.entries()) {
      const done = { id: "y", by: ANNA, position: deleted ?? 0, time_ms: 1 };
      const line = Line.of({
        ...{ id: "x", conversation: FIRST, position, kind: MessageKind.TEXT, sender: ANNA },
        ...{ time_ms: 1, text: "", state: LineState.SENT },
        withdrawn: deleted === null ? null : { ...Withdrawn(done), waiting },
      });
      const store = new MemoryStore();
      await store.commit([PutLine(line)]);
      const found = await isOutdated({ rooms }, [record], store);
      expect(found, JSON.stringify([rooms, said, lines[place]])).toBe(held[place]);
    }
  }
});
