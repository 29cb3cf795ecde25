/** What the tests of a file have in common and takes long to start: one, for whoever comes first. */

import { afterAll, type TestContext } from "vitest";

interface Closable {
  close(): Promise<void>;
}

/** Return what opens it for a file's tests; it is closed when the file has ended. */
export function once<T extends Closable>(
  open: (context: TestContext) => Promise<T>,
): (context: TestContext) => Promise<T> {
  let opening: Promise<T> | undefined;
  afterAll(async () => {
    await (await opening)?.close();
  });
  return async (context) => {
    opening ??= open(context);
    try {
      return await opening;
    } catch (error) {
      opening = undefined; // whoever comes next says for themselves why they are left out
      throw error;
    }
  };
}
