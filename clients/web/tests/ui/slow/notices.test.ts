/** Being told of messages: asked for first, shown without a page, and never with what they say. */

import type { Page } from "playwright-core";
import { expect, test } from "vitest";

import { onStage, type Look } from "../stage/stand.ts";
import { standing } from "./standing.ts";

const DESK: Look = { language: "en", theme: "light", width: 1280 };
const GERMAN: Look = { language: "de", theme: "light", width: 390 };
const ENDPOINT = "https://push.example/of-this-browser";

const theStand = standing();

/** What the page has told its service worker. */
interface Told {
  readonly told: readonly {
    readonly type: string;
    readonly title?: string;
    readonly path?: string;
  }[];
}

/** Note what the page tells the service worker, and let a test say whether it can be seen. */
async function overheard(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const place = window as unknown as { told: unknown[] };
    place.told = [];
    ServiceWorker.prototype.postMessage = (told: unknown) => place.told.push(told);
  });
}

/** A browser whose maker's service answers; none in a test does. */
async function subscribable(page: Page, endpoint: string): Promise<void> {
  await page.addInitScript((address) => {
    PushManager.prototype.subscribe = () =>
      Promise.resolve({ endpoint: address } as PushSubscription);
  }, endpoint);
}

function notices(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    (window as unknown as Told).told
      .filter(({ type }) => type === "notice")
      .map(({ title = "", path = "" }) => `${title} ${path}`),
  );
}

async function hide(page: Page, state: "hidden" | "visible"): Promise<void> {
  await page.evaluate((now) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, value: now });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}

async function openSheet(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^(?:Notifications|Benachrichtigungen)/u }).click();
  await page.getByRole("dialog").waitFor();
}

test("a call of the server is one notice without a content, in the language of the page", async (context) => {
  const place = await theStand(context);
  const { page, sins } = await place.browse(GERMAN, { permissions: ["notifications"] });
  await place.turn(page, "/", "open");
  await page.evaluate("navigator.serviceWorker.ready");
  const session = await page.context().newCDPSession(page);
  const registered = new Promise<string>((found) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [first] = registrations;
      if (first !== undefined) found(first.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await registered;
  const [worker] = page.context().serviceWorkers();
  if (worker === undefined) throw new Error("there is no service worker");
  await worker.evaluate(() => {
    const place = globalThis as unknown as {
      registration: ServiceWorkerRegistration;
      shown: unknown[];
      badged: number;
    };
    place.shown = [];
    place.badged = 0;
    const show = place.registration.showNotification.bind(place.registration);
    place.registration.showNotification = (title, how) => {
      place.shown.push([title, how?.tag, how?.body, how?.data]);
      return show(title, how);
    };
    navigator.setAppBadge = () => Promise.resolve(void (place.badged += 1));
  });
  const call = (): Promise<unknown> =>
    session.send("ServiceWorker.deliverPushMessage", {
      origin: place.address,
      registrationId,
      data: "",
    });
  await call(); // the page can be seen: nothing is shown
  await page.goto("about:blank");
  await call();
  await call();
  const notice = ["Neue Nachricht in teamchat", "teamchat", undefined, { path: "/" }];
  await expect.poll(() => worker.evaluate("shown.length")).toBeGreaterThanOrEqual(2);
  expect(await worker.evaluate("shown")).toEqual([notice, notice]);
  const kept = await worker.evaluate(
    "registration.getNotifications().then((all) => all.map((each) => each.title + each.body))",
  );
  expect(kept).toEqual(["Neue Nachricht in teamchat"]);
  expect(await worker.evaluate("badged")).toBe(2);
  expect(sins.elsewhere).toEqual([]);
  await page.context().close();
});

test("it is offered once after the first message, and not again to whoever says no", async (context) => {
  const place = await theStand(context);
  const { page } = await place.browse(DESK);
  await page.addInitScript(() => {
    // Chromium without a head was asked by nobody and says no.
    Object.defineProperty(Notification, "permission", { get: () => "default" });
  });
  await place.turn(page, "/c/wei", "open");
  const no = page.getByRole("button", { name: "No, thanks" });
  await page.locator("article").first().waitFor();
  await expect.poll(() => no.count()).toBe(0);
  await page.locator("textarea").fill("Hello");
  await page.locator("[type=submit]").click();
  await no.click();
  await no.waitFor({ state: "detached" });
  await place.turn(page, "/c/wei", "open");
  await page.locator("textarea").fill("Hello again");
  await page.locator("[type=submit]").click();
  await page.getByText("Hello again", { exact: true }).last().waitFor();
  await expect.poll(() => page.locator("textarea").inputValue()).toBe("");
  await expect.poll(() => no.count()).toBe(0);
  await page.context().close();
});

test("a yes leads to being called where the server calls, and to being told while hidden", async (context) => {
  const place = await theStand(context);
  const { page, sins } = await place.browse(DESK, { permissions: ["notifications"] });
  await overheard(page);
  await subscribable(page, ENDPOINT);
  await place.turn(page, "/c/wei", "open");
  await onStage(page, (stage) => {
    stage.serverKey =
      "BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs";
  });
  await page.evaluate("navigator.serviceWorker.ready");
  await page.locator("textarea").fill("Hello");
  await page.locator("[type=submit]").click();
  await page.getByRole("button", { name: "Yes, tell me" }).click();
  await expect
    .poll(() => onStage(page, (stage) => stage.asked.filter((each) => each.startsWith("wake"))))
    .toEqual([`wake at ${ENDPOINT}`]);
  await onStage(page, (stage) => {
    stage.announce("werk", "Leyla Demir");
  });
  await hide(page, "hidden");
  await onStage(page, (stage) => {
    stage.announce("werk", "Leyla Demir");
  });
  await expect.poll(() => notices(page)).toEqual(["New message in teamchat /c/werk"]);
  await hide(page, "visible");
  await page
    .getByRole("link", { name: "Settings" })
    .or(page.getByRole("button", { name: "Settings" }))
    .first()
    .click();
  await openSheet(page);
  await page.getByText("Also while teamchat is closed.").waitFor();
  await page.getByLabel("Also from whom it is").click();
  await hide(page, "hidden");
  await onStage(page, (stage) => {
    stage.announce("werk", "Leyla Demir");
  });
  await expect.poll(() => notices(page)).toContain("New message from Leyla Demir /c/werk");
  expect((await notices(page)).join(" ")).not.toContain("canary");
  await hide(page, "visible");
  await page.getByRole("dialog").getByRole("button", { name: "Switch off" }).click();
  await expect.poll(() => onStage(page, (stage) => stage.asked.at(-1))).toBe("wake no more");
  await page.getByRole("dialog").getByRole("button", { name: "Switch on" }).waitFor();
  expect(sins).toEqual({ errors: [], elsewhere: [] });
  await page.context().close();
});

test("without a way out of the house it says that it tells only while it is open", async (context) => {
  const place = await theStand(context);
  const { page, sins } = await place.browse(DESK, { permissions: ["notifications"] });
  await place.turn(page, "/settings", "open");
  await openSheet(page);
  await page.getByRole("dialog").getByRole("button", { name: "Switch on" }).click();
  await page.getByText("your server calls no services outside").waitFor();
  await onStage(page, (stage) => {
    stage.serverKey = "AAAA"; // no key: a browser gives out no address
  });
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await openSheet(page);
  await page.getByText("could not be reached").waitFor();
  expect(sins).toEqual({ errors: [], elsewhere: [] });
  await page.context().close();
});
