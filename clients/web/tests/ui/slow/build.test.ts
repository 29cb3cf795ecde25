/** What `make web` writes: the same bytes each time, nothing of this machine, and small. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";

import { WEB } from "../../../build/product.ts";
import { bytesOf, firstLoad } from "../../support/first_load.ts";
import { kept } from "../../support/kept_build.ts";
import { Stand } from "../stage/stand.ts";

const FIRST_LOAD = 90_000;
const CORE = 210_000;
/** The worker that stretches passphrases; only who sets a lock runs it. */
const STRETCHING = 220_000;
/** Beside the sources, so that what is large can be linked and need not be copied. */
const elsewhere = mkdtempSync(join(WEB, "..", "..", ".elsewhere-"));
const COPIED = ["src", "build", "index.html", "package.json", "tsconfig.json"];

function files(folder: string): Map<string, Buffer> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const regular = paths.filter((path) => statSync(join(folder, path)).isFile());
  return new Map(regular.map((path) => [path, readFileSync(join(folder, path))]));
}

/** Build as `make web` does, from a copy of the sources at another place. */
function buildElsewhere(): ReadonlyMap<string, Buffer> {
  const [web, python] = [join(elsewhere, "deep/er/clients/web"), join(elsewhere, "deep/er/src")];
  const teamchat = join(WEB, "../../src/teamchat");
  const build = ["node_modules/vite/bin/vite.js", "build", "--config", "build/vite.config.ts"];
  const modules = join(web, "node_modules");
  mkdirSync(modules, { recursive: true });
  for (const each of COPIED) cpSync(join(WEB, each), join(web, each), { recursive: true });
  const packages = readdirSync(join(WEB, "node_modules")).filter((each) => each !== ".cache");
  execFileSync("cp", ["-al", ...packages, modules], { cwd: join(WEB, "node_modules") });
  for (const each of ["i18n", "__init__.py"]) {
    cpSync(join(teamchat, each), join(python, "teamchat", each), { recursive: true });
  }
  const env = { ...process.env, NODE_ENV: "development", TZ: "Asia/Shanghai", LC_ALL: "C" };
  execFileSync("node", build, { cwd: web, env });
  return files(join(python, "teamchat/server/web/built"));
}

let folder = "";
let built = new Map<string, Buffer>();

beforeAll(async () => {
  folder = await kept("client");
  built = files(folder);
}, 240_000);

afterAll(() => {
  rmSync(elsewhere, { recursive: true });
});

test("two builds in two places give the same bytes", { timeout: 240_000 }, () => {
  const again = buildElsewhere();
  expect([...again.keys()]).toEqual([...built.keys()]);
  for (const [path, body] of built) expect(again.get(path)?.equals(body), path).toBe(true);
});

test("the manifest names every file that was built, with its hash", () => {
  const { version, files: listed } = JSON.parse(String(built.get("manifest.json"))) as {
    version: string;
    files: readonly { path: string; bytes: number; sha256: string }[];
  };
  expect(version).toMatch(/^\d+\.\d+/u);
  const twins = [...built.keys()].filter((path) => path.endsWith(".gz"));
  const paths = [...built.keys()].filter(
    (path) => !twins.includes(path) && path !== "manifest.json",
  );
  expect(listed.map(({ path }) => path)).toEqual(paths);
  for (const { path, bytes, sha256 } of listed) {
    const body = built.get(path) ?? Buffer.alloc(0);
    expect([body.length, createHash("sha256").update(body).digest("hex")]).toEqual([bytes, sha256]);
  }
});

test("a packed file is the file", () => {
  for (const [path, body] of built) {
    if (path.endsWith(".gz"))
      expect(gunzipSync(body).equals(built.get(path.slice(0, -3)) ?? body)).toBe(true);
  }
});

test("nothing tells where it was built, and what is kept for good has a hash in its name", () => {
  for (const [path, body] of built) {
    for (const place of [WEB, elsewhere]) expect(body.includes(place), path).toBe(false);
    expect(body.includes("sourceMappingURL"), path).toBe(false);
    if (path.startsWith("assets/")) expect(path).toMatch(/-[\w-]{8}\.\w+(\.gz)?$/u);
  }
});

test("whatever is in it is named with its licence, of the page and of its workers", () => {
  const licences = String(built.get("licences.txt"));
  for (const each of ["svelte", "bits-ui", "@noble/hashes", "libsodium-sumo"]) {
    expect(licences).toMatch(new RegExp(`^## ${each} \\d`, "mu"));
  }
  expect(licences).toContain("Permission to use, copy, modify, and/or distribute this software");
  expect(licences).not.toMatch(/^## (?:vitest|typescript|eslint)/mu);
});

test("the page has no script, style or address of its own", () => {
  const html = String(built.get("index.html"));
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|https?:\/\//u);
  expect(html.match(/<script[^>]*>/gu)).toEqual([
    expect.stringMatching(/ src="\/assets\/[\w-]+\.js">$/u),
  ]);
  expect(html).toContain("Dieser Browser ist zu alt");
  expect(html).toContain("This browser is too old");
});

function packed(pattern: RegExp): readonly number[] {
  return [...built].flatMap(([path, body]) => (pattern.test(path) ? [body.length] : []));
}

test("the first load is at most 90 kB, and the core behind it 210 kB", () => {
  const first = firstLoad(folder);
  const paths = [...first.keys()].join("\n");
  expect(paths).toMatch(/main-.*\.js/u);
  expect(paths).toMatch(/start-.*\.js/u);
  expect(paths).toMatch(/index-.*\.css/u);
  expect(paths).toMatch(/(?:de|en)-.*\.js/u);
  expect(bytesOf(first)).toBeGreaterThan(FIRST_LOAD / 2); // it is the whole page
  expect(bytesOf(first), paths).toBeLessThanOrEqual(FIRST_LOAD);
  const [core] = packed(/assets\/worker-.*\.js\.gz$/u);
  expect(core).toBeGreaterThan(CORE / 3); // it is the whole core
  expect(core).toBeLessThanOrEqual(CORE);
  const [stretching] = packed(/assets\/stretching-.*\.js\.gz$/u);
  expect(stretching).toBeGreaterThan(STRETCHING / 3);
  expect(stretching).toBeLessThanOrEqual(STRETCHING);
});

test("the client that is served asks nobody else, and begins with signing in", async (context) => {
  const stand = await Stand.open(context, "client");
  try {
    const look = { language: "de", theme: "light", width: 390 } as const;
    const { page, sins } = await stand.browse(look);
    await page.goto(`${stand.address}/c/anything`);
    await page.getByRole("heading", { name: "Anmelden" }).waitFor();
    expect(await page.locator("#without").isVisible()).toBe(false);
    expect(sins).toEqual({ errors: [], elsewhere: [] });
    const halted = await stand.browse(look);
    await halted.page.route(/\/start-[^/]*\.js$/u, (route) => route.abort());
    await halted.page.goto(stand.address);
    await halted.page.getByRole("heading", { name: "teamchat is not here yet" }).waitFor();
    const empty = await stand.browse(look);
    const session = await empty.page.context().newCDPSession(empty.page);
    await session.send("Animation.enable");
    await session.send("Animation.setPlaybackRate", { playbackRate: 1000 }); // what waits is one
    await empty.page.route(/\/assets\/index-[^/]*\.js$/u, (route) => route.abort());
    await empty.page.goto(stand.address);
    await empty.page.getByRole("heading", { name: "teamchat ist noch nicht da" }).waitFor();
    const worker = /\/worker-[^/]*\.js$/u;
    const coreless = await stand.browse(look);
    await coreless.page.route(worker, (route) => route.abort());
    await coreless.page.goto(stand.address);
    await coreless.page.getByText(/ein Teil davon kam nicht an/u).waitFor();
    const secret = await stand.browse(look);
    await secret.page.route(worker, async (route) => {
      const response = await route.fetch();
      const refuse = 'indexedDB.open = () => { throw new DOMException("", "InvalidStateError"); };';
      const headers = { ...response.headers(), "content-encoding": "identity" };
      await route.fulfill({ status: 200, headers, body: refuse + (await response.text()) });
    });
    await secret.page.goto(stand.address);
    await secret.page.getByRole("heading", { name: "nichts aufbewahren" }).waitFor();
    const plain = await stand.browse(look, { javaScriptEnabled: false });
    await plain.page.goto(stand.address);
    expect(await plain.page.locator("noscript p").first().isVisible()).toBe(true);
  } finally {
    await stand.close();
  }
});
