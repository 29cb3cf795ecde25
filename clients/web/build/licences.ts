/**
 * `licences.txt`: every package that something of came into the build, with its licence; the page's
 * packages and those of its workers.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin, Rolldown } from "vite";

type Bundle = Rolldown.OutputBundle;

const FILE = "licences.txt";
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/u;
const TEXT = /^(?:licen[cs]e|copying)(?:\.|-|$)/iu;
const HEAD = "# Licences of what the web client contains\n";

interface Named {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** Return the two that write it: one for the page, one for each worker. */
export function licences(): { readonly page: Plugin; readonly worker: () => Plugin } {
  const packages = new Set<string>();

  function note(bundle: Bundle): void {
    for (const each of Object.values(bundle)) {
      for (const module of each.type === "chunk" ? Object.keys(each.modules) : []) {
        const folder = folderOf(module);
        if (folder !== null) packages.add(folder);
      }
    }
  }

  return {
    worker: () => ({
      name: "teamchat-licences-worker",
      apply: "build",
      generateBundle: (_options, bundle) => {
        note(bundle);
      },
    }),
    page: {
      name: "teamchat-licences",
      apply: "build",
      generateBundle: {
        order: "pre", // whatever makes lists of the files must find it
        handler: function (_options, bundle) {
          note(bundle);
          const texts = [...packages].map(entryOf).sort();
          this.emitFile({ type: "asset", fileName: FILE, source: [HEAD, ...texts].join("\n") });
        },
      },
    },
  };
}

function folderOf(module: string): string | null {
  const folder = PACKAGE.exec(module.replace(/^\0+/u, ""))?.[0] ?? null;
  return folder !== null && existsSync(join(folder, "package.json")) ? folder : null;
}

function entryOf(folder: string): string {
  const {
    name,
    version,
    license = "",
  } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Named;
  const texts = readdirSync(folder).filter((each) => TEXT.test(each));
  const said = texts.sort().map((each) => readFileSync(join(folder, each), "utf8").trim());
  return [`## ${name} ${version} (${license})`, ...said, ""].join("\n\n");
}
