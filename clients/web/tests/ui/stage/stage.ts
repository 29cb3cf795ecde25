/** The client with a core that lives in the page: what the tests and the pictures are made with. */

import { start } from "../../../src/ui/start.ts";
import { MemoryCore, type Scene } from "./memory_core.ts";

declare global {
  interface Window {
    stage: MemoryCore;
  }
}

const scene = (new URLSearchParams(location.search).get("scene") ?? "open") as Scene;
window.stage = new MemoryCore(scene);
await start(() => window.stage, window);
