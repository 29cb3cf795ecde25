/** Cipher suites, the primitives behind them, and secrets (RFC 9420 §5). */

export type { CryptoProvider, KeyPair } from "./provider.ts";
export { Secret } from "./secret.ts";
export { cipherSuite, type CipherSuite } from "./suites.ts";
