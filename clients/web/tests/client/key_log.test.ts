/** The list of devices as a person sees it: how it stands, a proof of it, and what was found. */

import { expect, test } from "vitest";

import { deviceListOf, evidenceOf } from "../../src/client/trust_showing.ts";
import { Http } from "../../src/client/http.ts";
import { KeyLogBook } from "../../src/client/key_log.ts";
import { KeyLogState } from "../../src/engine/key_log.ts";
import { FindingRecord } from "../../src/engine/key_records.ts";
import type { DeviceId } from "../../src/ids.ts";
import { type Bytes, concat } from "../../src/mls/bytes.ts";
import { leafHash } from "../../src/transparency/hashing.ts";
import { vkey } from "../../src/transparency/keys.ts";
import { decodeTLogProof, verifyTLogProof } from "../../src/transparency/tlog_proof.ts";
import { policy } from "../../src/transparency/witness.ts";
import { utf8Bytes } from "../../src/utf8.ts";
import { followed as read, KEY, OWN } from "../support/key_logs.ts";
import { entries } from "../support/tlog.ts";
import { ADDRESS } from "./company.ts";
import { FakePlatform } from "./edge.ts";

const HERE = "b".repeat(26) as DeviceId;
const OTHER = "c".repeat(26) as DeviceId;
const ENTRIES = entries(5);

async function followed(change: Partial<KeyLogState> = {}): Promise<KeyLogState> {
  const { pin } = await read(ENTRIES);
  const device = (index: number, ended = false): unknown => ({ index, by: null, ended });
  const devices = new Map([
    [OTHER, device(1, true)],
    [HERE, device(3)],
  ]);
  const directory = { people: new Map([[OWN, { devices }]]) };
  const made = { pin, checked: 1_790_000_500, directory } as unknown as Partial<KeyLogState>;
  return KeyLogState.of({ ...made, ...change });
}

function bookOf(keys: KeyLogState, serve: (path: string) => Bytes | null): KeyLogBook {
  const platform = new FakePlatform();
  platform.answering = ({ url }) => {
    const found = serve(/\/v1\/keys\/\d+\/(.*)$/u.exec(url)?.[1] ?? "");
    return found === null ? new Response(null, { status: 404 }) : new Response(found.slice());
  };
  const engine = { desk: { account: { user: OWN, device: HERE }, keys }, people: new Map() };
  const http = new Http(ADDRESS, "token", platform);
  return new KeyLogBook(engine as unknown as ConstructorParameters<typeof KeyLogBook>[0], http);
}

/** What an honest server gives out: the one tile of the tree, and the bundle of its entries. */
function honest(path: string): Bytes | null {
  if (path === "tile/0/000.p/5") return concat(...ENTRIES.map(leafHash));
  if (path !== "tile/entries/000.p/5") return null;
  return concat(
    ...ENTRIES.flatMap((each) => [Uint8Array.of(each.length >> 8, each.length & 255), each]),
  );
}

test("a proof that a device is listed can be checked by anybody with the key of the log", async () => {
  const book = bookOf(await followed(), honest);
  const proof = decodeTLogProof(utf8Bytes(await book.proof(HERE)));
  expect(proof.index).toBe(3n);
  expect(proof.extra).toEqual(ENTRIES[3]);
  await verifyTLogProof(proof, leafHash(proof.extra), policy(KEY.verifier));
});

test.each([
  ["another entry", (path: string) => honest(path)?.map((byte) => byte ^ 1) ?? null],
  ["nothing", () => null],
])("no proof is made of %s", async (_, serve) => {
  const book = bookOf(await followed(), serve);
  await expect(book.proof(HERE)).rejects.toMatchObject({ key: /error-(?:log-proof|offline)/u });
});

test("a device that is not listed has no proof", async () => {
  const book = bookOf(await followed(), honest);
  await expect(book.proof("d".repeat(26) as DeviceId)).rejects.toMatchObject({
    key: "error-log-not-listed",
  });
});

test("a list that was followed is good, and says what one compares", async () => {
  const list = deviceListOf(bookOf(await followed(), honest).status(), HERE);
  expect(list).toMatchObject({ verdict: "good", size: 5, witnesses: null, findings: [] });
  expect(list.key).toBe(vkey(KEY.verifier));
  expect(list.checksum).toMatch(/^(?:\S{4} )+\S{1,4}$/u);
  expect(list.own).toEqual([
    { id: OTHER, entry: 2, own: false, ended: true },
    { id: HERE, entry: 4, own: true, ended: false },
  ]);
  const unread = deviceListOf(bookOf(KeyLogState.of({}), honest).status(), HERE);
  expect(unread).toMatchObject({ verdict: "unread", size: 0 });
});

test("what was found is said, newest first, and its evidence is kept with a proof", async () => {
  const finding = FindingRecord.of({
    kind: "alarm-key-log-unfit",
    time_ms: 5,
    ours: utf8Bytes("known\n"),
    entry: ENTRIES[2] ?? new Uint8Array(),
    index: 2,
    log_key: vkey(KEY.verifier),
  });
  const later = FindingRecord.of({ kind: "alarm-key-log-forked", time_ms: 9 });
  const book = bookOf(await followed({ findings: [finding, later] }), honest);
  const list = deviceListOf(book.status(), HERE);
  expect(list.verdict).toBe("bad");
  expect(list.findings.map(({ at, text }) => [at, text.key])).toEqual([
    [9, "alarm-key-log-forked"],
    [5, "alarm-key-log-unfit"],
  ]);
  const files = evidenceOf(await book.evidence()).map(({ name }) =>
    name.replace(/-[0-9a-f]{8}-/u, "-"),
  );
  expect(files).toEqual([
    "1-alarm-key-log-unfit-log.vkey",
    "1-alarm-key-log-unfit-known.checkpoint",
    "1-alarm-key-log-unfit-entry.json",
    "1-alarm-key-log-unfit-entry.tlog-proof",
  ]);
});

test("witnesses that are late are said, and until when all is in order", async () => {
  const status = bookOf(await followed(), honest).status();
  const required = { names: ["w"], quorum: 1, maximum_age: 7200, late: true, missing: false };
  const times = { met: 2000, until: 9200, stops: 9200 + 86_400 };
  const list = deviceListOf({ ...status, required: { ...required, ...times } }, HERE);
  expect(list).toMatchObject({
    verdict: "late",
    witnesses: { names: ["w"], quorum: 1, hours: 2, met: 2000, until: 9200 },
  });
  const gone = { ...required, ...times, late: false, missing: true };
  expect(deviceListOf({ ...status, required: gone }, HERE).verdict).toBe("bad");
});
