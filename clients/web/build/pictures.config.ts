/** `npm run pictures`: what draws, and tests nothing else. */

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["tests/ui/pictures/pictures.ts"], testTimeout: 120_000 },
});
