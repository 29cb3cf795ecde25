/** How the web client is built: what runs in a page is the same wherever it is built. */

import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { build, type InlineConfig } from "vite";

import { licences } from "./licences.ts";
import { packed } from "./packed.ts";
import { service } from "./service.ts";
import { texts } from "./catalogue.ts";

function at(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

export const WEB = at("..");
const SOURCES = at("../src");
/** Where the server looks for it (`teamchat.server.web.files`). */
export const BUILT = at("../../../src/teamchat/server/web/built");

/** Browsers that have `light-dark()`, OKLCH and `:has()`; others get the page's own words. */
const TARGET = ["chrome123", "firefox121", "safari17.5"];

/** What every page needs at once, each with all that it imports: a phone pays for each file. */
const FIRST = [
  { name: "main", test: /\/src\/ui\/main\.ts$/u },
  { name: "start", test: /\/src\/ui\/start\.ts$/u },
];

/** Build it; whatever runs here, as a product and not as a test of one. */
export async function built(config: InlineConfig): Promise<void> {
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production"; // packages bring other files along for everything else
  try {
    await build(config);
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

/** A page of the client, with everything that it needs, in a folder. */
export function page(root: string, outDir: string, sources: readonly string[] = []): InlineConfig {
  const { page: pages, worker } = licences();
  return {
    configFile: false,
    root,
    publicDir: false,
    logLevel: "warn",
    cacheDir: at("../node_modules/.cache/vite"),
    plugins: [
      svelte({ configFile: false, compilerOptions: { runes: true } }),
      texts([SOURCES, ...sources]),
      pages,
      service(),
      packed(),
    ],
    worker: {
      format: "es",
      plugins: () => [worker()],
      rolldownOptions: { checks: { bundlerTimings: false } },
    },
    build: {
      outDir,
      emptyOutDir: true,
      target: TARGET,
      cssTarget: TARGET,
      assetsInlineLimit: 0, // the policy has no data: addresses
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: {
        checks: { bundlerTimings: false },
        output: { codeSplitting: { groups: FIRST } },
      },
    },
  };
}
