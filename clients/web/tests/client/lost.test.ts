/** Nothing left: the custodians give the words back, or one begins anew. */

import { beforeEach, expect, test } from "vitest";

import { CustodyDesk } from "../../src/client/custody.ts";
import type { AccountError } from "../../src/client/errors.ts";
import type { Entrance } from "../../src/client/entrance.ts";
import { Http } from "../../src/client/http.ts";
import { LOOK_SECONDS } from "../../src/client/custody_opening.ts";
import { Wish } from "../../src/client/lost.ts";
import { Pauses } from "../../src/client/pauses.ts";
import { AccountRecord, PersonRecord } from "../../src/engine/records.ts";
import { Table } from "../../src/engine/store.ts";
import { DeviceKey, IdentityKey, SEED_BYTES } from "../../src/identity/keys.ts";
import type { KeyDirectory } from "../../src/identity/key_directory.ts";
import { RecoveryKey } from "../../src/identity/recovery.ts";
import type { DeviceId, UserId } from "../../src/ids.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { Verdict } from "../../src/wire/custody.ts";
import { CRYPTO } from "../support/suite.ts";
import { ADDRESS, Company, type Held, PASSWORD } from "./company.ts";
import { Browser } from "./door.ts";
import { FakePlatform } from "./edge.ts";

const SET = "dddddddddddddddddddddddddq";
const ANNA = "a".repeat(26) as UserId;
const CUSTODIANS = ["b", "c", "e"].map((letter) => `${letter.repeat(25)}a` as UserId);

/** Somebody with a device, as far as custodians need one. */
class Person {
  readonly held: Held;
  readonly desk: CustodyDesk;
  readonly words: string;
  readonly account: AccountRecord;
  readonly key: DeviceKey;
  readonly known = new Map<UserId, PersonRecord>();

  private constructor(
    company: Office,
    held: Held,
    words: string,
    account: AccountRecord,
    key: DeviceKey,
  ) {
    this.held = held;
    this.words = words;
    this.account = account;
    this.key = key;
    const platform = new FakePlatform();
    platform.answering = company.answer;
    const http = new Http(ADDRESS, `token-${held.user.user_name}`, platform);
    const desk = { account, keys: { directory: company.directory } };
    const engine = { desk, people: this.known } as unknown as ConstructorParameters<
      typeof CustodyDesk
    >[0];
    this.desk = new CustodyDesk(engine, http, CRYPTO, new Pauses(platform));
  }

  static async of(company: Office, user: UserId, name: string): Promise<Person> {
    const held = company.hire(user, name);
    const identity = await IdentityKey.of(new Secret(CRYPTO.random(SEED_BYTES)));
    const key = await DeviceKey.of(new Secret(CRYPTO.random(SEED_BYTES)));
    const history_key = new Secret(CRYPTO.random(32));
    const recovery = new RecoveryKey(new Secret(CRYPTO.random(20)));
    const recovery_box = recovery.seal({ identity, history_key }, user, CRYPTO.random(24));
    held.identity = { identity_key: identity.public, recovery_box };
    const device = user as unknown as DeviceId;
    const account = AccountRecord.of({
      ...{ server: ADDRESS, user, device, user_name: held.user.user_name, name, token: "" },
      ...{
        organisation: "",
        site: "",
        language: "en",
        time_zone: "",
        certificate: new Uint8Array(),
      },
      identity_key: identity.public,
      device_seed: key.seed.reveal(),
      history_key: history_key.reveal(),
    });
    const listed = { device_key: key.public, ended: false };
    company.listed.set(user, {
      identity_key: identity.public,
      devices: new Map([[device, listed]]),
    });
    return new Person(company, held, recovery.written("en"), account, key);
  }
}

class Office extends Company {
  readonly listed = new Map<UserId, unknown>();
  which: unknown = null;

  get directory(): KeyDirectory {
    const custodians = (): unknown => this.which;
    return {
      people: this.listed,
      get custodians() {
        return custodians();
      },
    } as unknown as KeyDirectory;
  }
}

let company: Office;
let people: readonly Person[];
let browser: Browser;

/** Anna has entrusted her words to three, of whom two have to agree. */
beforeEach(async () => {
  company = new Office();
  const names = ["Anna", "Bo", "Carla", "Emil"];
  const made: Person[] = [];
  for (const [place, name] of names.entries()) {
    made.push(await Person.of(company, [ANNA, ...CUSTODIANS][place] ?? ANNA, name));
  }
  people = made;
  const custodians = made
    .slice(1)
    .map(({ held }) => ({ user: held.user, active: true, key: null }));
  company.custodians = { set: SET, threshold: 2, custodians, delay_hours: 0 };
  company.which = { op: "custodians", which: SET, people: CUSTODIANS, threshold: 2, day: "" };
  company.deviceKey = (who) => person(who.user.display_name).key.public;
  browser = new Browser(company);
});

function person(name: string): Person {
  const found = people.find(({ held }) => held.user.display_name === name);
  if (!found) throw new Error(`nobody is called ${name}`);
  return found;
}

async function entrusted(): Promise<void> {
  for (const name of ["Bo", "Carla", "Emil"]) await person(name).desk.accept();
  await person("Anna").desk.entrust(person("Anna").words);
}

async function why(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: unknown) => (error as AccountError).key,
  );
}

async function lose(): Promise<Entrance> {
  const entrance = await browser.load();
  expect(await entrance.signIn("anna", PASSWORD)).toEqual({ done: true });
  expect(browser.outside).toMatchObject({ type: "recovery-asked" });
  expect(await entrance.loseWords()).toEqual({ done: true });
  return entrance;
}

function code(): string {
  const { outside } = browser;
  if (outside === "in" || outside?.type !== "custodians-asked") throw new Error("no code");
  return outside.code;
}

async function agree(name: string): Promise<void> {
  const { desk } = person(name);
  const [who] = await desk.requests();
  if (!who) throw new Error("nobody asks");
  await desk.approve(who, code());
}

/** Let the browser look, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  const look = (): boolean => {
    browser.platform.pass(LOOK_SECONDS);
    return holds();
  };
  await expect.poll(look, { timeout: 30_000, interval: 5 }).toBe(true);
}

test("two of three custodians give somebody back who they were", async () => {
  await entrusted();
  const entrance = await lose();
  expect(browser.outside).toMatchObject({
    type: "lost",
    custodians: { names: ["Bo", "Carla", "Emil"], threshold: 2 },
  });
  expect(await entrance.goOn(Wish.CUSTODIANS)).toEqual({ done: true });
  expect(code()).toMatch(/^(?:\d{5} ){5}\d{5}$/u);
  await agree("Bo");
  await until(() => JSON.stringify(browser.outside).includes('"approved":1'));
  await agree("Emil");
  await until(() => browser.outside === "in");
  expect(browser.opened.join(" ")).toBe(person("Anna").words);
  expect(browser.notes.kept.size).toBe(0);
  const kept = (await browser.store?.table(Table.ACCOUNT))?.get("profile");
  const account = AccountRecord.decode(kept ?? new Uint8Array());
  expect(account.identity_key).toEqual(person("Anna").account.identity_key);
});

test("who leaves and loads the page anew goes on with the password alone", async () => {
  await entrusted();
  const first = await lose();
  await first.goOn(Wish.CUSTODIANS);
  const before = code();
  await first.leave();
  await until(() => browser.outside !== "in" && browser.outside?.type === "signed-out");
  expect(browser.outside).toMatchObject({ helped: "anna" });
  await agreeWith("Bo", before);
  await agreeWith("Carla", before);
  const second = await browser.load();
  await second.signIn("anna", PASSWORD);
  expect(browser.outside).toMatchObject({ type: "recovery-asked", helped: true });
  await second.loseWords();
  await until(() => browser.outside === "in");
  expect(browser.opened.join(" ")).toBe(person("Anna").words);
});

async function agreeWith(name: string, typed: string): Promise<void> {
  const [who] = await person(name).desk.requests();
  if (!who) throw new Error("nobody asks");
  await person(name).desk.approve(who, typed);
}

test("another code gives nothing, and neither does another name", async () => {
  await entrusted();
  const entrance = await lose();
  await entrance.goOn(Wish.CUSTODIANS);
  const bo = person("Bo");
  const [who] = await bo.desk.requests();
  if (!who) throw new Error("nobody asks");
  expect(who).toMatchObject({ name: "Anna", userName: "anna", met: false, called: "" });
  const wrong = `${code().slice(0, -1)}${(Number(code().at(-1)) + 1) % 10}`;
  expect(await why(bo.desk.approve(who, wrong))).toBe("error-custody-code");
  expect(company.people.get("anna")?.boxes.size).toBe(0);

  const met = PersonRecord.of({ id: ANNA, user_name: "anna", name: "Anna Meier" });
  bo.known.set(met.id, met);
  expect(await why(bo.desk.approve(who, code()))).toBe("error-custody-name");
  bo.known.set(met.id, { ...met, name: "Anna" });
  expect(await why(bo.desk.approve(who, code()))).toBe("");
  await bo.desk.takeBack(who);
  expect((await bo.desk.requests())[0]?.request.verdict).toBe(Verdict.WAITING);
  expect(await why(bo.desk.takeBack(who))).toBe("error-custody-not-given");
  await bo.desk.decline(who);
  expect((await bo.desk.requests())[0]?.request.verdict).toBe(Verdict.DECLINED);
});

test("nothing is entrusted to keys that no device of a custodian has signed", async () => {
  await entrusted();
  const { custodians } = company.custodians;
  const [bo, carla] = custodians;
  if (!bo || !carla) throw new Error("there are three");
  const forged = custodians.map((each) => (each === bo ? { ...bo, key: carla.key } : each));
  company.custodians = { ...company.custodians, custodians: forged };
  const { desk, words } = person("Anna");
  expect(await why(desk.entrust(words))).toBe("error-custodian-key");
  const none = custodians.map((each) => (each === bo ? { ...bo, key: null } : each));
  company.custodians = { ...company.custodians, custodians: none };
  expect(await why(desk.entrust(words))).toBe("error-reason-custodians-not-ready");
  expect(await why(desk.entrust(person("Bo").words))).toBe("error-wrong-recovery-key");
  expect(await why(desk.accept())).toBe("error-no-custodian");
});

test("a request that was refused has ended, and that is said where one chooses", async () => {
  await entrusted();
  const entrance = await lose();
  await entrance.goOn(Wish.CUSTODIANS);
  await person("Anna").desk.refuse();
  await until(() => browser.outside !== "in" && browser.outside?.type === "lost");
  expect(browser.outside).toMatchObject({ because: { key: "error-custody-ended" } });
  expect(browser.notes.kept.size).toBe(0);
});

test("what was asked on another computer is taken back before it is asked from here", async () => {
  await entrusted();
  const other = new Browser(company);
  const there = await other.load();
  await there.signIn("anna", PASSWORD);
  await there.loseWords();
  await there.goOn(Wish.CUSTODIANS);
  const here = await lose();
  expect(await here.goOn(Wish.CUSTODIANS)).toMatchObject({ done: false });
  expect(browser.outside).toMatchObject({ type: "lost", elsewhere: true });
  expect(await here.goOn(Wish.AGAIN)).toEqual({ done: true });
  expect(code()).not.toBe("");
});

test("without custodians one begins anew, at once if there is no device to ask", async () => {
  const entrance = await lose();
  expect(browser.outside).toMatchObject({ type: "lost", custodians: null });
  expect(await entrance.goOn(Wish.ANEW)).toEqual({ done: true });
  expect(browser.outside).toMatchObject({ type: "recovery-shown" });
  expect(company.people.get("anna")?.pending.identity_key.length).toBe(0);
  expect(await entrance.goOn("")).toEqual({ done: true });
  expect(browser.outside).toBe("in");
  expect(company.people.get("anna")?.identity.identity_key).not.toEqual(
    person("Anna").account.identity_key,
  );
});

test("with devices left they are asked first; then the new words open the way", async () => {
  company.delay = 3600;
  const anna = company.people.get("anna");
  anna?.devices.push({
    id: "bbbbbbbbbbbbbbbbbbbbbbbbby" as DeviceId,
    ...{ name: "Laptop", certificate: new Uint8Array(), created: 0, last_active_day: 0 },
  });
  const entrance = await lose();
  await entrance.goOn(Wish.ANEW);
  const { outside } = browser;
  if (outside === "in" || outside?.type !== "recovery-shown") throw new Error("no words");
  await entrance.goOn("");
  expect(browser.outside).toMatchObject({ type: "fresh-start-waits", due: company.now + 3600 });
  expect(browser.store).toBe(null);
  const again = await browser.load();
  await again.signIn("anna", PASSWORD);
  expect(await again.goOn(outside.words.join(" "))).toEqual({ done: true });
  expect(browser.outside).toBe("in");
});
