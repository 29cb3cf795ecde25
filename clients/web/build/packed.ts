/**
 * What a server needs of a build: a gzip and a brotli twin of each file that gets smaller by it,
 * and a manifest with the SHA-256 of each. The same sources give the same bytes.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const MANIFEST = "manifest.json";

function pack(place: string, body: Uint8Array): void {
  const options = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
  const twins = [
    [".gz", gzipSync(body, { level: constants.Z_BEST_COMPRESSION })],
    [".br", brotliCompressSync(body, options)],
  ] as const;
  for (const [suffix, twin] of twins) {
    if (twin.length < body.length) writeFileSync(place + suffix, twin);
  }
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
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify({ files }, null, 1)}\n`);
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
