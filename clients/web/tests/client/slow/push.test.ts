/** A phone that is away: the server calls the push service, and the browser shows one notice. */

import type { BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";

import { theOffice } from "./office.ts";
import { enter, SECONDS, write } from "./people.ts";

const CANARY = "canary-of-a-message";

const here = theOffice();

/**
 * A browser as one that reaches its maker: what it asks its push service is answered by ours. A test's
 * Chromium reaches nobody; all else is its own.
 */
async function subscribable(browser: BrowserContext, endpoint: string): Promise<void> {
  await browser.addInitScript(`
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
      if (applicationServerKey.length !== 65) throw new Error("no key");
      return { endpoint: ${JSON.stringify(endpoint)} };
    };
  `);
}

/** Hand the service worker what the push service was given: nothing. */
async function deliver(page: Page, origin: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registered = new Promise<string>((found) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin));
      if (ours !== undefined) found(ours.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const registrationId = await registered;
  await session.send("ServiceWorker.deliverPushMessage", { origin, registrationId, data: "" });
}

test(
  "who is away is called once with nothing, sees one notice, and finds the message",
  async (context) => {
    const { visitor, ask, address } = await here(context);
    const { page, sins, context: browser } = await visitor();
    const endpoint = "/of-noras-phone";
    await browser.grantPermissions(["notifications"]);
    await subscribable(browser, (await ask("push_service")) + endpoint);
    await enter(page, await ask("invite", "nora"));
    await ask("join", "otto");
    const conversation = await ask("direct", "otto", "nora");
    await ask("send", "otto", conversation, "Hello Nora");
    await page.getByRole("link", { name: /Hello Nora/u }).click();
    await write(page, "Hello Otto");
    await page.getByRole("button", { name: "Yes, tell me" }).click();
    expect(await ask<boolean>("wakes", "nora")).toBe(true);
    await page.evaluate("navigator.serviceWorker.ready");
    expect(await ask<number>("calls")).toBe(0); // nobody is called who is there
    await page.goto("about:blank");
    await expect.poll(() => ask<number>("sockets", "nora")).toBe(0);
    await ask("send", "otto", conversation, CANARY);
    await ask("send", "otto", conversation, `${CANARY} again`);
    const told = { urgency: "high", contact: "mailto:it@chat.example" };
    expect(await ask("called", endpoint)).toEqual(told);
    expect(await ask<number>("calls")).toBe(1);
    await deliver(page, address);
    const [worker] = browser.serviceWorkers();
    if (worker === undefined) throw new Error("there is no service worker");
    const shown = (): Promise<unknown> =>
      worker.evaluate(
        "registration.getNotifications().then((all) => all.map(({ title, body }) => [title, body]))",
      );
    await expect.poll(shown).toEqual([["New message in teamchat", ""]]);
    await page.goto(address);
    await page.getByRole("link", { name: new RegExp(`${CANARY} again`, "u") }).click();
    await page.getByRole("article", { name: new RegExp(`${CANARY}$`, "u") }).waitFor();
    await expect.poll(shown).toEqual([]);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);
