/**
 * Files of this device's own, for what is too large to be held: archives on their way.
 *
 * Whoever writes into them seals it first, under a key that is elsewhere. They lie in the browser's
 * private file system, one part of a file is in memory at a time, and each call opens and closes:
 * what was broken off holds none of them.
 */

import { TeamchatError } from "../errors.ts";
import type { Bytes } from "../mls/bytes.ts";

const NAME = "teamchat";

/** A file cannot be read or written; there may be no room. */
export class FolderError extends TeamchatError {
  override readonly name = "FolderError";
}

/** What a request can carry of a file without reading it. */
export interface FileBody {
  readonly size: number;
}

/** Files by their names; each throws FolderError. */
export interface Folder {
  names(): Promise<readonly string[]>;
  /** How many bytes a file has; 0 if there is none. */
  size(name: string): Promise<number>;
  /** Write behind what is there. */
  append(name: string, data: Bytes): Promise<void>;
  /** Return so many bytes from a place on, fewer at the end. */
  read(name: string, at: number, length: number): Promise<Bytes>;
  /** Return a file for a request. */
  body(name: string): Promise<FileBody>;
  /** Forget a file; it need not be there. */
  remove(name: string): Promise<void>;
  /** Forget all of them. */
  erase(): Promise<void>;
}

interface AccessHandle {
  getSize(): number;
  read(into: Bytes, where: { readonly at: number }): number;
  write(data: Bytes, where: { readonly at: number }): number;
  flush(): void;
  close(): void;
}
interface FileHandle {
  createSyncAccessHandle(): Promise<AccessHandle>;
  getFile(): Promise<FileBody>;
}
interface Directory {
  getDirectoryHandle(name: string, how: { readonly create: boolean }): Promise<Directory>;
  getFileHandle(name: string, how: { readonly create: boolean }): Promise<FileHandle>;
  removeEntry(name: string, how?: { readonly recursive: boolean }): Promise<void>;
  keys(): AsyncIterable<string>;
}
interface Scope {
  readonly navigator: { readonly storage?: { getDirectory?(): Promise<Directory> } };
}

/** The folder of an account in the browser that this worker runs in. */
export function folderHere(account: string): Folder {
  const scope = globalThis as unknown as Scope;
  return new PrivateFolder(`${NAME}-${account}`, () => {
    const root = scope.navigator.storage?.getDirectory?.();
    return root ?? Promise.reject(new FolderError("this browser has no files of its own"));
  });
}

class PrivateFolder implements Folder {
  readonly #name: string;
  readonly #root: () => Promise<Directory>;

  constructor(name: string, root: () => Promise<Directory>) {
    this.#name = name;
    this.#root = root;
  }

  names(): Promise<readonly string[]> {
    return this.#safely(async (folder) => {
      const found: string[] = [];
      for await (const name of folder.keys()) found.push(name);
      return found;
    });
  }

  size(name: string): Promise<number> {
    return this.#with(name, (file) => file.getSize());
  }

  async append(name: string, data: Bytes): Promise<void> {
    await this.#with(name, (file) => {
      const at = file.getSize();
      if (file.write(data, { at }) !== data.length) throw new FolderError("there is no room");
      file.flush();
    });
  }

  read(name: string, at: number, length: number): Promise<Bytes> {
    return this.#with(name, (file) => {
      const found = new Uint8Array(Math.max(0, Math.min(length, file.getSize() - at)));
      return found.subarray(0, file.read(found, { at }));
    });
  }

  body(name: string): Promise<FileBody> {
    return this.#safely(async (folder) => {
      return (await folder.getFileHandle(name, { create: false })).getFile();
    });
  }

  remove(name: string): Promise<void> {
    return this.#safely((folder) => folder.removeEntry(name).catch(unlessMissing));
  }

  async erase(): Promise<void> {
    try {
      const root = await this.#root();
      await root.removeEntry(this.#name, { recursive: true }).catch(unlessMissing);
    } catch {
      // Where there are no files, none is left; and what is left opens with no key that is left.
    }
  }

  #with<T>(name: string, work: (file: AccessHandle) => T): Promise<T> {
    return this.#safely(async (folder) => {
      const handle = await folder.getFileHandle(name, { create: true });
      const file = await handle.createSyncAccessHandle();
      try {
        return work(file);
      } finally {
        file.close();
      }
    });
  }

  async #safely<T>(work: (folder: Directory) => Promise<T>): Promise<T> {
    try {
      const root = await this.#root();
      return await work(await root.getDirectoryHandle(this.#name, { create: true }));
    } catch (error) {
      if (error instanceof FolderError) throw error;
      throw new FolderError("a file cannot be read or written", { cause: error });
    }
  }
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && error.name === "NotFoundError")) throw error;
}
