/** Both sides of a linking, and what it says when it comes to nothing. */

import { expect, test } from "vitest";

import { BrokenOffError } from "../../src/client/attempt.ts";
import { Http } from "../../src/client/http.ts";
import { type Comparison, DeviceLinking } from "../../src/client/linking.ts";
import { linkingForPeople } from "../../src/client/linking_errors.ts";
import { type Begun, type Codes, NewDevice } from "../../src/client/linking_new.ts";
import { HalfProfile } from "../../src/client/linking_profile.ts";
import { Pauses } from "../../src/client/pauses.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { Table } from "../../src/engine/store.ts";
import type { ShortAuthenticationString } from "../../src/identity/sas.ts";
import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import { Code } from "../../src/wire/problems.ts";
import { accountOf } from "../support/account.ts";
import { followed } from "../support/key_logs.ts";
import { FakeClock, MemoryStore } from "../support/memory_store.ts";
import { MeetingServer, problem } from "./meeting_server.ts";

const ADDRESS = "https://chat.example";
const account = await accountOf(1);
const { pin } = await followed([]);

/** A new device that shows its codes, and what becomes of it. */
class Newcomer {
  readonly clock = new FakeClock();
  readonly pauses: Pauses;
  readonly begun: Promise<Begun>;
  codes: Codes = { scanned: "", typed: "" };
  sas: ShortAuthenticationString | null = null;
  shown = 0;
  #answer: (same: boolean) => void = () => undefined;

  constructor(server: MeetingServer) {
    const platform = server.platform();
    this.pauses = new Pauses(platform);
    const place = { address: ADDRESS, clock: this.clock, crypto: new DefaultCrypto() };
    const maker = { ...place, deviceName: "New one" };
    const screen = {
      codes: (codes: Codes) => {
        this.codes = codes;
        this.shown += 1;
      },
      same: (sas: ShortAuthenticationString) => {
        this.sas = sas;
        return new Promise<boolean>((answer) => (this.#answer = answer));
      },
    };
    this.begun = linkingForPeople(async () => {
      const http = new Http(ADDRESS, "", platform);
      return (await NewDevice.of(maker, http, screen, this.pauses)).meet();
    });
    this.begun.catch(() => undefined);
  }

  say(same: boolean): void {
    this.#answer(same);
  }
}

function host(server: MeetingServer): DeviceLinking {
  const directory = { lists: () => true };
  const desk = { account, keys: { pin, directory, witnesses: null } };
  const surroundings = { clock: new FakeClock(), crypto: new DefaultCrypto() };
  const engine = { desk, surroundings } as unknown as Engine;
  return new DeviceLinking(engine, new Http(ADDRESS, "token", server.platform()));
}

async function met(server: MeetingServer): Promise<readonly [Newcomer, Comparison]> {
  const newcomer = new Newcomer(server);
  await expect.poll(() => newcomer.codes.typed).not.toBe("");
  const comparison = await host(server).begin(newcomer.codes.typed);
  await expect.poll(() => newcomer.sas).not.toBeNull();
  return [newcomer, comparison];
}

const key = (found: string): object => ({ key: found });

test("both show the same, and the new device gets what it needs", async () => {
  const server = new MeetingServer();
  const [newcomer, comparison] = await met(server);
  expect(comparison.name).toBe("New one");
  expect(newcomer.sas?.equals(comparison.sas)).toBe(true);
  newcomer.say(true);
  const device = await comparison.confirm();
  const begun = await newcomer.begun;
  expect(begun.account.device).toBe(device);
  expect(begun.account.user).toBe(account.user);
  expect(begun.proven.by).toBe(account.device);
  expect([...server.boxes.values()].filter(({ closed }) => closed)).toHaveLength(1); // the other code
});

test("a device that does not come is told of", async () => {
  const server = new MeetingServer();
  server.comes = false;
  const [newcomer, comparison] = await met(server);
  newcomer.say(true);
  await expect(comparison.confirm()).rejects.toMatchObject(key("error-linking-not-come"));
});

test("a scanned code leads to the same", async () => {
  const server = new MeetingServer();
  const newcomer = new Newcomer(server);
  await expect.poll(() => newcomer.codes.scanned).not.toBe("");
  const comparison = await host(server).begin(newcomer.codes.scanned);
  await expect.poll(() => newcomer.sas?.equals(comparison.sas)).toBe(true);
  await comparison.cancel();
  newcomer.say(true);
  await expect(newcomer.begun).rejects.toMatchObject(key("error-linking-cancelled"));
});

test("codes are renewed before their time is over, and the old ones lead nowhere", async () => {
  const server = new MeetingServer();
  const newcomer = new Newcomer(server);
  await expect.poll(() => newcomer.codes.scanned).not.toBe("");
  const { scanned, typed } = newcomer.codes;
  newcomer.clock.seconds += 56;
  await expect.poll(() => newcomer.codes.scanned).not.toBe(scanned);
  expect(newcomer.codes.typed).toBe(typed);
  await expect(host(server).begin(scanned)).rejects.toMatchObject(key("error-linking-cancelled"));
  newcomer.pauses.end();
  await expect(newcomer.begun).rejects.toBeInstanceOf(BrokenOffError);
  expect([...server.boxes.values()].every(({ closed }) => closed)).toBe(true);
});

test("a code that is none is not asked about", async () => {
  const server = new MeetingServer();
  const meeting = host(server).begin("4H7KQ-9TMZ2");
  await expect(meeting).rejects.toMatchObject(key("error-linking-mistyped"));
  expect(server.asked).toEqual([]);
});

test("a code that nobody shows here leads nowhere", async () => {
  const elsewhere = new Newcomer(new MeetingServer());
  await expect.poll(() => elsewhere.codes.typed).not.toBe("");
  const meeting = host(new MeetingServer()).begin(elsewhere.codes.typed);
  await expect(meeting).rejects.toMatchObject(key("error-linking-unknown"));
  elsewhere.pauses.end();
});

test("a code that was used is not good again", async () => {
  const server = new MeetingServer();
  const [newcomer] = await met(server);
  const again = host(server).begin(newcomer.codes.typed);
  await expect(again).rejects.toMatchObject(key("error-reason-linking-code-used"));
  newcomer.pauses.end();
});

test.each(["there", "here"])(
  "who says %s that it is something else ends it for both",
  async (side) => {
    const server = new MeetingServer();
    const [newcomer, comparison] = await met(server);
    if (side === "here") {
      await comparison.refuse();
      newcomer.say(true);
    } else {
      newcomer.say(false);
      await expect(comparison.confirm()).rejects.toMatchObject(key("error-linking-different"));
    }
    await expect(newcomer.begun).rejects.toMatchObject(key("error-linking-different"));
    expect(server.asked).not.toContain("POST /me/linkings/grants");
  },
);

test("too many devices: the one unused for longest is named, and both are told", async () => {
  const server = new MeetingServer();
  server.grant = () => problem(409, Code.CONFLICT.slug, "too-many-devices");
  server.comes = false;
  server.devices = [5, 3].map((day) => ({
    ...{ id: account.device, name: `used on ${day}`, certificate: "", created: 1 },
    last_active_day: day,
  }));
  const [newcomer, comparison] = await met(server);
  newcomer.say(true);
  await expect(comparison.confirm()).rejects.toMatchObject({
    key: "error-too-many-devices",
    filling: { name: "used on 3" },
  });
  await expect(newcomer.begun).rejects.toMatchObject(key("error-linking-cancelled"));
});

test("one that waits for an administrator is stored, goes on, and hears when it is declined", async () => {
  const server = new MeetingServer();
  server.grant = () => Response.json({ grant: "a-grant-of-the-server", needs_admin: true });
  const [newcomer, comparison] = await met(server);
  newcomer.say(true);
  expect(await comparison.confirm()).toBeNull();
  const store = new MemoryStore();
  await HalfProfile.begun(store, await newcomer.begun);
  expect((await store.table(Table.ACCOUNT)).has("profile")).toBe(false);
  const half = await HalfProfile.resumed(store);
  let waited = 0;
  const platform = server.platform();
  const redeeming = half?.redeem(new Http(ADDRESS, "", platform), new Pauses(platform), () => {
    waited += 1;
    if (waited === 2) server.redeem = () => problem(403, "forbidden", "linking-declined");
  });
  await expect(linkingForPeople(async () => redeeming)).rejects.toMatchObject(
    key("error-reason-linking-declined"),
  );
  expect(waited).toBe(2);
});

test("a store in which nothing was begun is none", async () => {
  expect(await HalfProfile.resumed(new MemoryStore())).toBeNull();
});
