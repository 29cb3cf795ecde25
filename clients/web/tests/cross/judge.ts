/**
 * A member and a delivery service of our TypeScript core, who judge the messages of others.
 *
 * `tests/cross/test_refusals.py` asks, and compares with what its own core says.
 */

import { ascii, equalBytes, toHex } from "../../src/mls/bytes.ts";
import { encode } from "../../src/mls/codec/index.ts";
import { type AuthenticationService, BASIC, Credential } from "../../src/mls/credentials.ts";
import { DefaultCrypto } from "../../src/mls/crypto/default.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { CryptoError, MlsError, ValidationError } from "../../src/mls/errors.ts";
import { type GroupState, process as read, pskStore, restore } from "../../src/mls/group/index.ts";
import { type PublicGroup, decodePublicGroup, receive } from "../../src/mls/public_group.ts";
import { Rule } from "../../src/mls/rules.ts";
import { type Request, answer } from "./lines.ts";

const CRYPTO = new DefaultCrypto();
const PSKS = pskStore(new Map([[toHex(ascii("house")), new Secret(ascii("h".repeat(32)))]]));

interface Bench {
  readonly state: GroupState;
  readonly group: PublicGroup;
  readonly now: number;
}

const known = new Set<string>();
let bench: Bench | null = null;

const authentication: AuthenticationService = {
  authenticate: (credential, signatureKey) => {
    const met =
      credential.credential_type === BASIC &&
      known.has(`${toHex(credential.identity)}:${toHex(signatureKey)}`);
    if (!met) throw new ValidationError(Rule.CREDENTIAL_NOT_AUTHENTICATED);
  },
  sameClient: (old, successor) =>
    equalBytes(encode(Credential, old), encode(Credential, successor)),
};

function meet(people: readonly Request[]): void {
  for (const each of people) known.add(`${toHex(each.bytes("name"))}:${toHex(each.bytes("key"))}`);
}

function seated(): Bench {
  if (bench === null) throw new TypeError("nobody has begun");
  return bench;
}

async function verdict(act: () => Promise<unknown>): Promise<readonly [string, string | null]> {
  try {
    await act();
    return ["accepted", null];
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    const named = error instanceof ValidationError || error instanceof CryptoError;
    return [error.name, named ? (error.rule?.name ?? null) : null];
  }
}

await answer(
  {
    begin: (request) => {
      const parts = request.byteMap("parts");
      const group = decodePublicGroup(request.bytes("group"));
      bench = { state: restore(parts), group, now: request.number("now") };
    },
    judge: async (request) => {
      const { state, group, now } = seated();
      meet(request.list("people"));
      const message = request.bytes("message");
      return [
        await verdict(() => read(CRYPTO, state, message, { authentication, psks: PSKS, now })),
        await verdict(() => receive(CRYPTO, group, message, { authentication, now })),
      ];
    },
    keep: async (request) => {
      const { state, group, now } = seated();
      const message = request.bytes("message");
      const received = await read(CRYPTO, state, message, { authentication, psks: PSKS, now });
      const seen = await receive(CRYPTO, group, message, { authentication, now });
      if (received.type !== "proposal") throw new TypeError("a proposal has turned into another");
      bench = { state: received.state, group: seen.next, now };
    },
  },
  (error) => ({ kind: "bug", rule: null, text: String(error) }),
);
