/** The states of storage that is full, gone, or refused, as they are looked at. */

import { onStage } from "../stage/stand.ts";
import type { State } from "./state.ts";

export const STORAGE_STATES: readonly State[] = [
  {
    name: "what was stored was removed",
    path: "/",
    scene: "signed-out",
    reach: async (page) => {
      await onStage(page, (stage) => {
        const because = { key: "web-evicted", filling: {} };
        const where = { organisation: "Beispiel AG", held: false, helped: "", userName: "" };
        stage.stand({ type: "signed-out", because, ...where });
      });
      await page.locator(".banner").waitFor();
    },
  },
  {
    name: "storage is full",
    path: "/c/werk",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.turnView({ because: { key: "link-not-stored", filling: {} }, link: "offline" });
      });
      await page.locator(".banner").waitFor();
    },
  },
  {
    name: "nothing can be kept here",
    path: "/",
    scene: "open",
    reach: async (page) => {
      await onStage(page, (stage) => {
        stage.stand({ type: "stopped", because: { key: "web-no-storage", filling: {} } });
      });
      await page.getByRole("heading", { level: 1 }).waitFor();
    },
  },
];
