/** What the core adds to a page: all suites, all of the group, minified and compressed. */

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const LIMIT = 60_000;
const ENTRY = `
  export * from "./group/index.ts";
  export * from "./key_package.ts";
  export * from "./public_group.ts";
  export { DefaultCrypto } from "./crypto/default.ts";
`;

test("the core is at most 60 kB", async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: ENTRY,
      resolveDir: fileURLToPath(new URL("../../src/mls", import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    write: false,
  });
  const bundle = outputFiles[0]?.contents ?? new Uint8Array();
  const size = gzipSync(bundle, { level: 9 }).length;
  expect(size).toBeGreaterThan(LIMIT / 4); // it is the whole core
  expect(size).toBeLessThanOrEqual(LIMIT);
});
