/** Stretching a passphrase in a worker of its own, which is loaded for that and ends with it. */

import { trustedScript } from "../bridge/trusted.ts";
import type { Stretch } from "../identity/vault.ts";
import { Secret } from "../mls/crypto/secret.ts";
import type { Stretched, Stretching } from "./stretching.ts";
import address from "./stretching.ts?worker&url";

interface Running {
  onmessage: ((event: { readonly data: Stretched }) => void) | null;
  onerror: ((event: unknown) => void) | null;
  postMessage(message: Stretching): void;
  terminate(): void;
}

// Declared here and not in `lib`: a worker may begin another one.
declare const Worker: new (
  address: string,
  options: { readonly type: "module"; readonly name: string },
) => Running;

/** Stretch as the store asks for it (`identity/vault.ts`). */
export const stretch: Stretch = async (passphrase, salt, cost) => {
  const worker = new Worker(trustedScript(address), { type: "module", name: "stretching" });
  try {
    return await new Promise<Secret>((done, failed) => {
      const fail = (): void => {
        failed(new Error("the passphrase could not be stretched"));
      };
      worker.onmessage = ({ data }) => {
        if (data === null) fail();
        else done(new Secret(data));
      };
      worker.onerror = fail;
      worker.postMessage({ passphrase: passphrase.reveal(), salt, cost });
    });
  } finally {
    worker.terminate();
  }
};
