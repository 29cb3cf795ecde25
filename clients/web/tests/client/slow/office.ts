/** The built client behind a real server, with colleagues at the terminal, and a browser. */

import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { TestContext } from "vitest";

import { launch, PATIENCE_MS } from "../../browser/chromium.ts";
import { once } from "../../browser/once.ts";
import { kept } from "../../support/kept_build.ts";

const CHECKOUT = fileURLToPath(new URL("../../../../..", import.meta.url));
const PYTHON = join(CHECKOUT, ".venv/bin/python");

/** Who serves it (`tests/support`). */
type Module = "web_office" | "web_mortal";

/** What a page did that it should not have. */
export interface Sins {
  readonly errors: string[];
  readonly elsewhere: string[];
}

/** Somebody with a browser of their own. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly sins: Sins;
}

export class Office {
  readonly address: string;
  readonly browser: Browser;
  /** The client that is served. */
  readonly folder: string;
  readonly #server: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    address: string,
    browser: Browser,
    server: ChildProcess,
    lines: AsyncIterator<string>,
    folder: string,
  ) {
    this.address = address;
    this.browser = browser;
    this.#server = server;
    this.#lines = lines;
    this.folder = folder;
  }

  /** Serve the client; without Chromium the test is left out. */
  static async open(context: TestContext, module: Module = "web_office"): Promise<Office> {
    const browser = await launch(context); // first: where there is none, the test ends here
    const folder = await kept("client").catch(async (error: unknown) => {
      await browser.close();
      throw error;
    });
    const server = spawn(PYTHON, ["-m", `tests.support.${module}`, folder], {
      cwd: CHECKOUT,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
    const { value } = (await lines.next()) as { readonly value: string };
    return new Office(JSON.parse(value) as string, browser, server, lines, folder);
  }

  /** Ask the server's side for something (`tests/support/web_office.py`). */
  readonly ask = async <T = string>(...asked: readonly [string, ...string[]]): Promise<T> => {
    this.#server.stdin?.write(`${JSON.stringify(asked)}\n`);
    const { value, done } = (await this.#lines.next()) as IteratorResult<string, undefined>;
    if (done === true) throw new Error(`no answer to ${asked[0]}`);
    return JSON.parse(value) as T;
  };

  /** A fresh browser; what it should not have done is noted. */
  readonly visitor = async (browser = this.browser): Promise<Visitor> => {
    const context = await browser.newContext({
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const sins: Sins = { errors: [], elsewhere: [] };
    context.on("request", (request) => {
      if (!request.url().startsWith(this.address)) sins.elsewhere.push(request.url());
    });
    context.on("weberror", (error) => sins.errors.push(error.error().message));
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) sins.errors.push(message.text());
    });
    return { context, page: await context.newPage(), sins };
  };

  async close(): Promise<void> {
    await this.browser.close();
    this.#server.stdin?.end();
    await new Promise((ended) => this.#server.once("exit", ended));
  }
}

/** Return what opens the office of a file. */
export function theOffice(
  module: Module = "web_office",
): (context: TestContext) => Promise<Office> {
  return once((context) => Office.open(context, module));
}
