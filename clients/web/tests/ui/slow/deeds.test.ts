/** What a person does with groups, with what holds them up and with their own devices. */

import { expect, test } from "vitest";

import { onStage } from "../stage/stand.ts";
import { innocent, standing } from "./standing.ts";
import { compare, DESK, details, help, PHONE, warn, way } from "./states.ts";

const theStand = standing();

test("who manages a group adds, lets manage, removes, renames and leaves", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/c/werk", "open", DESK);
  const { page } = shown;
  const changes = (): Promise<readonly string[]> =>
    onStage(page, (stage) =>
      stage.asked.filter((each) => /^(?:add|remove|admin|rename|leave) /u.test(each)),
    );
  await details(page);
  const aside = page.locator("aside");
  await aside.getByRole("button", { name: "Wei Zhang" }).click();
  await aside.getByRole("button", { name: "Verwalten lassen" }).click();
  await aside.getByRole("button", { name: "Verwaltung entziehen" }).waitFor();
  await aside.getByRole("button", { name: "Aus der Gruppe entfernen" }).click();
  await page.getByRole("dialog").getByText("kann nichts lesen, was ab jetzt").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Entfernen" }).click();
  await aside.getByText("Nur die \u{2068}5\u{2069} Personen").waitFor();
  await aside.getByRole("button", { name: "Personen hinzufügen" }).click();
  await page.getByRole("option", { name: "Leyla" }).getByText("ist schon dabei").waitFor();
  await page.getByRole("option", { name: "Leyla" }).click({ force: true }); // of no use
  await page.getByRole("option", { name: "Wei Zhang" }).click();
  await page.getByRole("dialog").locator("footer button").click();
  await aside.getByText("Nur die \u{2068}6\u{2069} Personen").waitFor();
  await aside.getByRole("button", { name: "Umbenennen" }).click();
  await page.getByLabel("Titel der Gruppe").fill("Schichtleitung");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^Schichtleitung/u }).waitFor();
  await aside.getByRole("button", { name: "Gruppe verlassen" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Verlassen" }).click();
  await page.getByText("aber nicht mehr darin schreiben").waitFor();
  await page.locator("textarea").waitFor({ state: "detached" });
  expect(await changes()).toEqual([
    "admin werk wei true",
    "remove werk wei",
    "add werk wei",
    "rename werk Schichtleitung",
    "leave werk",
  ]);
  innocent(shown);
  await page.context().close();
});

test("what holds a conversation up is looked at and decided, and it goes on", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/c/leyla", "open", DESK);
  const { page } = shown;
  const asked = (): Promise<string | undefined> => onStage(page, (stage) => stage.asked.at(-1));
  const end = page.getByRole("dialog").locator("footer button").last();
  await compare(page);
  expect(await page.getByRole("dialog").locator("li").allTextContents()).toEqual(
    "04711 38254 90163 27745 61890 12034 55872 39416 80027 14963 72508 46351".split(" "),
  );
  await end.click();
  await page.getByText("Vermerkt.").waitFor();
  expect(await asked()).toBe("verified leyla");
  await page.keyboard.press("Escape");
  await page.locator(".banner").waitFor({ state: "detached" });
  await page.locator('a[href="/c/qs"]').click();
  await help(page);
  await end.click();
  await page.locator(".banner").waitFor({ state: "detached" });
  expect(await asked()).toBe("accept qs priya");
  await page.locator('a[href="/c/ohne"]').click();
  await help(page);
  await page.getByRole("dialog").getByRole("button", { name: "Wieder beitreten" }).click();
  await page.locator(".banner").waitFor({ state: "detached" });
  expect(await asked()).toBe("rejoin ohne");
  innocent(shown);
  await page.context().close();
});

test("alarms are new until one has looked, and lead to where they are about", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "open", DESK);
  const { page } = shown;
  await warn(page);
  await page.getByRole("button", { name: "Hinweise, 2 neue" }).click();
  const newest = page.getByRole("dialog").locator("li").first();
  await newest.getByText("hat sich geändert. Vergleichen Sie die Sicherheitsnummer").waitFor();
  await newest.getByRole("button", { name: "Leyla" }).click();
  await page.waitForURL(/\/c\/leyla$/u);
  await page.getByRole("button", { name: "Hinweise", exact: true }).waitFor();
  innocent(shown);
  await page.context().close();
});

test("a device is removed, a password changed, and this device ended after two questions", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/settings", "open", PHONE);
  const { page } = shown;
  const dialog = page.getByRole("dialog");
  await way(page, "devices");
  await dialog.getByText("zuletzt benutzt: \u{2068}heute\u{2069}").waitFor();
  await dialog.getByRole("button", { name: "Laptop entfernen" }).click();
  await dialog.last().getByRole("button", { name: "Gerät entfernen" }).click();
  await dialog.getByText("ist entfernt. War es verloren").waitFor();
  await expect.poll(() => dialog.locator("li").count()).toBe(1);
  await page.keyboard.press("Escape");
  await way(page, "password");
  await dialog.getByLabel("Ihr Passwort von bisher").fill("das alte");
  await dialog.getByText("Mindestens \u{2068}12\u{2069} Zeichen").waitFor();
  await dialog.getByLabel("Ihr neues Passwort").fill("das neue");
  await dialog.getByText("Es fehlen noch \u{2068}4\u{2069} Zeichen").waitFor();
  await dialog.getByLabel("Ihr neues Passwort").fill("das neue Passwort");
  await page.keyboard.press("Enter");
  await dialog.getByText("Ihre anderen Geräte behalten alles").waitFor();
  await dialog.getByRole("button", { name: "Fertig" }).click();
  await onStage(page, (stage) => {
    stage.refuse("sign out", { key: "error-network", filling: {} });
  });
  await way(page, "leave");
  await dialog.getByRole("button", { name: "Weiter" }).click();
  await dialog.getByRole("button", { name: "Abmelden und löschen" }).click();
  await dialog.getByRole("button", { name: "Trotzdem hier löschen" }).click();
  await page.getByRole("heading", { name: "Anmelden" }).waitFor();
  const asked = await onStage(page, (stage) =>
    stage.asked.filter((each) => /^(?:remove device|change password|sign out)/u.test(each)),
  );
  expect(asked).toEqual(["remove device d2", "change password", "sign out false", "sign out true"]);
  innocent(shown);
  await page.context().close();
});

test("how long a password has to be is said before and while one thinks of it", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "invited", PHONE);
  const { page } = shown;
  await page.getByText("Mindestens \u{2068}12\u{2069} Zeichen").waitFor();
  await page.getByLabel("Ihr neues Passwort").fill("elf Zeichen");
  await page.getByText("Es fehlt noch \u{2068}1\u{2069} Zeichen").waitFor();
  expect(await page.locator("[aria-invalid]").count()).toBe(0); // nothing was wanted of it yet
  await page.locator("[type=submit]").click();
  await page.locator("[aria-invalid]").waitFor();
  await page.getByLabel("Ihr neues Passwort").fill("zwölf Zeichen");
  await page.getByText("Mindestens \u{2068}12\u{2069} Zeichen").waitFor();
  await page.locator("[aria-invalid]").waitFor({ state: "detached" });
  innocent(shown);
  await page.context().close();
});

test("another invitation in the same tab is looked at, and one that meets somebody says so", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/join", "invited", DESK);
  const { page } = shown;
  await page.getByLabel("Benutzername").waitFor();
  expect(await page.getByLabel("Benutzername").inputValue()).toBe("anna.mueller");
  await page.evaluate(() => {
    document.body.id = "before";
    location.hash = "another";
  });
  await page.locator("body:not(#before)").getByLabel("Benutzername").waitFor();
  expect(new URL(page.url()).hash).toBe("#another");

  await place.turn(page, "/join", "open");
  await page.getByText("hier ist schon").waitFor();
  expect(new URL(page.url()).pathname).toBe("/");
  await page.getByRole("button", { name: "Verstanden" }).click();
  await page.getByText("hier ist schon").waitFor({ state: "detached" });
  innocent(shown);
  await page.context().close();
});

test("who signs out leaves no answers behind for whoever comes next", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "open", DESK);
  const { page } = shown;
  const left = { theme: "dark", notify: "declined", lockDeclined: true, alarmsSeen: 5 };
  await page.evaluate((kept) => {
    localStorage.setItem("teamchat-preferences", JSON.stringify(kept));
  }, left);
  await page.reload();
  await page.locator("html[data-theme=dark]").waitFor();
  expect(await page.locator('meta[name="theme-color"][media="all"]').count()).toBe(1);
  await onStage(page, (stage) => stage.signOut(true));
  await page.getByLabel("Benutzername").waitFor();
  const kept = await page.evaluate(() => localStorage.getItem("teamchat-preferences"));
  expect(JSON.parse(kept ?? "null")).toMatchObject({
    ...{ theme: "dark", notify: "unasked", lockDeclined: false, alarmsSeen: 0 },
  });
  innocent(shown);
  await page.context().close();
});

test("who does not want to give earlier messages is not asked again", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "open", DESK);
  const { page } = shown;
  await onStage(page, (stage) => {
    stage.turnView({ wishes: [{ id: "w1", device: "laptop", name: "Laptop", giver: null }] });
  });
  await page.getByRole("button", { name: "Ansehen und entscheiden" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Nicht weitergeben" }).click();
  await page.getByRole("dialog").getByText("Sie wollten nicht").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Weitergeben: Laptop" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page
    .getByRole("button", { name: "Ansehen und entscheiden" })
    .waitFor({ state: "detached" });
  innocent(shown);
  await page.context().close();
});

test("becoming an app is offered once, after everything else", async (context) => {
  const place = await theStand(context);
  const shown = await place.show("/", "open", DESK);
  const { page } = shown;
  const offered = page.getByRole("region", { name: "Als App" });
  const turn = (kept: object): Promise<void> =>
    page.evaluate((answers) => {
      localStorage.setItem("teamchat-preferences", JSON.stringify(answers));
    }, kept);
  const browserOffers = (): Promise<unknown> =>
    page.evaluate(() => {
      const event = Object.assign(new Event("beforeinstallprompt", { cancelable: true }), {
        prompt: () => (document.body.id = "asked"),
      });
      return window.dispatchEvent(event);
    });
  await page.getByRole("button", { name: "Nicht jetzt" }).waitFor();
  expect(await browserOffers()).toBe(false); // the browser is not to ask by itself
  await page.getByRole("button", { name: "Nicht jetzt" }).click();
  await page.locator(".offer").waitFor({ state: "detached" });

  await turn({ lockDeclined: true });
  await page.reload();
  await page.getByRole("heading", { name: "Unterhaltungen" }).waitFor();
  await browserOffers();
  await offered.getByRole("button", { name: "Als App hinzufügen" }).click();
  await page.locator("body#asked").waitFor();
  await offered.waitFor({ state: "detached" });
  innocent(shown);
  await page.context().close();
});
