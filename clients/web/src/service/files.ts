/**
 * What the service worker keeps, and which requests it answers: one build, whole, and nothing else.
 *
 * Every file is fetched with the hash that the build gave it, so that a page never runs on parts of
 * two builds. Answers of the server are kept nowhere: what people write is in their devices' store.
 */

/** One build: its version, and its files by their addresses with their SHA-256 as `integrity`. */
export interface Build {
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What of the cache storage is used. */
export interface Shelf {
  addAll(requests: Request[]): Promise<void>;
  match(address: string): Promise<Response | undefined>;
}

/** What of the browser's caches is used. */
export interface Shelves {
  open(name: string): Promise<Shelf>;
  keys(): Promise<readonly string[]>;
  delete(name: string): Promise<boolean>;
}

/** The page that every address of the client opens. */
export const PAGE = "/";
const OURS = "teamchat-";
const PAGES = /^\/(?:settings|c\/[^/]{1,64})?$/u;

/** Keep every file of a build. Whole or not at all: if one is missing, this rejects. */
export async function keep(build: Build, shelves: Shelves): Promise<void> {
  const shelf = await shelves.open(nameOf(build));
  const wanted = Object.entries(build.files).map(([address, integrity]) => {
    const how = { cache: "no-cache", integrity } as const;
    return new Request(address, how);
  });
  await shelf.addAll(wanted);
}

/** Throw away the files of other builds. */
export async function forgetOthers(build: Build, shelves: Shelves): Promise<void> {
  const names = await shelves.keys();
  const others = names.filter((name) => name.startsWith(OURS) && name !== nameOf(build));
  await Promise.all(others.map((name) => shelves.delete(name)));
}

/** What of a request says who answers it. */
export type Asked = Pick<Request, "method" | "mode" | "url">;

/** Say which kept file answers a request; null if it is for the server. */
export function fileFor(request: Asked, origin: string, build: Build): string | null {
  const { origin: asked, pathname } = new URL(request.url);
  if (request.method !== "GET" || asked !== origin) return null;
  if (request.mode === "navigate") return PAGES.test(pathname) ? PAGE : null;
  return pathname !== PAGE && Object.hasOwn(build.files, pathname) ? pathname : null;
}

/** Return a kept file; undefined if the browser has thrown it away. */
export async function kept(
  address: string,
  build: Build,
  shelves: Shelves,
): Promise<Response | undefined> {
  const shelf = await shelves.open(nameOf(build));
  return shelf.match(address);
}

function nameOf(build: Build): string {
  return OURS + build.version;
}
