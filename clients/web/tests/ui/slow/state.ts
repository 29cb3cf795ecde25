/** A state of the client that is looked at in every language, theme and width. */

import type { Page } from "playwright-core";

import type { Scene } from "../stage/memory_core.ts";

export interface State {
  readonly name: string;
  readonly path: string;
  readonly scene: Scene;
  readonly reach?: (page: Page) => Promise<unknown>;
}
