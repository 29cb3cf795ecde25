/** Whoever calculates best here on the two curves, and what counts as a signature by any of them. */

import type { Bytes } from "../bytes.ts";
import type { Curves } from "./curves.ts";
import { havePlatformCurves, platformCurves } from "./platform_curves.ts";
import { isEd25519Point } from "./points.ts";
import { portableCurves } from "./portable_curves.ts";

let settled: Promise<Curves> | null = null;

/** The platform's curves if it has both, else the portable ones; found out once. */
export function availableCurves(): Promise<Curves> {
  settled ??= havePlatformCurves().then((have) => (have ? platformCurves : portableCurves));
  return settled;
}

/** Tell whether 64 bytes are the Ed25519 signature of a message by a key of 32 bytes. */
export async function isSignature(
  curves: Curves,
  publicKey: Bytes,
  message: Bytes,
  signature: Bytes,
): Promise<boolean> {
  if (!isEd25519Point(publicKey) || !isEd25519Point(signature.slice(0, 32))) return false;
  try {
    return await curves.ed25519Verify(publicKey, message, signature);
  } catch {
    return false; // some platforms throw when the key is not on the curve
  }
}
