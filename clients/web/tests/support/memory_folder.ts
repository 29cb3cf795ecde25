/** A folder in memory: the twin of `client/folder.ts`. */

import type { FileBody, Folder } from "../../src/client/folder.ts";
import { type Bytes, concat, EMPTY } from "../../src/mls/bytes.ts";

export class MemoryFolder implements Folder {
  readonly files = new Map<string, Bytes>();

  names(): Promise<readonly string[]> {
    return Promise.resolve([...this.files.keys()]);
  }

  size(name: string): Promise<number> {
    return Promise.resolve(this.#of(name).length);
  }

  append(name: string, data: Bytes): Promise<void> {
    this.files.set(name, concat(this.#of(name), data));
    return Promise.resolve();
  }

  read(name: string, at: number, length: number): Promise<Bytes> {
    return Promise.resolve(this.#of(name).slice(at, at + length));
  }

  body(name: string): Promise<FileBody> {
    return Promise.resolve(new Blob([this.#of(name)]));
  }

  remove(name: string): Promise<void> {
    this.files.delete(name);
    return Promise.resolve();
  }

  erase(): Promise<void> {
    this.files.clear();
    return Promise.resolve();
  }

  #of(name: string): Bytes {
    return this.files.get(name) ?? EMPTY;
  }
}
