/** mls-primitives.json: signatures at the edge count for this room as they do for mls. */

import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { IdentityError } from "../../src/identity/errors.ts";
import { verify } from "../../src/identity/keys.ts";
import { SignatureError } from "../../src/transparency/errors.ts";
import { ED25519, keyId, verifierKey, verifySignature } from "../../src/transparency/keys.ts";
import { bytes } from "../support/bytes.ts";
import { PRIMITIVES, type Primitives } from "../support/primitives.ts";

const { ed25519 } = JSON.parse(readFileSync(PRIMITIVES, "utf8")) as Primitives;

test.each(ed25519)("a signature at the edge: $name", async (given) => {
  const [key, message, signature] = [given.public_key, given.message, given.signature].map(bytes);
  if (key === undefined || message === undefined || signature === undefined) throw new Error();
  const log = verifierKey("chat.example", ED25519, key);
  const line = { name: log.name, key_id: keyId(log), value: signature };
  if (given.accepted) {
    await verify(key, message, signature);
    await verifySignature(log, message, line);
  } else {
    await expect(verify(key, message, signature)).rejects.toThrow(IdentityError);
    await expect(verifySignature(log, message, line)).rejects.toThrow(SignatureError);
  }
});
