/** Two linkings from their random bytes to their end, byte for byte as in linking.json. */

import { describe, expect, test } from "vitest";

import { LinkingError } from "../../src/identity/errors.ts";
import { DeviceKey } from "../../src/identity/keys.ts";
import { LinkingCode, Way } from "../../src/identity/linking/code.ts";
import { type Agreed, enter } from "../../src/identity/linking/existing_device.ts";
import { decodeHandover, encodeHandover } from "../../src/identity/linking/messages.ts";
import { offer } from "../../src/identity/linking/new_device.ts";
import { ending } from "../../src/identity/linking/run.ts";
import type { DeviceId, UserId } from "../../src/ids.ts";
import { type Bytes, toHex } from "../../src/mls/bytes.ts";
import { Secret } from "../../src/mls/crypto/secret.ts";
import { bytes, secret } from "../support/bytes.ts";
import { ownVectors } from "../support/own_vectors.ts";

const NOW = 1_795_000_000;

interface Linked {
  readonly way: Way;
  readonly secret: string;
  readonly code: string;
  readonly mailbox: string;
  readonly new_ephemeral: string;
  readonly existing_ephemeral: string;
  readonly new_device: DeviceId;
  readonly new_device_seed: string;
  readonly name: string;
  readonly user: UserId;
  readonly existing_device: DeviceId;
  readonly existing_device_seed: string;
  readonly identity_key: string;
  readonly messages: readonly [string, string, string, string, string];
  readonly pictures: readonly string[];
  readonly numbers: readonly number[];
  readonly nonces: readonly [string, string];
  readonly handover: string;
}

const GIVEN = ownVectors<readonly [Linked, Linked]>("linking");

async function begun(given: Linked, name = given.name) {
  const beginning = {
    way: given.way,
    secret: secret(given.secret),
    ephemeral: secret(given.new_ephemeral),
    device: given.new_device,
    key: await DeviceKey.of(secret(given.new_device_seed)),
    name,
  };
  const offered = await offer(beginning, NOW);
  const code = LinkingCode.read(given.code);
  const entered = await enter(code, secret(given.existing_ephemeral), NOW);
  return { offered, entered };
}

/** Go on until both sides show their pictures. */
async function compared(given: Linked) {
  const { offered, entered } = await begun(given);
  const awaits = entered.receive(offered.message, NOW);
  const here = await offered.receive(awaits.message, NOW);
  const there = await awaits.receive(here.message, NOW);
  return { offered, awaits, here, there };
}

async function agreedOf(given: Linked): Promise<Agreed> {
  const { here, there } = await compared(given);
  const waiting = await here.confirm(bytes(given.nonces[0]), NOW);
  const agreed = (await there.confirm(NOW).receive(waiting.message, NOW)).agreed();
  if (agreed === null) throw new Error("both have confirmed");
  return agreed;
}

async function fault(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    if (error instanceof LinkingError) return `${error.fault}: ${error.message}`;
    throw error;
  }
  return "none";
}

describe.each(GIVEN)("a $way code", (given) => {
  test("names its mailbox", async () => {
    const { offered, entered } = await begun(given);
    expect(offered.code.written()).toBe(given.code);
    expect(offered.code.equals(LinkingCode.read(given.code))).toBe(true);
    expect(toHex(entered.mailbox)).toBe(given.mailbox);
  });

  test("leads both to the same pictures, and one to the certificate of the other", async () => {
    const { offered, awaits, here, there } = await compared(given);
    expect([here.sas, there.sas].map((sas) => sas.pictures().map((each) => each.english))).toEqual([
      given.pictures,
      given.pictures,
    ]);
    expect(here.sas.numbers()).toEqual(given.numbers);
    expect([here.sas.equals(there.sas), there.name]).toEqual([true, given.name]);
    const waiting = await here.confirm(bytes(given.nonces[0]), NOW);
    const confirmed = await there.receive(waiting.message, NOW);
    expect(confirmed.agreed()).toBeNull();
    const agreed = confirmed.confirm(NOW).agreed();
    const handover = decodeHandover(bytes(given.handover));
    const key = await DeviceKey.of(secret(given.existing_device_seed));
    const { user, existing_device: by } = given;
    const vouched = await agreed?.vouch(key, { by, user, identity_key: bytes(given.identity_key), created: NOW }); // prettier-ignore
    expect(vouched).toEqual(handover.certificate);
    expect(toHex(encodeHandover(handover))).toBe(given.handover);
    const last = await agreed?.handOver(handover, bytes(given.nonces[1]), NOW);
    const sent = [offered.message, awaits.message, here.message, waiting.message, last];
    expect(sent.map((each) => toHex(each ?? new Uint8Array()))).toEqual(given.messages);
    const [received, certificate] = await waiting.receive(last ?? new Uint8Array(), NOW);
    expect(encodeHandover(received)).toEqual(encodeHandover(handover));
    expect([certificate.device_id, certificate.by]).toEqual([given.new_device, by]);
  });
});

const [SCANNED, TYPED] = GIVEN;

test("whoever is between the two makes other pictures", async () => {
  const { offered, entered } = await begun(TYPED);
  const foreign = await enter(LinkingCode.read(TYPED.code), new Secret(new Uint8Array(32).fill(9)), NOW); // prettier-ignore
  const answer = foreign.receive(offered.message, NOW);
  const here = await offered.receive(answer.message, NOW);
  const there = await entered.receive(offered.message, NOW).receive(here.message, NOW);
  expect(here.sas.equals(there.sas)).toBe(false);
});

test("another device than the one whose code was scanned is noticed at once", async () => {
  const { entered } = await begun(SCANNED);
  const other = await begun(SCANNED, "Malloys Telefon");
  const said = await fault(() => entered.receive(other.offered.message, NOW));
  expect(said).toBe("forged: not from the device that showed the code");
});

test("what was committed to is what is revealed", async () => {
  const [one, other] = [await begun(TYPED), await begun(TYPED, "Malloys Telefon")];
  const awaits = one.entered.receive(one.offered.message, NOW);
  const here = await other.offered.receive(awaits.message, NOW);
  const said = await fault(() => awaits.receive(here.message, NOW));
  expect(said).toBe("forged: not what the new device had committed itself to");
});

test("our own key, and keys of small order, are no answer", async () => {
  const { offered } = await begun(SCANNED);
  const own = (await compared(SCANNED)).here.message.slice(5, 37);
  const answer = (key: Bytes): Bytes => Uint8Array.from([0x83, 1, 2, 0x58, 0x20, ...key]);
  expect(await fault(() => offered.receive(answer(own), NOW))).toBe(
    "forged: our own key came back",
  );
  for (const low of [new Uint8Array(32), new Uint8Array(32).with(0, 1)]) {
    expect(await fault(() => offered.receive(answer(low), NOW))).toBe(
      "forged: a key of small order",
    );
  }
});

test("every step has its time and its message", async () => {
  const { offered, awaits, here, there } = await compared(SCANNED);
  const late = "expired: the time is over, or the clock was set back";
  expect(await fault(() => offered.receive(awaits.message, NOW + 60))).toBe(late);
  expect(await fault(() => offered.receive(awaits.message, NOW - 1))).toBe(late);
  expect(await fault(() => awaits.receive(here.message, NOW + 600))).toBe(late);
  expect(await fault(() => there.confirm(NOW + 600))).toBe(late);
  expect(await fault(() => here.confirm(bytes(SCANNED.nonces[0]), NOW + 600))).toBe(late);
  const wrong = "disturbed: another message than the one to come next";
  expect(await fault(() => offered.receive(here.message, NOW))).toBe(wrong);
  expect(await fault(() => awaits.receive(awaits.message, NOW))).toBe(wrong);
  expect(await fault(() => offered.receive(new Uint8Array(11_000), NOW))).toBe(
    "disturbed: not a message of linking: larger than allowed",
  );
});

test("nothing is handed over before both have confirmed, and nothing is confirmed twice", async () => {
  const { here, there } = await compared(SCANNED);
  const early = await fault(() => here.receive(bytes(SCANNED.messages[4]), NOW));
  expect(early).toBe("disturbed: handed over before anybody confirmed");
  const { message } = await here.confirm(bytes(SCANNED.nonces[0]), NOW);
  const confirmed = await there.receive(message, NOW);
  expect(await fault(() => confirmed.receive(message, NOW))).toBe("disturbed: confirmed already");
  const agreed = await agreedOf(SCANNED);
  expect(await fault(() => agreed.receive(message, NOW))).toBe("disturbed: confirmed already");
});

test("a confirmation is of this linking, and by the device with its key", async () => {
  const { there } = await compared(SCANNED);
  const other = await compared({ ...SCANNED, existing_ephemeral: "09".repeat(32) });
  const { message } = await other.here.confirm(bytes(SCANNED.nonces[0]), NOW);
  expect(await fault(() => there.receive(message, NOW))).toBe(
    "forged: not sealed by the other device",
  );
});

test("only the certificate of the newcomer, by another device, is handed over", async () => {
  const agreed = await agreedOf(SCANNED);
  const handover = decodeHandover(bytes(SCANNED.handover));
  const nonce = bytes(SCANNED.nonces[1]);
  const wrong = async (bad: typeof handover): Promise<string> =>
    fault(() => agreed.handOver(bad, nonce, NOW));
  const none = "forged: no certificate for this device by another one";
  expect(await wrong({ ...handover, certificate: handover.certificate.slice(1) })).toBe(
    "forged: the certificate is wrong",
  );
  expect(await wrong({ ...handover, user: SCANNED.new_device as unknown as UserId })).toBe(none);
  expect(await wrong({ ...handover, by_key: handover.identity_key })).toBe(
    "forged: the certificate is wrong",
  );
  expect(await fault(() => agreed.handOver(handover, nonce, NOW + 600))).toMatch(/^expired/);
});

test("either side can break it off, and says why", async () => {
  const { there } = await compared(SCANNED);
  expect(await fault(() => there.receive(ending("different"), NOW))).toBe(
    "different: the other side has ended it",
  );
  expect(await fault(() => there.receive(ending("expired"), NOW))).toMatch(/^cancelled/);
});
