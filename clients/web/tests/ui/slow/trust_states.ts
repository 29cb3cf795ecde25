/** The states of trust and recovery, as they are looked at. */

import type { Page } from "playwright-core";

import { onStage } from "../stage/stand.ts";
import type { State } from "./state.ts";

/** Go one of the ways to trust and recovery, counted from the top. */
export async function trustWay(page: Page, place: number): Promise<void> {
  await page.locator(".settings .trust").getByRole("button").nth(place).click();
  await page.getByRole("dialog").locator("h2").waitFor();
}

async function custodians(page: Page): Promise<void> {
  await trustWay(page, 1);
  await page.getByRole("dialog").locator("section").first().waitFor();
}

/** Open the request of a custodian, counted from the top. */
async function request(page: Page, place: number): Promise<void> {
  await custodians(page);
  await page.getByRole("dialog").locator("section").last().getByRole("button").nth(place).click();
  await page.getByRole("dialog").locator("footer button").first().waitFor();
}

async function press(page: Page, which: "first" | "last"): Promise<void> {
  await page.getByRole("dialog").locator("footer button")[which]().click();
}

async function toLost(page: Page): Promise<void> {
  await onStage(page, (stage) => {
    stage.stand({ type: "recovery-asked", organisation: "Beispiel AG", words: 16, helped: false });
  });
  await page.locator("form .button").nth(1).click();
  await page.getByRole("heading", { name: /Treuhänder|custodians/u }).waitFor();
}

async function inDanger(page: Page, type: "reset" | "custody"): Promise<void> {
  await onStage(page, (stage) => {
    stage.turnView({ danger: { type: "custody" } });
  });
  if (type === "reset") {
    await onStage(page, (stage) => {
      stage.turnView({ danger: { type: "reset", due: 1_795_340_000 } });
    });
  }
  await page.locator(".banner button").click();
  await page.getByRole("dialog").waitFor();
}

async function deviceList(page: Page): Promise<void> {
  await trustWay(page, 2);
  await page.getByRole("dialog").locator("code").first().waitFor();
}

async function see(page: Page): Promise<void> {
  await page.locator("header [aria-expanded][title]").click();
  await page.getByRole("button", { name: /was Neue sehen|what newcomers see/u }).click();
  await page.getByRole("dialog").locator("form").waitFor();
}

async function newWords(page: Page): Promise<void> {
  await trustWay(page, 0);
  await press(page, "last");
  await page.getByRole("dialog").getByRole("textbox").fill("Anker Birne");
  await press(page, "last");
  await page.getByRole("dialog").locator("ol").waitFor();
}

const SETTINGS = { path: "/settings", scene: "open" } as const;

export const TRUST_STATES: readonly State[] = [
  {
    name: "signing in while custodians help",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await onStage(page, (stage) => {
        const signedOut = { type: "signed-out", organisation: "Beispiel AG" } as const;
        stage.stand({ type: "elsewhere" });
        stage.stand({ ...signedOut, because: null, held: false, helped: "anna", userName: "anna" });
      });
      await page.locator("[name=username]").waitFor();
    },
  },
  {
    name: "words asked for while custodians help",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await onStage(page, (stage) => {
        const organisation = "Beispiel AG";
        stage.stand({ type: "recovery-asked", organisation, words: 16, helped: true });
      });
      await page.locator("[name=recovery-words]").waitFor();
    },
  },
  { name: "nothing left", path: "/", scene: "signed-out", reach: toLost },
  {
    name: "nothing left, and refused",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await toLost(page);
      await onStage(page, (stage) => {
        const because = { key: "error-custody-ended", filling: {} };
        const organisation = "Beispiel AG";
        stage.stand({ type: "lost", organisation, custodians: null, elsewhere: false, because });
      });
      await page.locator(".banner").waitFor();
    },
  },
  {
    name: "asked elsewhere",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await toLost(page);
      await onStage(page, (stage) => {
        const who = { names: ["Jörg Weiß"], threshold: 2 };
        const organisation = "Beispiel AG";
        stage.stand({
          type: "lost",
          organisation,
          custodians: who,
          elsewhere: true,
          because: null,
        });
      });
      await page.getByRole("heading", { name: /gefragt|asked/u }).waitFor();
    },
  },
  {
    name: "really anew",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await toLost(page);
      await page.locator("main > .button").nth(1).click();
      await page.locator("main > .button.danger").waitFor();
    },
  },
  {
    name: "the custodians are asked",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await toLost(page);
      await page.locator("main > .button").first().click();
      await page.locator(".code").waitFor();
    },
  },
  {
    name: "a fresh start that waits",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await onStage(page, (stage) => {
        const organisation = "Beispiel AG";
        stage.stand({ type: "fresh-start-waits", organisation, due: 1_795_340_000 });
      });
      await page.getByRole("heading", { level: 1 }).waitFor();
    },
  },
  { name: "custodians", ...SETTINGS, reach: custodians },
  {
    name: "custodians, and somebody asks for one's words",
    ...SETTINGS,
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.trust.turnCustody({
          ...{ asked: true, entrusted: 1_795_000_000, accepted: false, requests: [] },
        });
      });
      await custodians(page);
    },
  },
  {
    name: "no custodians",
    ...SETTINGS,
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.trust.turnCustody({ custodians: [], accepted: null });
      });
      await trustWay(page, 1);
    },
  },
  {
    name: "words to be entrusted, and refused",
    ...SETTINGS,
    reach: async (page) => {
      await custodians(page);
      await page.getByRole("dialog").locator("section").nth(1).getByRole("button").click();
      await press(page, "last");
      await onStage(page, (stage) => {
        const filling = { place: "3", meant: "Dackel, Deckel" };
        stage.refuse("entrust", { key: "error-recovery-word", filling });
      });
      await page.getByRole("dialog").getByRole("textbox").fill("Anker Birne Dakel");
      await press(page, "last");
      await page.locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  { name: "somebody asks a custodian", ...SETTINGS, reach: (page) => request(page, 0) },
  { name: "somebody never met asks", ...SETTINGS, reach: (page) => request(page, 1) },
  { name: "a request by another name", ...SETTINGS, reach: (page) => request(page, 3) },
  { name: "a part to be taken back", ...SETTINGS, reach: (page) => request(page, 2) },
  {
    name: "a code that is too short",
    ...SETTINGS,
    reach: async (page) => {
      await request(page, 0);
      await press(page, "last");
      await page.getByRole("dialog").getByRole("textbox").fill("04711 38254");
      await press(page, "last");
      await page.locator("[role=alert]:not(:empty)").first().waitFor();
    },
  },
  {
    name: "somebody begins anew in one's name",
    path: "/",
    scene: "open",
    reach: (page) => inDanger(page, "reset"),
  },
  {
    name: "that was prevented",
    path: "/",
    scene: "open",
    reach: async (page) => {
      await inDanger(page, "custody");
      await press(page, "last");
      await page.getByRole("dialog").getByRole("status").waitFor();
    },
  },
  { name: "new recovery words", ...SETTINGS, reach: newWords },
  {
    name: "words that custodians have opened",
    path: "/",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.turnView({ wordsOpened: true });
      });
      await page.getByRole("dialog").locator("footer button").first().waitFor();
    },
  },
  {
    name: "a list of devices that is not what it was",
    path: "/",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.turnView({ doubted: true });
      });
      await page.getByRole("button", { name: /^(?:Ansehen|See what)$/u }).waitFor();
    },
  },
  { name: "the list of devices", ...SETTINGS, reach: deviceList },
  {
    name: "the list of devices, and something is wrong",
    ...SETTINGS,
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.trust.spoilList();
      });
      await deviceList(page);
    },
  },
  { name: "what newcomers see", path: "/c/werk", scene: "open", reach: see },
];
