/** Answering, reacting, changing and deleting: by keyboard, by pointer and by finger. */

import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";

import { type Look, onStage, type Shown } from "../stage/stand.ts";
import { at, saying } from "./said_states.ts";
import { innocent, standing } from "./standing.ts";
import { DESK, PHONE } from "./states.ts";

const theStand = standing();

/** What was asked for, without what is read and how it is kept meanwhile. */
function asked(page: Page): Promise<readonly string[]> {
  return onStage(page, (stage) => stage.asked.filter((each) => !/^(?:read|draft)\b/u.test(each)));
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document;
    return activeElement?.getAttribute("aria-label") ?? activeElement?.tagName ?? "";
  });
}

function field(page: Page): Promise<string> {
  return page.locator("textarea").inputValue();
}

/** A finger rests on something. */
async function hold(page: Page, place: Locator): Promise<void> {
  await place.scrollIntoViewIfNeeded();
  const box = await place.boundingBox();
  if (!box) throw new Error("it is not to be seen");
  const point = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const session = await page.context().newCDPSession(page);
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point] });
  await page.clock.runFor(1000);
  await page.getByRole("dialog").waitFor();
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

async function here(
  context: Parameters<ReturnType<typeof standing>>[0],
  look: Look,
  path = "/c/halle",
): Promise<Shown> {
  const place = await theStand(context);
  const shown = await place.show(path, path === "/c/wei" ? "long" : "open", look);
  await shown.page.locator("article").first().waitFor();
  return shown;
}

test("by keyboard alone a message is answered, and what it answers is found", async (context) => {
  const shown = await here(context, DESK);
  const { page } = shown;
  await at(page, "Stapler", "r");
  await expect.poll(() => focused(page)).toBe("TEXTAREA");
  await page.locator("form .quote").getByText("Priya Ramanathan").waitFor();
  await page.keyboard.type("Um sieben?");
  await page.keyboard.press("Escape"); // no answer after all; what was typed stays
  await page.locator("form .quote").waitFor({ state: "detached" });
  expect(await field(page)).toBe("Um sieben?");
  await at(page, "Stapler", "r");
  await page.keyboard.press("Enter");
  await expect.poll(() => asked(page)).toEqual(["send Um sieben? to m18"]);
  const answer = page.getByRole("article", { name: /Antwort auf „Ich, mit dem großen Stapler/u });
  await answer.last().waitFor();
  await answer
    .last()
    .getByRole("button", { name: /Stapler/u })
    .click();
  await expect.poll(() => focused(page)).toMatch(/^Priya Ramanathan, 09:33/u);
  innocent(shown);
  await page.context().close();
});

test("what is answered may lie far before what is shown", async (context) => {
  const shown = await here(context, DESK, "/c/wei");
  const { page } = shown;
  const [first, last] = await onStage(page, (stage) => {
    const keys = stage.keys("wei");
    const quote = { key: keys[49_000] ?? "", name: "Wei Zhang", own: false };
    stage.amend("wei", keys.at(-1) ?? "", () => ({
      quote: { ...quote, text: "49001", deleted: false },
    }));
    return [keys[49_000], keys.at(-1)];
  });
  expect(first).not.toBe(last);
  await page.locator("article .answered").last().click();
  await expect.poll(() => focused(page)).toMatch(/: 49001: /u);
  expect(await asked(page)).toContain(`reach ${first ?? ""}`);
  await page.locator("article.found").waitFor();
  const box = await page.locator("article.found").boundingBox();
  expect(box?.y).toBeGreaterThan(0);
  expect(box?.y).toBeLessThan(800);
  innocent(shown);
  await page.context().close();
});

test("while a message is changed, what was begun before lies aside and comes back", async (context) => {
  const shown = await here(context, DESK);
  const { page } = shown;
  await page.locator("textarea").fill("Noch nicht fertig");
  await at(page, "Kaffee", "e");
  await expect.poll(() => field(page)).toBe("Ich bringe Kaffee für alle mit.");
  await page.keyboard.press("Escape");
  await expect.poll(() => field(page)).toBe("Noch nicht fertig");
  await at(page, "Kaffee", "e");
  await page.locator("textarea").fill("Ich bringe Kaffee und Tee mit.");
  await page.keyboard.press("Enter");
  await page
    .getByRole("article", { name: /geändert.*: Ich bringe Kaffee und Tee mit\.$/u })
    .waitFor();
  await expect.poll(() => field(page)).toBe("Noch nicht fertig");
  expect(await asked(page)).toEqual(["edit m20: Ich bringe Kaffee und Tee mit."]);
  innocent(shown);
  await page.context().close();
});

test("a change that is refused stays where it was written, and after a look elsewhere, too", async (context) => {
  const shown = await here(context, DESK);
  const { page } = shown;
  await onStage(page, (stage) => {
    stage.refuse("edit", { key: "error-too-late-to-edit", filling: {} });
  });
  await at(page, "Kaffee", "e");
  await page.locator("textarea").fill("Ich bringe nichts mit.");
  await page.keyboard.press("Enter");
  await page.locator(".toast").waitFor();
  expect(await field(page)).toBe("Ich bringe nichts mit.");
  await page.locator('a[href="/c/wei"]').click();
  await page.waitForURL(/\/c\/wei$/u);
  await page.locator('a[href="/c/halle"]').click();
  await expect.poll(() => field(page)).toBe("Ich bringe nichts mit.");
  await page.locator("form .aim").getByText("Sie ändern eine Nachricht.").waitFor();
  innocent(shown);
  await page.context().close();
});

test("only one's own is changed, and no longer than a day", async (context) => {
  const shown = await here(context, DESK);
  const { page } = shown;
  const offered = async (text: string): Promise<readonly string[]> => {
    await at(page, text, "Enter");
    const ways = page.getByRole("dialog").locator(".way");
    await ways.last().waitFor();
    const texts = await ways.allInnerTexts();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    return texts;
  };
  expect(await offered("Kaffee")).toContain("Ändern");
  expect(await offered("Stapler")).toEqual([
    "Antworten",
    "Kopieren",
    "Wer reagiert hat",
    "Löschen",
  ]);
  expect(await offered("Bis dann!")).toEqual(["Antworten", "Kopieren", "Löschen"]);
  expect(await offered("Sie haben diese Nachricht gelöscht")).toEqual(["Löschen"]);
  await at(page, "Stapler", "e");
  expect(await page.locator("form .aim").count()).toBe(0);
  innocent(shown);
  await page.context().close();
});

test("by keyboard alone: react, take it back, find another one; the keyboard is where it was", async (context) => {
  const shown = await here(context, DESK);
  const { page } = shown;
  const back = async (): Promise<void> => {
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toMatch(/^Leyla Öztürk, 09:40/u);
  };
  await at(page, "Darauf freue", "Enter");
  await page.getByRole("dialog").waitFor();
  await page.getByRole("button", { name: "gut", exact: true }).press("ArrowRight");
  await expect.poll(() => focused(page)).toBe("Herz");
  await page.keyboard.press("Enter");
  await back();
  const heart = saying(page, "Darauf freue").getByRole("button", { name: "❤️ 1: Sie" });
  await heart.waitFor();
  await expect
    .poll(() => page.locator("[data-spoken]").innerText())
    .toBe("Sie haben mit ❤️ reagiert.");
  await at(page, "Darauf freue", "+");
  await page.getByRole("searchbox").fill("kaff");
  await page.keyboard.press("Enter");
  await back();
  await at(page, "Darauf freue", "+");
  await page.getByRole("searchbox").fill("\u{1f9a6}"); // no emoji of ours
  await page.keyboard.press("Enter");
  await back();
  await at(page, "Darauf freue", "+");
  await page.getByRole("dialog").waitFor();
  await page.getByRole("button", { name: "Herz", exact: true, pressed: true }).press("Enter");
  await back();
  await expect
    .poll(() => asked(page))
    .toEqual(["react m21 ❤️", "react m21 ☕", "react m21 \u{1f9a6}", "take back m21 ❤️"]);
  innocent(shown);
  await page.context().close();
});

test("a reaction is pressed to join and to leave it; who it was is said", async (context) => {
  const shown = await here(context, PHONE);
  const { page } = shown;
  const chip = page.getByRole("button", { name: /^🎉/u });
  await chip.tap();
  await page.getByRole("button", { name: "🎉 2: Sie, Jörg Weiß", pressed: true }).tap();
  await page.getByRole("button", { name: "🎉 1: Jörg Weiß", pressed: false }).waitFor();
  await expect.poll(() => asked(page)).toEqual(["react m18 🎉", "take back m18 🎉"]);
  await hold(page, page.getByRole("button", { name: /^☕/u }));
  await page.getByRole("heading", { name: "Wer reagiert hat" }).waitFor();
  const people = page.getByRole("dialog").getByRole("listitem").first();
  expect(await people.innerText()).toMatch(/Jörg Weiß, Priya Ramanathan, Leyla Öztürk/u);
  expect(await asked(page)).toHaveLength(2); // resting on it is not pressing it
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  innocent(shown);
  await page.context().close();
});

test("a finger finds a button at each message, and rests on one for the same", async (context) => {
  const shown = await here(context, PHONE);
  const { page } = shown;
  await page.getByRole("button", { name: "Mehr zu dieser Nachricht" }).last().tap();
  await page.getByRole("button", { name: "Antworten" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await hold(page, saying(page, "Kaffee").locator(".line"));
  await page.getByRole("button", { name: "Antworten" }).tap();
  await expect.poll(() => focused(page)).toBe("TEXTAREA");
  await page.getByRole("button", { name: "Doch nicht" }).tap();
  await page.locator("form .aim").waitFor({ state: "detached" });
  innocent(shown);
  await page.context().close();
});

test("by pointer: a small bar beside the message that it is over", async (context) => {
  const shown = await here(context, DESK);
  const { page } = shown;
  const message = saying(page, "Stapler");
  await message.hover();
  await message.getByRole("button", { name: "Reagieren" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "dankt", exact: true }).click();
  await page.getByRole("button", { name: "🙏 1: Sie" }).waitFor();
  await message.hover();
  await message.getByRole("button", { name: "Antworten" }).click();
  await page.locator("form .quote").waitFor();
  innocent(shown);
  await page.context().close();
});

test("deleting asks once, says what it cannot do, and leaves the keyboard among the messages", async (context) => {
  const shown = await here(context, DESK);
  const { page } = shown;
  await at(page, "Kaffee", "Delete");
  await page.getByText(/Wer sie gelesen hat, hat sie gelesen/u).waitFor();
  await page.getByRole("button", { name: "Abbrechen" }).press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await expect.poll(() => focused(page)).toMatch(/^Sie, 09:38/u);
  await at(page, "Kaffee", "Delete");
  await page.getByRole("button", { name: "Für alle" }).press("Enter");
  await page
    .getByRole("article", { name: /^Sie, 09:38.*: Sie haben diese Nachricht gelöscht/u })
    .waitFor();
  await expect.poll(() => focused(page)).toMatch(/^Sie, 09:38/u);
  await at(page, "Stapler", "Delete");
  await page.getByText("Sie verschwindet nur auf diesem Gerät.").waitFor();
  expect(await page.getByRole("button", { name: "Für alle" }).count()).toBe(0);
  await page.getByRole("button", { name: "Nur hier" }).press("Enter");
  await saying(page, "Stapler").waitFor({ state: "detached" });
  await expect.poll(() => page.evaluate("document.activeElement.tagName")).toBe("ARTICLE");
  expect(await asked(page)).toEqual(["delete m20 for all", "delete m18 here"]);
  innocent(shown);
  await page.context().close();
});

test("what others do to messages is spoken, and what was changed can be looked at", async (context) => {
  const shown = await here(context, DESK);
  const { page } = shown;
  const spoken = (): Promise<string> => page.locator("[data-spoken]").innerText();
  await onStage(page, (stage) => {
    stage.amend("halle", "m21", () => ({ text: "Darauf freuen wir uns.", edited: true }));
  });
  await expect.poll(spoken).toBe("Leyla Öztürk, geändert: Darauf freuen wir uns.");
  await onStage(page, (stage) => {
    const wei = { emoji: "👍", names: ["Wei Zhang"], own: false, waiting: false };
    stage.amend("halle", "m21", () => ({ reactions: [wei] }));
  });
  await expect.poll(spoken).toBe("Wei Zhang: 👍");
  await onStage(page, (stage) => {
    stage.amend("halle", "m21", () => ({ deleted: true, text: "", reactions: [] }));
  });
  await expect.poll(spoken).toBe("Diese Nachricht wurde gelöscht.");
  await page.locator("article .edited").first().click();
  await page.getByRole("dialog").getByText("Ich bringe Kafee mit.").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => focused(page)).toMatch(/^Sie, 09:38/u);
  innocent(shown);
  await page.context().close();
});

test("a change that was not sent is sent again, or given up", async (context) => {
  const shown = await here(context, DESK);
  const { page } = shown;
  await page.getByText("Ihre Änderung wurde nicht gesendet.").waitFor();
  await page.getByRole("button", { name: "Erneut senden" }).click();
  await page.getByRole("button", { name: "Verwerfen" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Verwerfen" }).click();
  await expect.poll(() => asked(page)).toEqual(["retry change-1", "discard change-1"]);
  innocent(shown);
  await page.context().close();
});
