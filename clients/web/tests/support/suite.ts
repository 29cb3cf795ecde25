/** The primitives, the suite and the clock that tests use unless they say otherwise. */

import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import { cipherSuite } from "../../src/mls/crypto/suites.ts";

export const CRYPTO = new DefaultCrypto();
export const SUITE = cipherSuite(0x0001);
/** Seconds since 1970. */
export const NOW = 1_800_000_000;
