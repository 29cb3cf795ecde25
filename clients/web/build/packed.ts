/**
 * What a server needs of a build: a gzip twin of each file that gets smaller by it, and a manifest
 * with the SHA-256 of each file (docs/spec/web-build.md). The same sources give the same bytes.
 *
 * The twins are not named: another zlib may pack a file otherwise. There are no brotli ones, as
 * whoever compares what a server hands out must be able to unpack it (decision 0024).
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const MANIFEST = "manifest.json";
const PACKAGE = fileURLToPath(new URL("../../../src/teamchat/__init__.py", import.meta.url));

/** Return the version of the sources; the whole product has one. */
function version(): string {
  const [, found] =
    /^__version__ = "([0-9A-Za-z.+-]+)"$/mu.exec(readFileSync(PACKAGE, "utf8")) ?? [];
  if (found === undefined) throw new Error(`${PACKAGE} names no version`);
  return found;
}

function pack(place: string, body: Uint8Array): void {
  const twin = gzipSync(body, { level: constants.Z_BEST_COMPRESSION });
  if (twin.length < body.length) writeFileSync(`${place}.gz`, twin);
}

function finish(folder: string): void {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();
  const files = paths.map((path) => {
    const body = readFileSync(join(folder, path));
    pack(join(folder, path), body);
    const sha256 = createHash("sha256").update(body).digest("hex");
    return { path: path.replaceAll("\\", "/"), bytes: body.length, sha256 };
  });
  writeFileSync(
    join(folder, MANIFEST),
    `${JSON.stringify({ version: version(), files }, null, 1)}\n`,
  );
}

/** Finish what a build has written. */
export function packed(): Plugin {
  let folder = "";
  return {
    name: "teamchat-packed",
    apply: "build",
    configResolved: (config) => {
      folder = config.build.outDir;
    },
    closeBundle: {
      order: "post",
      sequential: true,
      handler: (error?: Error) => {
        if (!error) finish(folder);
      },
    },
  };
}
