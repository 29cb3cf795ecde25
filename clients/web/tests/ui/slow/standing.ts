/** One stage for the tests of a file, built when the first of them asks for it. */

import { afterAll, expect, type TestContext } from "vitest";

import { Stand, type Shown } from "../stage/stand.ts";

/** Return what opens the stage of a file; it is closed when the file has ended. */
export function standing(): (context: TestContext) => Promise<Stand> {
  let stand: Promise<Stand> | undefined;
  afterAll(async () => {
    await (await stand)?.close();
  });
  return async (context) => {
    stand ??= Stand.open(context);
    try {
      return await stand;
    } catch (error) {
      stand = undefined; // whoever comes next says for themselves why they are left out
      throw error;
    }
  };
}

export function innocent({ sins }: Shown): void {
  expect(sins).toEqual({ errors: [], elsewhere: [] });
}
