/**
 * What others have seen of the key directory: said inside their messages, and to be proved.
 *
 * A claim is not signed. A tree that was pinned here before needs no proof; a smaller one is
 * proved from tiles, which the server need not be believed for; a larger one has to be shown by
 * the server at the next look. What is not proved contradicts: the member or the server lies, and
 * that is told.
 */

import type { Seen } from "../content/profile.ts";
import type { UserId } from "../ids.ts";
import { toHex } from "../mls/bytes.ts";
import { type TreeHead, sameHead, treeHead } from "../transparency/compact.ts";
import { TransparencyError } from "../transparency/errors.ts";
import {
  type Demand,
  type Monitor,
  demands,
  hear as heard,
  settle as settled,
} from "../transparency/monitor.ts";
import { authenticate, consistencyProof, tilesForConsistency } from "../transparency/tiled_tree.ts";
import { type Tile, tilePath } from "../transparency/tiles.ts";
import { Code } from "../wire/problems.ts";
import type { Body } from "./events.ts";
import * as findings from "./findings.ts";
import { type KeyLogState, type Pin, Proving, recordOf } from "./key_log.ts";
import { begun, head as headOf } from "./key_reading.ts";
import { KeyLogRecord } from "./key_records.ts";
import * as looking from "./looking.ts";
import { same } from "./order.ts";
import * as requests from "./requests.ts";
import { ForTile, type Leaf, greeted } from "./state.ts";
import type { Step } from "./step.ts";
import { Put, Table } from "./store.ts";

/** How many claims to have seen a newer log wait for one look. */
export const STRANGE = 8;
/** Refusals that no later try would change: then what was heard stays unproved. */
const NEVER: ReadonlySet<Code | null> = new Set([Code.NOT_FOUND, Code.FORBIDDEN, Code.INVALID]);

/** Return what this device says of itself to have seen. */
export function seen(step: Step): Seen | null {
  const { pin } = step.desk.keys;
  if (pin === null) return null;
  const { size, root } = headOf(pin);
  return size === 0n ? null : { begun: begun(pin.key), size: Number(size), root };
}

/** A member says what it has seen. */
export function hear(step: Step, sender: Leaf, claim: Seen | null): void {
  const { pin, strange } = step.desk.keys;
  // What is said of a log that ours continues, says nothing.
  if (claim === null || pin === null || claim.begun < begun(pin.key)) return;
  const head = treeHead(BigInt(claim.size), claim.root);
  if (claim.begun > begun(pin.key)) {
    const more = [...strange, [sender.user, head] as const].slice(0, STRANGE);
    change(step, { strange: more });
    looking.lookAfresh(step);
    return;
  }
  const known = [headOf(pin), ...pin.past.toReversed()].find(({ size }) => size === head.size);
  if (known !== undefined) {
    if (!sameHead(known, head)) tell(step, sender.user, head);
    return;
  }
  const monitor = heard(pin.monitor, `${sender.user}.${sender.device}`, head);
  // Heard before, and what was to be done is done.
  if (same(monitor.heard, pin.monitor.heard)) return;
  put(step, pin, monitor);
  if (head.size > headOf(pin).size) looking.lookAfresh(step);
  else prove(step);
}

/** After a look: a tree that others had seen before it, and the server does not show. */
export function judge(step: Step): void {
  const { pin, strange } = step.desk.keys;
  if (pin === null) return;
  change(step, { strange: [] });
  for (const [who, head] of strange) tell(step, who, head);
  for (const [source, head] of pin.monitor.heard) {
    if (head.size > headOf(pin).size) tell(step, userOf(source), head);
  }
  prove(step);
}

/** Ask for the tiles that prove the next of the smaller trees. */
export function prove(step: Step): void {
  const { pin, proving: already } = step.desk.keys;
  if (pin === null || already !== null || !greeted(step.session)) return;
  const [demand] = demands(pin.monitor);
  if (demand === undefined) return;
  const tiles = tilesForConsistency(demand.old.size, demand.new.size);
  const proving = Proving.of({ demand, tiles });
  change(step, { proving });
  for (const tile of tiles) {
    step.ask(ForTile(tile), requests.ofKeyLog(begun(pin.key), tilePath(tile)));
  }
  finish(step, proving);
}

/** A tile is here. */
export function takeTile(step: Step, tile: Tile, body: Body): void {
  const before = step.desk.keys.proving;
  if (before === null || !(body instanceof Uint8Array)) return;
  const here = new Map(before.here).set(tilePath(tile), body);
  const proving = { ...before, here };
  change(step, { proving });
  finish(step, proving);
}

/** A tile is not shown: what was heard is not proved, or not now. */
export function takeNoTile(step: Step, code: Code | null): void {
  const { proving } = step.desk.keys;
  change(step, { proving: null });
  if (proving !== null && NEVER.has(code)) settle(step, proving.demand, { proved: false });
}

/** Judge a claim once every tile is here that it takes. */
function finish(step: Step, proving: Proving): void {
  if (!proving.tiles.every((tile) => proving.here.has(tilePath(tile)))) return;
  change(step, { proving: null });
  const { pin } = step.desk.keys;
  if (pin !== null && sameHead(headOf(pin), proving.demand.new)) {
    settle(step, proving.demand, { proved: isProved(pin.monitor, proving) });
  }
  prove(step);
}

function isProved(monitor: Monitor, { demand, tiles, here }: Proving): boolean {
  const brought = tiles.flatMap((tile) => {
    const data = here.get(tilePath(tile));
    return data === undefined ? [] : [[tile, data] as const];
  });
  try {
    const proof = consistencyProof(authenticate(demand.new, brought), demand.old.size);
    settled(monitor, demand, proof);
  } catch (error) {
    if (!(error instanceof TransparencyError)) throw error;
    return false;
  }
  return true;
}

/** A tree is proved to be ours, or is not: for all who have seen it. */
function settle(step: Step, demand: Demand, { proved }: { readonly proved: boolean }): void {
  const { pin } = step.desk.keys;
  if (pin === null) return;
  const alike = pin.monitor.heard.filter(([, head]) => sameHead(head, demand.old));
  const rest = pin.monitor.heard.filter(([, head]) => !sameHead(head, demand.old));
  put(step, pin, { ...pin.monitor, heard: rest });
  if (proved) return;
  for (const [source, head] of alike) tell(step, userOf(source), head);
}

function put(step: Step, pin: Pin, monitor: Monitor): void {
  if (same(monitor.heard, pin.monitor.heard)) return;
  const keys = change(step, { pin: { ...pin, monitor } });
  step.write(Put(Table.KEY_LOG, "pin", KeyLogRecord.encode(recordOf(keys))));
}

function tell(step: Step, who: UserId, head: TreeHead): void {
  const claim = `${head.size} ${toHex(head.root)}`;
  findings.find(step, findings.ofClaim(step, who, claim), ["who", who]);
}

function change(step: Step, changed: Partial<KeyLogState>): KeyLogState {
  const keys = { ...step.desk.keys, ...changed };
  step.desk = { ...step.desk, keys };
  return keys;
}

function userOf(source: string): UserId {
  return source.split(".", 1).join("") as UserId;
}
