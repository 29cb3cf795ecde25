import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { keys } from "../../../build/keys.ts";

const PLACE = fileURLToPath(new URL("../../../src/ui/texts/keys.ts", import.meta.url));

test("the names of the texts are those of the catalogue", () => {
  if (process.env.TEAMCHAT_WRITE_KEYS) writeFileSync(PLACE, keys());
  expect(readFileSync(PLACE, "utf8"), "run: TEAMCHAT_WRITE_KEYS=1 npx vitest run keys").toBe(
    keys(),
  );
});
