import { expect, test } from "vitest";

import { deviceName } from "../../src/client/device_name.ts";
import { AccountError } from "../../src/client/errors.ts";
import { checkClock, CLOCK_SECONDS } from "../../src/client/first_contact.ts";
import { readInvitation } from "../../src/client/invitation.ts";
import { told } from "../../src/client/opening.ts";
import { Slip, WrongRecoveryKeyError } from "../../src/identity/errors.ts";
import { toHex } from "../../src/mls/bytes.ts";

const HASH = "A".repeat(43);
const ROOT = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
const KEY = "ar992HpeMC4ayShTWyGOGHgcC_X4IqxLDPQF7HEquQM";

function keyOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof AccountError) return error.key;
    throw error;
  }
  return "";
}

test("an invitation says where the server is, its secret, and what to pin of the log", () => {
  const found = readInvitation(` https://chat.example:8443/join#${HASH}.17.5.${ROOT}.${KEY}\n`);
  expect(found).toMatchObject({
    server: "https://chat.example:8443",
    secret: HASH,
    promise: { key: { name: "chat.example:8443/v1/keys/17" }, head: { size: 5n } },
  });
  expect(toHex(found.promise?.head.root ?? new Uint8Array())).toMatch(/^e3b0c442/u);
  expect(readInvitation(`https://chat.example/join/#${HASH}`).promise).toBe(null);
});

test.each([
  ["", "error-invitation-link"],
  ["chat.example", "error-invitation-link"],
  [`https://chat.example/login#${HASH}`, "error-invitation-link"],
  [`ftp://chat.example/join#${HASH}`, "error-invitation-link"],
  ["https://chat.example/join", "error-invitation-incomplete"],
  [`https://chat.example/join#${HASH.slice(1)}`, "error-invitation-incomplete"],
  [`https://chat.example/join#${HASH}B`, "error-invitation-incomplete"],
  [`https://chat.example/join#${HASH.slice(1)}B`, "error-invitation-incomplete"],
  [`https://chat.example/join#${HASH}.17.5.${ROOT}`, "error-invitation-incomplete"],
  [`https://chat.example/join#${HASH}.017.5.${ROOT}.${KEY}`, "error-invitation-incomplete"],
  [`https://chat.example/join#${HASH}.17.-5.${ROOT}.${KEY}`, "error-invitation-incomplete"],
  [`https://chat.example/join#${HASH}.17.5.${ROOT}.${KEY}.`, "error-invitation-incomplete"],
])("%s is no whole invitation", (link, key) => {
  expect(keyOf(() => readInvitation(link))).toBe(key);
});

test("nothing is made where the clocks differ by too much", () => {
  const now = Date.UTC(2026, 10, 22, 3) / 1000;
  expect(
    keyOf(() => {
      checkClock(now, null);
    }),
  ).toBe("");
  expect(
    keyOf(() => {
      checkClock(now, now + CLOCK_SECONDS);
    }),
  ).toBe("");
  const wrong = (): void => {
    checkClock(now, now - CLOCK_SECONDS - 1);
  };
  expect(keyOf(wrong)).toBe("error-clock");
  expect(wrong).toThrow(
    expect.objectContaining({
      filling: { here: "2026-11-22 03:00 UTC", there: "2026-11-21 14:59 UTC" },
    }),
  );
});

test.each([
  [
    new WrongRecoveryKeyError(Slip.COUNT, 15),
    "error-recovery-count",
    { count: "15", wanted: "16" },
  ],
  [
    new WrongRecoveryKeyError(Slip.UNKNOWN, 16, 3, ["haus", "maus"]),
    "error-recovery-word",
    { place: "3", meant: "haus, maus" },
  ],
  [new WrongRecoveryKeyError(Slip.UNKNOWN, 16, 3), "error-recovery-word-strange", { place: "3" }],
  [new WrongRecoveryKeyError(Slip.MIXED), "error-recovery-mixed", {}],
  [new WrongRecoveryKeyError(Slip.OTHER), "error-wrong-recovery-key", {}],
])("what is wrong with recovery words is said (%#)", (error, key, filling) => {
  expect(told(error)).toMatchObject({ key, filling });
});

test.each([
  [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
    "Chrome · Linux",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0",
    "Edge · Windows",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:150.0) Gecko/20100101 Firefox/150.0",
    "Firefox · Mac",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
    "Safari · iPhone",
  ],
  [
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
    "Chrome · Android",
  ],
  ["something else", "Browser"],
])("%s is called by its name", (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name);
});
