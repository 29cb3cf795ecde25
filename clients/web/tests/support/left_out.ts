/** What a machine lacks: said in one line where tests are skipped for it, a failure under CI. */

import type { TestContext } from "vitest";

const said = new Set<string>();

/** Skip a test for want of something, or fail if CI is set: nobody ships unchecked. */
export function leftOut(context: TestContext, reason: string): never {
  if (process.env.CI) throw new Error(reason);
  // The reporter counts skipped tests and does not say why.
  if (!said.has(reason)) process.stderr.write(`${reason}\n`);
  said.add(reason);
  context.skip(reason);
}
