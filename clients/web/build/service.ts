/**
 * What makes a page an app that can be installed: its manifest (W3C Web Application Manifest) with
 * its icons, and the service worker.
 *
 * The worker knows every file of the build by its hash, so the same sources give the same worker,
 * and a changed file gives another one.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Plugin } from "vite";

import { LANGUAGES, said } from "./catalogue.ts";

const ENTRY = fileURLToPath(new URL("../src/service/worker.ts", import.meta.url));
/** Which browsers run the client (`product.ts`), in esbuild's words. */
const TARGET = ["chrome123", "firefox121", "safari17.5"];
const PAGE = "index.html";
/** What the worker shows when the server calls. */
const WORDS = Object.fromEntries(LANGUAGES.map((each) => [each, said(each, "web-push-new")]));
/** Nobody needs them to write a message. */
const LEFT_OUT = /^licences\.txt$/u;

/** Drawn from `mark.svg`; the maskable one has room to be cut to a circle. */
const ICONS = [
  { file: "any-192.png", sizes: "192x192", purpose: "any" },
  { file: "any-512.png", sizes: "512x512", purpose: "any" },
  { file: "maskable-512.png", sizes: "512x512", purpose: "maskable" },
] as const;

function iconBody(file: string): Uint8Array {
  return readFileSync(new URL(`../src/ui/icons/${file}`, import.meta.url));
}

type Emit = (file: { type: "asset"; name: string; source: Uint8Array }) => string;

function manifestOf(emit: Emit, addressOf: (reference: string) => string): string {
  const icons = ICONS.map(({ file, sizes, purpose }) => {
    const reference = emit({ type: "asset", name: file, source: iconBody(file) });
    return { src: `/${addressOf(reference)}`, sizes, purpose, type: "image/png" };
  });
  const colours = { background_color: "#fbfdfd", theme_color: "#f0f4f4" };
  const app = { id: "/", name: "teamchat", short_name: "teamchat", start_url: "/", scope: "/" };
  return JSON.stringify({ ...app, display: "standalone", ...colours, icons });
}

async function workerOf(files: ReadonlyMap<string, string>): Promise<string> {
  const version = createHash("sha256")
    .update(JSON.stringify([...files]))
    .digest("hex");
  const known = { version: version.slice(0, 16), files: Object.fromEntries(files) };
  const made = await build({
    entryPoints: [ENTRY],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: TARGET,
    define: { TEAMCHAT_BUILD: JSON.stringify(known), TEAMCHAT_WORDS: JSON.stringify(WORDS) },
  });
  return made.outputFiles[0]?.text ?? "";
}

/** Write `app.webmanifest` and `sw.js` beside what was built. */
export function service(): Plugin {
  return {
    name: "teamchat-service",
    apply: "build",
    generateBundle: {
      order: "post",
      handler: async function (_options, bundle) {
        const manifest = manifestOf(
          (file) => this.emitFile(file),
          (reference) => this.getFileName(reference),
        );
        this.emitFile({ type: "asset", fileName: "app.webmanifest", source: manifest });
        const files = Object.values(bundle)
          .filter(({ fileName }) => !LEFT_OUT.test(fileName))
          .map((each): [string, string] => {
            const body = each.type === "chunk" ? each.code : each.source;
            const digest = createHash("sha256").update(body).digest("base64");
            return [each.fileName === PAGE ? "/" : `/${each.fileName}`, `sha256-${digest}`];
          })
          .sort(([one], [other]) => (one < other ? -1 : 1));
        this.emitFile({
          type: "asset",
          fileName: "sw.js",
          source: await workerOf(new Map(files)),
        });
      },
    },
  };
}
