/** The browser of the tests: Debian's or whichever CHROMIUM names. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium, type Browser, type BrowserContext } from "playwright-core";
import type { TestContext } from "vitest";

import { leftOut } from "../support/left_out.ts";

// It shall ask nobody but the page's own server.
const ARGUMENTS = ["--disable-background-networking", "--disable-component-update"];
ARGUMENTS.push("--disable-sync", "--disable-quic", "--disable-gpu", "--no-first-run");
/** A limit is there to end what hangs (vitest.config.js): Playwright's own 30 s are few on a busy machine. */
export const PATIENCE_MS = 60_000;
const NAMES = ["chromium", "chromium-browser", "google-chrome"];

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function found(): string | null {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(executable) ?? null;
}

/** Start Chromium; without one the test is skipped in one line, or fails where CI is set. */
export async function launch(context: TestContext): Promise<Browser> {
  return chromium.launch(options(context));
}

/** Start Chromium with a camera that sees a film (y4m), and is allowed without a question. */
export async function launchWithCamera(context: TestContext, film: string): Promise<Browser> {
  const { args = [], ...rest } = options(context) ?? {};
  const camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  const seen = `--use-file-for-fake-video-capture=${film}`;
  return chromium.launch({ ...rest, args: [...args, ...camera, seen] });
}

/** Start Chromium with a folder that keeps what its pages keep. */
export async function launchProfile(context: TestContext, folder: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(folder, options(context));
}

function options(context: TestContext): Parameters<typeof chromium.launch>[0] {
  const path = found();
  if (path === null) {
    leftOut(context, "no Chromium: install the package chromium, or name one with CHROMIUM");
  }
  // Chromium's own sandbox refuses to be root's.
  const chromiumSandbox = process.getuid?.() !== 0;
  return { executablePath: path, chromiumSandbox, args: ARGUMENTS };
}
