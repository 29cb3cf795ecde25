/** Asking the browser to keep what is stored. */

import { expect, test } from "vitest";

import { keeper } from "../../src/ui/keeping.ts";

test("the browser is asked once, and may refuse", async () => {
  let asked = 0;
  const keep = keeper({
    persist: () => {
      asked += 1;
      return Promise.reject(new Error("not even asked"));
    },
  });
  keep();
  keep();
  await new Promise(setImmediate);
  expect(asked).toBe(1);
});
