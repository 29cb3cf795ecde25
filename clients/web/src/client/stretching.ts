/**
 * A worker for one try of a passphrase: whoever began it ends it when it has answered, and with it
 * goes the memory that argon2id has taken, which WebAssembly gives back in no other way.
 */

import type { Cost } from "../identity/vault.ts";
import type { Bytes } from "../mls/bytes.ts";
import { argon2id } from "./argon2.ts";

export interface Stretching {
  readonly passphrase: Bytes;
  readonly salt: Bytes;
  readonly cost: Cost;
}

/** The key, or null: there is not the memory. */
export type Stretched = Bytes | null;

interface Scope {
  postMessage(message: Stretched): void;
  onmessage: ((event: { readonly data: Stretching }) => void) | null;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = ({ data: { passphrase, salt, cost } }) => {
  argon2id(passphrase, salt, cost).then(
    (key) => {
      scope.postMessage(key);
    },
    () => {
      scope.postMessage(null);
    },
  );
};
