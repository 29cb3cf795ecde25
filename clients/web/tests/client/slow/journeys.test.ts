/** The web client as people use it: in Chromium, at a real server, with colleagues at the terminal. */

import { expect, test } from "vitest";

import { theOffice } from "./office.ts";
import { enter, PASSWORD, SECONDS, signIn, write } from "./people.ts";

const here = theOffice();

test(
  "an invitation leads to messages from the terminal and back, and all of it stays",
  async (context) => {
    const office = await here(context);
    const { ask } = office;
    const { page, sins, context: browser } = await office.visitor();
    await enter(page, await ask("invite", "anna"));
    await ask("join", "bo");
    const conversation = await ask("direct", "bo", "anna");
    await ask("send", "bo", conversation, "Hello Anna");
    await page.getByRole("link", { name: /Hello Anna/u }).click();
    await page.getByRole("article", { name: /Hello Anna$/u }).waitFor();
    await page.getByText("unread message").waitFor({ state: "detached" });
    await write(page, "Hello Bo, from the browser");
    expect(await ask("reads", "bo", "Hello Bo, from the browser")).toBe(conversation);
    await page.getByRole("article", { name: /, (?:sent|delivered): Hello Bo/u }).waitFor();

    const group = await ask("group", "bo", "Night shift", "anna");
    await ask("send", "bo", group, "Welcome to the shift");
    await page.getByRole("link", { name: /Night shift/u }).click();
    await page.getByRole("article", { name: /Welcome to the shift$/u }).waitFor();
    await write(page, "Thank you");
    expect(await ask("reads", "bo", "Thank you")).toBe(group);

    await page.getByLabel(/^Message to/u).fill("Not finished");
    await page.getByLabel(/^Message to/u).blur();
    await page.getByText(/Draft: .?Not finished/u).waitFor();
    await page.reload();
    await page.getByRole("article", { name: /Thank you$/u }).waitFor();
    await expect.poll(() => page.getByLabel(/^Message to/u).inputValue()).toBe("Not finished");
    await ask("send", "bo", group, "Still there?");
    await page.getByRole("article", { name: /Still there\?$/u }).waitFor();
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  6 * SECONDS,
);

test(
  "on a further device the recovery words open the way in, and nothing else does",
  async (context) => {
    const { visitor, ask } = await here(context);
    const first = await visitor();
    const words = await enter(first.page, await ask("invite", "dilek"));
    const { page, sins, context: browser } = await visitor();
    await page.goto(first.page.url());
    await signIn(page, "dilek");
    await page.getByLabel("Your recovery words").fill(words.toReversed().join(" "));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("alert").filter({ hasText: "nobody’s recovery words" }).waitFor();
    await page.getByLabel("Your recovery words").fill(words.join(" "));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("navigation", { name: "Conversations" }).waitFor();
    expect(sins.elsewhere).toEqual([]);
    await Promise.all([browser.close(), first.context.close()]);
  },
  4 * SECONDS,
);

test(
  "a device that the company removed erases what it holds, and says so",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, context: browser } = await visitor();
    await enter(page, await ask("invite", "emil"));
    await ask("dismiss", "emil");
    await page.getByText(/your company removed this device/u).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.getByText(/your company removed this device/u).waitFor();
    await page.getByText(/No account yet/u).waitFor();
    await browser.close();
  },
  4 * SECONDS,
);

test(
  "who breaks off at the words has made nothing, and begins again with other ones",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await page.goto(await ask("invite", "finn"));
    await page.getByLabel("Your new password").fill(PASSWORD);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Your 16 recovery words" }).waitFor();
    const before = await page.getByRole("listitem").allTextContents();
    await page.getByRole("button", { name: "Stop" }).click();
    await signIn(page, "finn");
    await page.getByRole("heading", { name: "Your 16 recovery words" }).waitFor();
    expect(await page.getByRole("listitem").allTextContents()).not.toEqual(before);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);

test(
  "a session that the server ended is begun anew, and everything is still here",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, context: browser } = await visitor();
    await enter(page, await ask("invite", "greta"));
    await ask("join", "hans");
    const conversation = await ask("direct", "hans", "greta");
    await ask("send", "hans", conversation, "Before the end");
    await page.getByRole("link", { name: /Before the end/u }).click();
    await ask("end_sessions", "greta");
    await page.getByText(/^The server ended the session/u).waitFor();
    await signIn(page, "greta", "wrong password");
    await page.getByText("User name or password is wrong.").waitFor();
    await signIn(page, "greta");
    await page.getByRole("article", { name: /Before the end$/u }).waitFor();
    await ask("send", "hans", conversation, "After it");
    await page.getByRole("article", { name: /After it$/u }).waitFor();
    await browser.close();
  },
  4 * SECONDS,
);

test(
  "conversations are begun in the browser, with one person and with several",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await Promise.all([ask("join", "ivo"), ask("join", "jana")]);
    await enter(page, await ask("invite", "kemal"));
    await page.getByRole("button", { name: "New conversation" }).first().click();
    await page.getByRole("combobox", { name: "Name or user name" }).fill("ivo");
    await page.getByRole("option", { name: /Ivo/u }).click();
    await page.getByLabel(/^Message to/u).waitFor();
    await write(page, "Hello Ivo");
    const direct = await ask("reads", "ivo", "Hello Ivo");
    await page.waitForURL((url) => url.pathname.endsWith(direct));
    await ask("send", "ivo", direct, "Hello Kemal");
    await page.getByRole("article", { name: /Hello Kemal$/u }).waitFor();

    await page.getByRole("button", { name: "New conversation" }).first().click();
    await page.getByRole("button", { name: /^New group/u }).click();
    await page.getByLabel("Title of the group").fill("Hall 3");
    for (const name of ["Ivo", "Jana"]) {
      await page.getByRole("combobox", { name: "Name or user name" }).fill(name);
      await page.getByRole("option", { name: new RegExp(name, "u") }).click();
    }
    await page.getByRole("button", { name: /^Begin group with .?2.? people$/u }).click();
    await page.getByRole("heading", { name: "Hall 3" }).waitFor();
    await write(page, "Who has the key?");
    const group = await ask("reads", "jana", "Who has the key?");
    await ask("reads", "ivo", "Who has the key?");
    await expect.poll(() => ask("titles", "ivo")).toContain("Hall 3");
    await ask("send", "jana", group, "I have it");
    await page.getByRole("article", { name: /I have it$/u }).waitFor();
    await page.reload();
    await page.getByRole("article", { name: /I have it$/u }).waitFor();
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  6 * SECONDS,
);

test(
  "who signs out leaves nothing in the browser, and no device at the server",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "lea"));
    expect(await ask<readonly string[]>("devices", "lea")).toEqual(["Chrome · Linux"]);
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("button", { name: /^Sign out and erase/u }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Continue" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out and erase" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    expect(await ask<readonly string[]>("devices", "lea")).toEqual([]);
    await expect
      .poll(() => page.evaluate("indexedDB.databases().then((found) => found.length)"))
      .toBe(0);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);
