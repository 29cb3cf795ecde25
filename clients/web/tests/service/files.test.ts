/** What is kept for a page without a connection, and which requests are answered with it. */

import { expect, test } from "vitest";

import {
  type Asked,
  fileFor,
  forgetOthers,
  keep,
  kept,
  type Shelf,
  type Shelves,
} from "../../src/service/files.ts";
import { pathOf, type Route } from "../../src/ui/route.ts";

const ORIGIN = "https://chat.example";
const BUILD = {
  version: "new",
  files: { "/": "sha256-cGFnZQ==", "/assets/index-1.js": "sha256-c2NyaXB0" },
};

class MemoryShelves implements Shelves {
  readonly shelves = new Map<string, Map<string, Request>>();
  broken = false;

  open(name: string): Promise<Shelf> {
    const held = this.shelves.get(name) ?? new Map<string, Request>();
    this.shelves.set(name, held);
    return Promise.resolve({
      addAll: (requests) => {
        if (this.broken) return Promise.reject(new TypeError("not the file that was built"));
        for (const each of requests) held.set(new URL(each.url).pathname, each);
        return Promise.resolve();
      },
      match: (address) =>
        Promise.resolve(held.has(address) ? new Response(`kept ${address}`) : undefined),
    });
  }

  keys(): Promise<readonly string[]> {
    return Promise.resolve([...this.shelves.keys()]);
  }

  delete(name: string): Promise<boolean> {
    return Promise.resolve(this.shelves.delete(name));
  }
}

/** A request as a service worker sees it; nobody but a browser makes one that navigates. */
function asked(address: string, given: Partial<Asked> = {}): Asked {
  return { url: new URL(address, ORIGIN).href, method: "GET", mode: "cors", ...given };
}

function opened(address: string): Asked {
  return asked(address, { mode: "navigate" });
}

test("every address of the client opens the page that is kept", () => {
  const routes: readonly Route[] = [
    { page: "list" },
    { page: "settings" },
    { page: "conversation", id: "a".repeat(26) },
  ];
  for (const address of [...routes.map(pathOf), "/?scene=open"]) {
    expect(fileFor(opened(address), ORIGIN, BUILD), address).toBe("/");
  }
});

test("what is the server's goes to the server", () => {
  const theirs = [
    opened("/join"),
    opened("/c/abc/more"),
    opened("/healthz"),
    asked("/"),
    asked("/v1/me"),
    asked("/assets/of-another-build.js"),
    asked("/assets/index-1.js", { method: "POST" }),
    asked("https://other.example/assets/index-1.js"),
    asked("/toString"),
  ];
  for (const each of theirs) expect(fileFor(each, ORIGIN, BUILD), each.url).toBeNull();
  expect(fileFor(asked("/assets/index-1.js"), ORIGIN, BUILD)).toBe("/assets/index-1.js");
});

test("a build is kept whole, each file with its hash, and others are thrown away", async () => {
  const shelves = new MemoryShelves();
  await shelves.open("teamchat-old");
  await shelves.open("of somebody else");
  await keep(relative(BUILD), shelves);
  const held = shelves.shelves.get("teamchat-new");
  expect([...(held ?? [])].map(([path, request]) => [path, request.integrity])).toEqual(
    Object.entries(BUILD.files),
  );
  expect(await (await kept("/", BUILD, shelves))?.text()).toBe("kept /");
  expect(await kept("/assets/gone.js", BUILD, shelves)).toBeUndefined();
  await forgetOthers(BUILD, shelves);
  expect([...shelves.shelves.keys()].sort()).toEqual(["of somebody else", "teamchat-new"]);
});

test("if a file is not the one that was built, nothing is taken over", async () => {
  const shelves = new MemoryShelves();
  shelves.broken = true;
  await expect(keep(relative(BUILD), shelves)).rejects.toThrow("not the file that was built");
});

/** Node has no page whose address would complete a path. */
function relative(build: typeof BUILD): typeof BUILD {
  const files = Object.entries(build.files).map(([path, hash]) => [ORIGIN + path, hash]);
  return { ...build, files: Object.fromEntries(files) as typeof BUILD.files };
}
