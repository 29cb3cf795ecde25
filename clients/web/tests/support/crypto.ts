/** The providers that tests run with: the platform's curves, and those it may have to do without. */

import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import { portableCurves } from "../../src/mls/crypto/portable_curves.ts";
import { CRYPTO } from "./suite.ts";

/** The provider on a platform without Ed25519 and X25519. */
export const PORTABLE = new DefaultCrypto(portableCurves);

/** Both, by a name for `describe.each`. */
export const BOTH = [
  ["the platform's curves", CRYPTO],
  ["portable curves", PORTABLE],
] as const;
