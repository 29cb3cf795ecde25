/**
 * The stock of key packages: enough of them published, and their private keys kept.
 *
 * A key package that was handed out may come back in a Welcome until it expires, so its private
 * keys are kept until then; a single-use one's are destroyed when it was used. They are stored
 * before the key package is published. When the stock is empty, the server hands out the one
 * of last resort, again and again; it is replaced long before it expires.
 */

import type { Bytes } from "../mls/bytes.ts";
import { type Body, isAnswer, Timer, TimerKind } from "./events.ts";
import * as groups from "./groups.ts";
import { type KeyPackageRecord, Phase, Refresh } from "./records.ts";
import * as requests from "./requests.ts";
import { ForRefill, ForStock, greeted } from "./state.ts";
import type { Step } from "./step.ts";

export const STOCK = 50;
const LOW = 20;
/** How many private keys are kept at most: a server may say without end that the stock is empty. */
const HELD = 1000;
const DAY = 24 * 3600;
export const LIFETIME_SECONDS = 84 * DAY;
/** How long before its end the last resort is replaced. */
const RENEW_SECONDS = 28 * DAY;
const STOCK_TAKE = Timer(TimerKind.STOCK_TAKE);
const STOCK_TAKE_SECONDS = 900;

/** Look after the keys a little later: everybody comes online at nine. */
export function schedule(step: Step): void {
  step.setTimer(STOCK_TAKE, 5 + 25 * step.chance());
}

/** Ask how many are left, forget what has expired, and refresh one own leaf that is due. */
export function takeStock(step: Step): void {
  step.setTimer(STOCK_TAKE, STOCK_TAKE_SECONDS * (0.75 + step.chance() / 2));
  if (!greeted(step.session)) return;
  for (const [ref, held] of step.keyPackages()) {
    if (held.not_after + DAY < step.now) step.dropKeyPackage(ref);
  }
  ask(step);
  refreshOne(step);
}

/** Ask how many are left, unless that is being asked. */
export function ask(step: Step): void {
  const asked = [...step.desk.purposes.values()];
  if (!asked.some((each) => each.type === "ForStock" || each.type === "ForRefill")) {
    step.ask(ForStock(), requests.countKeyPackages());
  }
}

/** Refill the stock if it is low. */
export async function takeCount(step: Step, body: Body): Promise<void> {
  if (!isAnswer(body, "KeyPackageCount")) return;
  const lacking = body.left < LOW ? STOCK - body.left : 0;
  const wanted = Math.min(lacking, HELD - step.keyPackages().size);
  const fresh: Bytes[] = [];
  for (let made = 0; made < wanted; made++) fresh.push(await make(step, { lastResort: false }));
  const last = lastResortEnds(step) ? await make(step, { lastResort: true }) : null;
  if (fresh.length > 0 || last !== null) {
    step.ask(ForRefill(), requests.addKeyPackages(fresh, last));
  }
}

/** Make a key package and keep its private keys. */
export async function make(
  step: Step,
  { lastResort }: { readonly lastResort: boolean },
): Promise<Bytes> {
  const [ref, record] = await groups.makeKeyPackage(
    step.crypto,
    step.account,
    step.now,
    LIFETIME_SECONDS,
    { lastResort },
  );
  step.putKeyPackage(ref, record);
  return record.key_package;
}

/** A Welcome came for it. */
export function used(step: Step, ref: string, record: KeyPackageRecord): void {
  if (!record.last_resort) step.dropKeyPackage(ref);
}

function lastResortEnds(step: Step): boolean {
  const lasting = [...step.keyPackages().values()].filter((each) => each.last_resort);
  const latest = Math.max(0, ...lasting.map((each) => each.not_after));
  return latest - step.now < RENEW_SECONDS;
}

function refreshOne(step: Step): void {
  for (const conversation of step.conversations()) {
    const { record } = conversation;
    const isIdle =
      conversation.caught_up && record.intents.length === 0 && conversation.pending === null;
    const isDue = 0 < record.refresh_due && record.refresh_due <= step.now;
    if (record.phase === Phase.JOINED && isIdle && isDue) {
      step.put({ ...conversation, record: { ...record, intents: [Refresh()] } });
      return;
    }
  }
}
