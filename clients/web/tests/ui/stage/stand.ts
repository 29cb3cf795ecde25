/** The stage, built as the product is, behind the real server, and looked at with Chromium. */

import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { TestContext } from "vitest";

import { launch, PATIENCE_MS } from "../../browser/chromium.ts";
import { kept, type Kind } from "../../support/kept_build.ts";
import type { MemoryCore, Scene } from "./memory_core.ts";
import { NOW } from "./people.ts";

const CHECKOUT = fileURLToPath(new URL("../../../../..", import.meta.url));
const PYTHON = join(CHECKOUT, ".venv/bin/python");

/** How a page is looked at. */
export interface Look {
  readonly language: "de" | "en";
  readonly theme: "light" | "dark";
  readonly width: number;
}

/** What a page did that it should not have. */
export interface Sins {
  readonly errors: string[];
  readonly elsewhere: string[];
}

export interface Shown {
  readonly page: Page;
  readonly sins: Sins;
}

export class Stand {
  readonly address: string;
  readonly browser: Browser;
  /** What is served. */
  readonly folder: string;
  #server: ChildProcess;

  private constructor(address: string, browser: Browser, server: ChildProcess, folder: string) {
    this.address = address;
    this.browser = browser;
    this.folder = folder;
    this.#server = server;
  }

  /** Stand before the stage, or the client itself. */
  static async open(context: TestContext, kind: Kind = "stage"): Promise<Stand> {
    const browser = await launch(context); // first: where there is none, the test ends here
    try {
      const folder = await kept(kind);
      const [server, address] = await serve(folder);
      return new Stand(address, browser, server, folder);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Open an address of the client as a fresh browser, at a scene of the stage. */
  async show(path: string, scene: Scene, look: Look): Promise<Shown> {
    const shown = await this.browse(look);
    await shown.page.clock.install({ time: NOW });
    await this.turn(shown.page, path, scene);
    return shown;
  }

  /** A fresh browser that has opened nothing. */
  async browse(look: Look, options: BrowserContextOptions = {}): Promise<Shown> {
    const context = await this.browser.newContext({
      viewport: { width: look.width, height: look.width < 600 ? 844 : 800 },
      colorScheme: look.theme,
      locale: look.language === "de" ? "de-DE" : "en-GB",
      timezoneId: "Europe/Berlin",
      reducedMotion: "reduce",
      hasTouch: look.width < 600,
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    return { page, sins: this.#watch(context, page) };
  }

  /** Go to an address and a scene in a browser that is open. */
  async turn(page: Page, path: string, scene: Scene): Promise<void> {
    await page.goto(`${this.address}${path}?scene=${scene}`);
    await page.locator("#app > *").first().waitFor();
  }

  /** Serve another folder at the same address, as after an update of the server. */
  async replace(folder: string): Promise<void> {
    await this.#stop();
    [this.#server] = await serve(folder, new URL(this.address).port);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.#stop();
  }

  async #stop(): Promise<void> {
    this.#server.stdin?.end();
    await new Promise((ended) => this.#server.once("exit", ended));
  }

  #watch(context: BrowserContext, page: Page): Sins {
    const sins: Sins = { errors: [], elsewhere: [] };
    page.on("pageerror", (error) => sins.errors.push(error.message));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) sins.errors.push(message.text());
    });
    context.on("request", (request) => {
      if (!request.url().startsWith(this.address)) sins.elsewhere.push(request.url());
    });
    return sins;
  }
}

/** The core on the stage, as seen from a test. */
export function onStage<Result>(page: Page, act: (stage: MemoryCore) => Result): Promise<Result> {
  return page.evaluate(`(${act.toString()})(window.stage)`);
}

async function serve(folder: string, port = "0"): Promise<[ChildProcess, string]> {
  const server = spawn(PYTHON, ["-m", "tests.support.web_page", folder, port], {
    cwd: CHECKOUT,
    stdio: ["pipe", "pipe", "inherit"],
  });
  for await (const line of createInterface(server.stdout)) {
    return [server, /http:\S+/u.exec(line)?.[0] ?? ""];
  }
  throw new Error("the server did not start");
}
