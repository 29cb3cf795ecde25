/** The core in Chromium, under the strictest policy a page can have. */

import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

import { PRIMITIVES } from "../support/primitives.ts";
import { launch } from "./chromium.ts";
import type { Outcome } from "./page.ts";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

async function bundled(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    target: "es2023",
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

async function serve(script: Uint8Array): Promise<Server> {
  const files = new Map<string | undefined, readonly [string, string | Uint8Array]>([
    ["/", ["text/html", '<!doctype html><script type="module" src="/page.js"></script>']],
    ["/page.js", ["text/javascript", script]],
    ["/primitives.json", ["application/json", readFileSync(PRIMITIVES)]],
  ]);
  const server = createServer((request, response) => {
    const [type, content] = files.get(request.url) ?? ["text/plain", ""];
    response.writeHead(200, { "content-type": type, "content-security-policy": POLICY });
    response.end(content);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

test("the core lives in a page that allows nothing but its own scripts", async (context) => {
  const browser = await launch(context);
  const server = await serve(await bundled());
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/`);
    const outcome = await page.evaluate<Outcome>("outcome");
    expect(errors).toEqual([]);
    expect(outcome.evalRefused).toBe(true);
    expect(outcome.platform).toBe(true);
    expect(outcome.violations).toEqual(["require-trusted-types-for"]); // the eval, nothing else
    expect(outcome.done).toEqual([
      expect.stringMatching(/^\d+ signatures$/),
      "3 sealed messages",
      "a group of suite 1",
      "a group of suite 3",
      "a group of suite 61453",
    ]);
  } finally {
    await browser.close();
    server.close();
  }
}, 60_000);
