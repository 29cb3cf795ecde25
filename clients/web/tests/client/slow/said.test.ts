/** Answering, reacting, changing and deleting between the browser and the terminal, and back. */

import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { theOffice } from "./office.ts";
import { enter, SECONDS, write } from "./people.ts";
import { Wire } from "./wire.ts";

const here = theOffice();

/** More messages than a page is given of a conversation at first. */
const SINCE = 70;

/** A message as the terminal shows it. */
interface Shown {
  readonly text: string;
  readonly quote: string | null;
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly versions: readonly string[];
  readonly withdrawn: boolean;
}

/** The message that says this, and does not only quote it. */
function saying(page: Page, text: string): Locator {
  return page.locator("article").filter({ has: page.locator(".line", { hasText: text }) });
}

async function react(page: Page, text: string, name: string): Promise<void> {
  await saying(page, text).press("+");
  await page.getByRole("dialog").getByRole("button", { name, exact: true }).first().click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
}

test(
  "what is done to a message in the browser is done in the terminal, and the other way round",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "mara"));
    await ask("join", "nils");
    const talk = await ask("direct", "nils", "mara");
    const shown = (): Promise<readonly Shown[]> => ask("shown", "nils", talk);
    const one = async (text: string): Promise<Shown | undefined> =>
      (await shown()).find((each) => each.text === text);
    await ask("send", "nils", talk, "The lorry comes at seven");
    await page.getByRole("link", { name: /The lorry/u }).click();
    await saying(page, "The lorry").waitFor();

    // From the browser to the terminal.
    await saying(page, "The lorry").press("r");
    await page.locator("form .quote").waitFor();
    await page.keyboard.type("I will be there");
    await page.keyboard.press("Enter");
    await ask("reads", "nils", "I will be there");
    expect((await one("I will be there"))?.quote).toBe("The lorry comes at seven");
    await react(page, "The lorry", "good");
    await expect
      .poll(async () => (await one("The lorry comes at seven"))?.reactions)
      .toEqual({ "👍": ["Mara"] });
    await page.getByRole("button", { name: "👍 1: you", pressed: true }).click();
    await expect.poll(async () => (await one("The lorry comes at seven"))?.reactions).toEqual({});
    await saying(page, "I will be there").press("e");
    await page.locator("form .aim").waitFor();
    await page.getByLabel("New text of the message").fill("I will be there at six");
    await page.keyboard.press("Enter");
    await expect
      .poll(async () => (await one("I will be there at six"))?.versions)
      .toEqual(["I will be there", "I will be there at six"]);

    // From the terminal to the browser.
    await ask("answer", "nils", talk, "I will be there at six", "Thank you");
    await saying(page, "Thank you").getByText("I will be there at six").waitFor();
    await ask("react", "nils", talk, "I will be there at six", "🎉");
    await page.getByRole("button", { name: "🎉 1: Nils", pressed: false }).waitFor();
    await ask("take_back", "nils", talk, "I will be there at six", "🎉");
    await page.getByRole("button", { name: /^🎉/u }).waitFor({ state: "detached" });
    await ask("edit", "nils", talk, "Thank you", "Thank you very much");
    await saying(page, "Thank you very much").getByRole("button", { name: "edited" }).click();
    await page.getByRole("dialog").getByText("Thank you", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await ask("withdraw", "nils", talk, "The lorry comes at seven");
    await saying(page, "This message was deleted.").waitFor();
    await saying(page, "I will be there at six").getByText("This message was deleted.").waitFor();
    await expect.poll(() => page.getByText("The lorry comes").count()).toBe(0);

    // Deleted for everybody, and here alone.
    await saying(page, "I will be there at six").press("Delete");
    await page.getByRole("dialog").getByRole("button", { name: "For everybody" }).click();
    await saying(page, "You deleted this message.").waitFor();
    await expect
      .poll(async () => (await shown()).map(({ withdrawn }) => withdrawn))
      .toEqual([true, true, false]);
    await saying(page, "Thank you very much").press("Delete");
    await page.getByRole("dialog").getByRole("button", { name: "Only here" }).click();
    await saying(page, "Thank you very much").waitFor({ state: "detached" });
    await page.reload();
    await saying(page, "You deleted this message.").waitFor();
    await expect.poll(() => page.getByText("Thank you very much").count()).toBe(0);
    expect((await one("Thank you very much"))?.withdrawn).toBe(false);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  6 * SECONDS,
);

test(
  "what is answered is found, though much was written since and the page has not read it",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "tilda"));
    await ask("join", "udo");
    const talk = await ask("direct", "udo", "tilda");
    await ask("send", "udo", talk, "The very first");
    for (let number = 1; number <= SINCE; number += 1)
      await ask("send", "udo", talk, `Number ${number}`);
    await page.getByRole("link", { name: new RegExp(`Number ${SINCE}`, "u") }).click();
    await saying(page, `Number ${SINCE}`).waitFor();
    await ask("answer", "udo", talk, "The very first", "Do you remember?");
    await saying(page, "Do you remember?").waitFor();
    await page.reload();
    await saying(page, "Do you remember?")
      .getByRole("button", { name: /The very first/u })
      .click();
    await page.locator("article.found").getByText("The very first").waitFor();
    await expect
      .poll(() => page.evaluate("document.activeElement.getAttribute('aria-label')"))
      .toMatch(/: The very first$/u);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  6 * SECONDS,
);

test(
  "what is done to messages without a connection goes out once there is one, once",
  async (context) => {
    const { visitor, ask, address } = await here(context);
    const wire = await Wire.to(address);
    const { page, context: browser } = await visitor();
    await enter(page, wire.through(await ask("invite", "olga")));
    await ask("join", "paul");
    const talk = await ask("direct", "paul", "olga");
    const shown = (): Promise<readonly Shown[]> => ask("shown", "paul", talk);
    await ask("send", "paul", talk, "Who is in?");
    await page.getByRole("link", { name: /Who is in/u }).click();
    await saying(page, "Who is in?").waitFor();
    await write(page, "Me to");
    await ask("reads", "paul", "Me to");
    await page.getByRole("article", { name: /, (?:sent|delivered): Me to$/u }).waitFor();
    await wire.cut();
    await page.getByText(/^No connection/u).waitFor();
    await react(page, "Who is in?", "heart");
    await page.getByRole("button", { name: "❤️ 1: you" }).waitFor();
    await saying(page, "Me to").press("e");
    await page.getByLabel("New text of the message").fill("Me too");
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: /, waiting: Me too$/u }).waitFor();
    await page.reload(); // what waits is stored
    await page.getByRole("article", { name: /, waiting: Me too$/u }).waitFor();
    await wire.mend();
    await expect
      .poll(async () => (await shown()).map(({ text }) => text))
      .toEqual(["Who is in?", "Me too"]);
    await page.getByRole("article", { name: /, (?:sent|delivered): Me too$/u }).waitFor();
    await write(page, "And that was all");
    await ask("reads", "paul", "And that was all");
    const [first, second] = await shown();
    expect(first?.reactions).toEqual({ "❤️": ["Olga"] });
    expect(second?.versions).toEqual(["Me to", "Me too"]);
    await browser.close();
    await wire.cut();
  },
  6 * SECONDS,
);

test(
  "what somebody claims of a message that another one wrote changes nothing",
  async (context) => {
    const { visitor, ask } = await here(context);
    const { page, sins, context: browser } = await visitor();
    await enter(page, await ask("invite", "ruth"));
    await ask("join", "sven");
    const talk = await ask("direct", "sven", "ruth");
    await ask("send", "sven", talk, "How many boxes?");
    await page.getByRole("link", { name: /How many/u }).click();
    await saying(page, "How many boxes?").waitFor();
    await write(page, "Three boxes");
    await ask("reads", "sven", "Three boxes");
    await ask("forge", "sven", talk, "Three boxes", "Thirty boxes");
    await ask("forge", "sven", talk, "Three boxes", "");
    await ask("send", "sven", talk, "That is what you said");
    await saying(page, "That is what you said").waitFor();
    await saying(page, "Three boxes").waitFor();
    expect(await page.getByText("Thirty boxes").count()).toBe(0);
    expect(await page.getByText(/edited|deleted/u).count()).toBe(0);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    await browser.close();
  },
  4 * SECONDS,
);
