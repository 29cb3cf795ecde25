/** `npm run benchmark`: what measures, and tests nothing (benchmarks/web). */

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["tests/ui/benchmarks/measure.ts"], testTimeout: 1_800_000 },
});
