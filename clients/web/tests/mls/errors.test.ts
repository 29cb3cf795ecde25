import { expect, test } from "vitest";

import { CryptoError, MlsError, ValidationError } from "../../src/mls/errors.ts";
import { Rule } from "../../src/mls/rules.ts";

test("an error names its rule and section", () => {
  const error = new ValidationError(Rule.LEAF_SIGNATURE_KEY_UNIQUE, "leaf 3");
  expect(error.rule).toBe(Rule.LEAF_SIGNATURE_KEY_UNIQUE);
  expect(error.message).toBe(
    "RFC 9420 §7.3: signature_key differs from every other leaf's (leaf 3)",
  );
  expect(error).toBeInstanceOf(MlsError);
  expect(error.name).toBe("ValidationError");
});

test("a CryptoError may have no rule", () => {
  expect(new CryptoError(null, "a signature does not verify").rule).toBeNull();
  expect(new CryptoError(null, "it does not verify").message).toBe("it does not verify");
  expect(new CryptoError(Rule.LEAF_SIGNATURE).message).toMatch(/^RFC 9420 §7\.3/);
});
