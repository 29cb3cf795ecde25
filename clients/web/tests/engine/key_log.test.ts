/** The pin: what contradicts it, and what of it is stored. */

import { beforeAll, expect, test } from "vitest";

import {
  KeyLogState,
  disagreement,
  load,
  offered,
  personRecord,
  recordOf,
  sizeOf,
} from "../../src/engine/key_log.ts";
import { OtherLogError, head } from "../../src/engine/key_reading.ts";
import {
  FindingRecord,
  KeyLogRecord,
  PersonKeysRecord,
  WitnessRecord,
} from "../../src/engine/key_records.ts";
import { Put, Table } from "../../src/engine/store.ts";
import { StoredError } from "../../src/engine/stored.ts";
import { encodeStatement } from "../../src/identity/entries.ts";
import { type Bytes, EMPTY } from "../../src/mls/bytes.ts";
import {
  Finding,
  FormatError,
  SignatureError,
  TransparencyError,
} from "../../src/transparency/errors.ts";
import { accountOf } from "../support/account.ts";
import { KEY, followed, keyOf, shown } from "../support/key_logs.ts";
import { MemoryStore } from "../support/memory_store.ts";
import { entries } from "../support/tlog.ts";

const NOTHING = new Uint8Array(32);
const PROMISE = { key: KEY.verifier, head: { size: 5n, root: NOTHING } };
let keys: KeyLogState;

beforeAll(async () => {
  const [anna, bo] = [await accountOf(1), await accountOf(2)];
  const day = "2026-11-21";
  const said = [anna, bo].map(({ user, device, certificate }) =>
    encodeStatement({ op: "add", user, device, certificate, day }),
  );
  const { user, device } = bo;
  const by = device;
  const unsigned = { op: "remove", user, device, day, by, signature: new Uint8Array(64) } as const;
  const company = { ...unsigned, by: "" as typeof by, signature: EMPTY };
  keys = await followed([...said, ...[unsigned, company].map(encodeStatement)]);
});

test("size and root alone can contradict the pin", async () => {
  const { size, root } = pinned();
  const cases = [
    [size - 1n, NOTHING, Finding.ROLLED_BACK],
    [0n, NOTHING, Finding.ROLLED_BACK],
    [size, NOTHING, Finding.FORKED],
    [size, root, null],
    [size + 1n, NOTHING, null],
  ] as const;
  for (const [of, tree, finding] of cases) {
    const offer = await offered(await shown({ size: of, root: tree }), keys);
    expect(disagreement(keys, offer)).toBe(finding);
  }
});

test("another log is none of ours, and a newer one is a new beginning", async () => {
  const tree = { size: 9n, root: NOTHING };
  const body = await shown(tree);
  for (const key of [await keyOf(1), await keyOf(1_790_000_000, 0x6f)]) {
    await expect(offered(await shown(tree, key), keys)).rejects.toThrow(OtherLogError);
  }
  const renamed = { ...body, origin: "another.example/v1/keys/1" };
  await expect(offered(renamed, keys)).rejects.toThrow(OtherLogError);
  const newer = await offered(
    await shown({ size: 1n, root: NOTHING }, await keyOf(1_790_000_001)),
    keys,
  );
  expect(disagreement(keys, newer)).toBeNull();
});

test("what is no signed checkpoint is not read", async () => {
  const body = await shown({ size: 9n, root: NOTHING });
  const texts = ["", body.checkpoint.slice(0, -2), body.checkpoint.replace("\n9\n", "\n09\n")];
  for (const checkpoint of texts) {
    await expect(offered({ ...body, checkpoint }, keys)).rejects.toThrow(TransparencyError);
  }
  const checkpoint = body.checkpoint.replace("\n9\n", "\n8\n");
  await expect(offered({ ...body, checkpoint }, keys)).rejects.toThrow(SignatureError);
  for (const size of [2n ** 40n, 2n ** 63n - 1n]) {
    await expect(offered(await shown({ size, root: NOTHING }), keys)).rejects.toThrow(FormatError);
  }
});

test("a promise comes before the first sight", async () => {
  const promised = KeyLogState.of({ promise: PROMISE });
  for (const [size, finding] of [
    [4n, Finding.ROLLED_BACK],
    [5n, null],
  ] as const) {
    const offer = await offered(await shown({ size, root: NOTHING }), promised);
    expect(disagreement(promised, offer)).toBe(finding);
  }
  const other = await shown(PROMISE.head, await keyOf(1_799_999_999));
  await expect(offered(other, promised)).rejects.toThrow(OtherLogError);
});

test.each([null, PROMISE])("a promise is stored, and nothing is nothing", async (promise) => {
  expect(await load(new MemoryStore())).toEqual(KeyLogState.of({}));
  const loaded = await load(await stored(KeyLogState.of({ promise })));
  expect([loaded.promise, loaded.pin]).toEqual([promise, null]);
});

test("what was followed is the same when it was stored", async () => {
  const heard = [["a.b", { size: 2n ** 53n - 1n, root: NOTHING }]] as const;
  const { pin } = keys;
  if (pin === null) throw new Error("there is a pin");
  const past = [{ size: 1n, root: NOTHING }];
  const full = {
    ...keys,
    pin: { ...pin, past, monitor: { ...pin.monitor, heard } },
    refused: [[2, "x", "why"]] as const,
    findings: [FindingRecord.of({ kind: "alarm-key-log-anew", time_ms: 7 })],
    witnesses: WitnessRecord.of({ witnesses: [], quorum: 1, maximum_age: 60, since: 5 }),
    checked: 12,
    reported: 1,
  };
  const loaded = await load(await stored(full));
  expect(recordOf(loaded)).toEqual(recordOf(full));
  expect(loaded.directory.people).toEqual(full.directory.people);
  expect([loaded.findings, loaded.witnesses]).toEqual([full.findings, full.witnesses]);
  expect(sizeOf(loaded)).toBe(4);
});

test("the directory remembers who signed that a device ended", async () => {
  const { user, device } = await accountOf(2);
  const found = keys.directory.people.get(user)?.devices.get(device);
  expect([found?.ended, found?.ended_by]).toEqual([true, ""]);
});

test("a damaged store is not believed", async () => {
  const store = await stored(keys);
  const pin = (await store.table(Table.KEY_LOG)).get("pin") ?? EMPTY;
  const record = KeyLogRecord.decode(pin);
  const swapped = KeyLogRecord.encode({ ...record, note: record.note.with(-1, 0x41) });
  const [shorter, none] = [
    { ...record, hashes: [] },
    { ...record, hashes: [EMPTY] },
  ];
  const damages: readonly Bytes[] = [
    EMPTY,
    pin.slice(0, -1),
    Uint8Array.of(0xcf),
    Uint8Array.of(0x91, 0xdd, 0xff, 0xff, 0xff, 0xff),
    KeyLogRecord.encode({ ...record, key: "x" }),
    swapped,
    ...[shorter, none].map((each) => KeyLogRecord.encode(each)),
    KeyLogRecord.encode({ ...record, past: [[-1, NOTHING]] }),
    KeyLogRecord.encode({ ...record, promised: [1, EMPTY] }),
  ];
  for (const value of damages) {
    await store.commit([Put(Table.KEY_LOG, "pin", value)]);
    const loaded = load(store);
    await expect(loaded).rejects.toSatisfy(
      (error) => error instanceof StoredError || error instanceof TransparencyError,
    );
  }
});

test("a log of nothing but nonsense is read to its end", async () => {
  const padded = await followed(entries(40));
  expect([padded.directory.size, padded.directory.people.size]).toEqual([40, 0]);
});

function pinned() {
  if (keys.pin === null) throw new Error("there is a pin");
  return head(keys.pin);
}

async function stored(state: KeyLogState): Promise<MemoryStore> {
  const store = new MemoryStore();
  const people = [...state.directory.people].map(([user, each]) =>
    Put(Table.KEYS, user, PersonKeysRecord.encode(personRecord(each))),
  );
  const findings = state.findings.map((each, place) =>
    Put(Table.FINDING, `0000000${place + 1}`, FindingRecord.encode(each)),
  );
  await store.commit([
    Put(Table.KEY_LOG, "pin", KeyLogRecord.encode(recordOf(state))),
    ...people,
    ...findings,
  ]);
  if (state.witnesses !== null) {
    const value = WitnessRecord.encode(state.witnesses);
    await store.commit([Put(Table.KEY_LOG, "witnesses", value)]);
  }
  return store;
}
