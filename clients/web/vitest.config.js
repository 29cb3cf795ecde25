import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    environment: "node",
    pool: "threads",
    isolate: false,
    maxWorkers: 3, // what a browser or a server does takes its time, and little of a processor
    // A limit is there to end what hangs, not to measure: machines are slow and busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
