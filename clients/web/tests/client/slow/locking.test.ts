/** The app lock as people use it: in Chromium, at a real server, with passphrase and passkey. */

import type { CDPSession, Page } from "playwright-core";
import { expect, test } from "vitest";

import { theOffice } from "./office.ts";
import { enter, openWay, SECONDS, signIn, write } from "./people.ts";

const PASSPHRASE = "under the old oak";
const CANARY = "yellow-canary-in-the-mine";
const DRAFT = "brown-sparrow-half-a-thought";

const here = theOffice();

async function openSettings(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: /^App lock/u }).click();
  await page.getByRole("dialog").waitFor();
}

async function setPassphrase(page: Page, way = "Set a passphrase"): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: way }).click();
  await dialog.getByLabel("New passphrase").fill(PASSPHRASE);
  await dialog.getByLabel("Once more").fill(PASSPHRASE);
  await dialog.getByRole("button", { name: /^(?:Set a passphrase|Confirm)/u }).click();
  await dialog.getByText("The lock is set.").waitFor();
}

async function closeSheet(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

async function isLocked(page: Page): Promise<void> {
  await page.getByRole("heading", { name: "teamchat is locked" }).waitFor();
  await page.getByRole("button", { name: "It does not open?" }).waitFor();
}

async function unlock(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Open", exact: true }).click();
}

/** Everything that a page shows, or holds for those who see nothing. */
function shown(page: Page): Promise<string> {
  return page.evaluate("document.documentElement.outerHTML + document.title");
}

/** Everything in all databases of the origin, every byte and text spelt out, keys by their kind. */
function stored(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const spelt = (value: unknown): string => {
      if (value instanceof Uint8Array)
        return Array.from(value, (byte) => String.fromCharCode(byte)).join("");
      if (value instanceof CryptoKey) return "CryptoKey";
      if (typeof value === "object" && value !== null)
        return Object.values(value).map(spelt).join("|");
      return String(value);
    };
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(new Error("a database cannot be read"));
        };
      });
    const texts: string[] = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name ?? ""));
      for (const each of database.objectStoreNames) {
        const store = database.transaction(each).objectStore(each);
        const [keys, values] = [await done(store.getAllKeys()), await done(store.getAll())];
        texts.push(name ?? "", each, ...keys.map(spelt), ...values.map(spelt));
      }
      database.close();
    }
    return texts.join("\n");
  });
}

test(
  "locked there is nothing to read, offline and loaded anew too, and nothing typed is lost",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "mona"));
    await ask("join", "nils");
    const conversation = await ask("direct", "nils", "mona");
    await ask("send", "nils", conversation, CANARY);
    await page
      .getByRole("article", { name: new RegExp(`${CANARY}$`, "u") })
      .or(page.getByRole("link", { name: new RegExp(CANARY, "u") }))
      .first()
      .waitFor();
    expect(await stored(page)).toContain("CryptoKey");
    await openWay(page, /^App lock/u);
    await setPassphrase(page);
    await closeSheet(page);
    expect(await stored(page)).not.toContain("CryptoKey");
    await page.getByRole("link", { name: new RegExp(CANARY, "u") }).click();
    await page.getByRole("article", { name: new RegExp(`${CANARY}$`, "u") }).waitFor();
    await page.evaluate("navigator.serviceWorker.ready.then(() => null)");
    await page.getByLabel(/^Message to/u).fill(DRAFT);
    await page.keyboard.press("Alt+Shift+KeyL");
    await isLocked(page);
    const words = [CANARY, DRAFT, "Nils", "Mona", "nils", "mona"];
    const nothing = async (where: string): Promise<void> => {
      for (const word of words) expect(await shown(page), where).not.toContain(word);
      const raw = await stored(page);
      for (const word of words) expect(raw, where).not.toContain(word);
      expect(raw).toContain(conversation); // it was looked at the right place
    };
    await nothing("locked");
    await ask("send", "nils", conversation, "while-it-was-locked");
    await page.reload();
    await isLocked(page);
    await nothing("loaded anew");
    await browser.setOffline(true);
    await page.reload();
    await isLocked(page);
    await nothing("offline");
    await unlock(page, "under the new oak");
    await page.getByText("This is not the passphrase.").waitFor();
    await unlock(page, PASSPHRASE);
    await page.getByRole("article", { name: new RegExp(`${CANARY}$`, "u") }).waitFor();
    expect(await page.getByLabel(/^Message to/u).inputValue()).toBe(DRAFT);
    await browser.setOffline(false);
    await page.getByRole("article", { name: /while-it-was-locked$/u }).waitFor();
    await write(page, "Read it all");
    await ask("reads", "nils", "Read it all");
    expect(sins.elsewhere).toEqual([]);
    expect(sins.errors.filter((each) => !each.includes("INTERNET_DISCONNECTED"))).toEqual([]);
    await browser.close();
  },
  6 * SECONDS,
);

test(
  "all tabs are locked together, and opened together",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "olga"));
    await ask("join", "otto");
    const conversation = await ask("direct", "otto", "olga");
    await page.locator(`a[href="/c/${conversation}"]`).waitFor();
    await openSettings(page);
    await setPassphrase(page);
    await closeSheet(page);
    const second = await browser.newPage();
    await second.goto(page.url());
    await second.getByRole("button", { name: "Lock now" }).click();
    await Promise.all([isLocked(page), isLocked(second)]);
    await unlock(page, PASSPHRASE);
    for (const each of [page, second]) {
      await each.getByRole("navigation", { name: "Conversations" }).waitFor();
    }
    await second.locator(`a[href="/c/${conversation}"]`).click();
    await second.getByLabel(/^Message to/u).fill(DRAFT);
    await page.close(); // the one that had the account open: the other one asks
    await isLocked(second);
    expect(await shown(second)).not.toContain(DRAFT);
    await unlock(second, PASSPHRASE);
    const typed = second.getByLabel(/^Message to/u);
    await expect.poll(() => typed.inputValue()).toBe(DRAFT);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);

test(
  "it locks itself where nobody uses it",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "pia"));
    await openSettings(page);
    await setPassphrase(page);
    const minute = page.getByRole("radio", { name: /after \W?1\W? minute$/u });
    await minute.click();
    await expect.poll(() => minute.isChecked()).toBe(true);
    await page.getByRole("button", { name: "Lock now" }).last().click();
    await isLocked(page);
    await shorten(page); // a minute is long for a test
    await unlock(page, PASSPHRASE);
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await isLocked(page);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);

/** Let it lock itself after three seconds: how long it takes is kept beside the key. */
async function shorten(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((done, failed) => {
        const request = indexedDB.open("teamchat/default");
        request.onsuccess = () => {
          const database = request.result;
          const transaction = database.transaction("vault", "readwrite");
          const vault = transaction.objectStore("vault");
          const kept = vault.get("kept") as IDBRequest<{ minutes: number }>;
          kept.onsuccess = () => {
            if (kept.result.minutes !== 1) failed(new Error("the minutes lie elsewhere"));
            vault.put({ ...kept.result, minutes: 0.05 }, "kept");
          };
          transaction.oncomplete = () => {
            database.close();
            done();
          };
        };
      }),
  );
}

/** A device that has a finger on it, and gives out keys. */
async function withFinger(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return session;
}

test(
  "a passkey opens it, alone and beside a passphrase, and nobody takes the lock away without one",
  async (context) => {
    const { visitor, ask, address } = await here(context);
    const { page, sins, context: browser } = await visitor();
    const local = (url: string): string => url.replace("127.0.0.1", "localhost");
    await withFinger(page);
    await enter(page, local(await ask("invite", "rosa")));
    await openSettings(page);
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Add a passkey" }).click();
    await dialog.getByRole("button", { name: "Make the passkey" }).click();
    await dialog.getByRole("button", { name: "Use the passkey" }).click();
    await dialog.getByText("The lock is set.").waitFor();
    await dialog.getByText("opens alone").waitFor();
    await dialog.getByRole("button", { name: "Lock now" }).click();
    await isLocked(page);
    expect(await page.getByLabel("Passphrase", { exact: true }).count()).toBe(0);
    await page.reload();
    await isLocked(page);
    await page.getByRole("button", { name: "Open with the passkey" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();

    await openSettings(page);
    await setPassphrase(page, "Add: Passphrase");
    await dialog.getByRole("button", { name: "Lock now" }).click();
    await isLocked(page);
    await unlock(page, PASSPHRASE);
    await page.getByRole("heading", { name: "Settings" }).waitFor();

    await openSettings(page);
    await dialog.getByRole("button", { name: "Remove: Passkey" }).click();
    await dialog.getByLabel("Your passphrase until now").fill("under the new oak");
    await dialog.getByRole("button", { name: "Remove the passkey" }).click();
    await dialog.getByText("This is not the passphrase.").waitFor();
    await dialog.getByLabel("Your passphrase until now").fill(PASSPHRASE);
    await dialog.getByRole("button", { name: "Remove the passkey" }).click();
    await dialog.getByText("The lock is set.").waitFor();
    await dialog.getByRole("button", { name: "Add: Passkey" }).waitFor();
    await dialog.getByRole("button", { name: "Take the lock away" }).click();
    await dialog.getByLabel("Your passphrase until now").fill(PASSPHRASE);
    await dialog.getByRole("button", { name: "Take the lock away" }).click();
    await dialog.getByText("The lock is taken away.").waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    expect(sins.errors).toEqual([]);
    expect(sins.elsewhere.filter((each) => !each.startsWith(local(address)))).toEqual([]);
    await browser.close();
  },
  6 * SECONDS,
);

test(
  "who has forgotten the passphrase erases it here, and comes back with the recovery words",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    const words = await enter(page, await ask("invite", "selma"));
    await openSettings(page);
    await setPassphrase(page);
    await page.getByRole("button", { name: "Lock now" }).last().click();
    await isLocked(page);
    await page.getByRole("button", { name: "It does not open?" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Erase" }).click();
    await signIn(page, "selma");
    await page.getByLabel("Your recovery words").fill(words.join(" "));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    await openSettings(page);
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Set a passphrase/u })
      .waitFor();
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);
