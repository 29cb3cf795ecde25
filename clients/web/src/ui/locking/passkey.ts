/**
 * A passkey as a key: WebAuthn's extension `prf` gives out 32 bytes for a salt, the same each time,
 * to whoever the device knows by finger, face or PIN. Nobody signs in with it; no server hears of it.
 */

import type { PasskeyAsked } from "../core.ts";

const SALT_BYTES = 32;
const SECRET_BYTES = 32;
const ID_BYTES = 16;
/** Ed25519, P-256, RSA: whichever the device can; nobody checks a signature. */
const ALGORITHMS = [-8, -7, -257];

/** Why there is no key. */
export class PasskeyError extends Error {
  override readonly name = "PasskeyError";
  /** A key of the catalogue. */
  readonly key: "web-passkey-stopped" | "web-passkey-unable";

  constructor(key: PasskeyError["key"], options?: ErrorOptions) {
    super(key, options);
    this.key = key;
  }
}

/** What a passkey gave out. */
export interface Touched extends PasskeyAsked {
  readonly secret: Uint8Array<ArrayBuffer>;
}

/** Whether there can be passkeys here: not in an old browser, nor at an address that is a number. */
export function canUsePasskeys(window: Window): boolean {
  const { hostname } = window.location;
  return "PublicKeyCredential" in window && !/^[\d.]+$|:/u.test(hostname);
}

/**
 * Make a passkey; only asking it shows that it works.
 *
 * @throws PasskeyError - The person broke off, or the device has none that gives out keys.
 */
export async function makePasskey(name: string): Promise<PasskeyAsked> {
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { name: "teamchat" },
        user: { id: random(ID_BYTES), name, displayName: name },
        challenge: random(ID_BYTES),
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        extensions: { prf: {} },
      },
    }),
  );
  if (made.getClientExtensionResults().prf?.enabled !== true) {
    throw new PasskeyError("web-passkey-unable");
  }
  return { credential: new Uint8Array(made.rawId), salt: random(SALT_BYTES) };
}

/**
 * Ask one of these passkeys for its key.
 *
 * @throws PasskeyError - The person broke off, or it gives out none.
 */
export async function askPasskey(passkeys: readonly PasskeyAsked[]): Promise<Touched> {
  const evalByCredential = Object.fromEntries(
    passkeys.map(({ credential, salt }) => [base64Url(credential), { first: salt }]),
  );
  const touched = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: random(ID_BYTES),
        allowCredentials: passkeys.map(({ credential }) => ({
          type: "public-key",
          id: credential,
        })),
        userVerification: "required",
        extensions: { prf: { evalByCredential } },
      },
    }),
  );
  const id = base64Url(new Uint8Array(touched.rawId));
  const which = passkeys.find(({ credential }) => base64Url(credential) === id);
  const first = touched.getClientExtensionResults().prf?.results?.first;
  const secret = first instanceof ArrayBuffer ? new Uint8Array(first) : null;
  if (which === undefined || secret?.length !== SECRET_BYTES) {
    throw new PasskeyError("web-passkey-unable");
  }
  return { ...which, secret };
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const found = await ask();
    if (found instanceof PublicKeyCredential) return found;
  } catch (cause) {
    const isStopped = cause instanceof DOMException && cause.name === "NotAllowedError";
    throw new PasskeyError(isStopped ? "web-passkey-stopped" : "web-passkey-unable", { cause });
  }
  throw new PasskeyError("web-passkey-unable");
}

function random(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/u, "");
}
