/** One stage for the tests of a file, built when the first of them asks for it. */

import { expect, type TestContext } from "vitest";

import { once } from "../../browser/once.ts";
import { Stand, type Shown } from "../stage/stand.ts";

/** Return what opens the stage of a file. */
export function standing(): (context: TestContext) => Promise<Stand> {
  return once((context) => Stand.open(context));
}

export function innocent({ sins }: Shown): void {
  expect(sins).toEqual({ errors: [], elsewhere: [] });
}
