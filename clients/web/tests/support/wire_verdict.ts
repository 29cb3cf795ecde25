/** What TypeScript makes of bytes of the wire: `tests/support/wire_verdict.py` is the same in Python. */

import type { Bytes } from "../../src/mls/bytes.ts";
import * as alarms from "../../src/wire/alarms.ts";
import * as bodies from "../../src/wire/bodies.ts";
import { decodeBody, encodeBody } from "../../src/wire/body.ts";
import * as custody from "../../src/wire/custody.ts";
import * as devices from "../../src/wire/devices.ts";
import { decodeClient, decodeServer, encodeFrame } from "../../src/wire/framing.ts";
import * as gifts from "../../src/wire/gifts.ts";
import * as history from "../../src/wire/history.ts";
import * as linking from "../../src/wire/linking.ts";
import * as policy from "../../src/wire/policy.ts";
import * as problems from "../../src/wire/problems.ts";
import * as push from "../../src/wire/push.ts";
import * as recovery from "../../src/wire/recovery.ts";
import type { Shape } from "../../src/wire/shape.ts";

// Those that others take names from stand last.
const MODULES = [
  push,
  recovery,
  problems,
  policy,
  linking,
  history,
  gifts,
  devices,
  custody,
  alarms,
  bodies,
];
const SHAPES = new Map<string, unknown>(MODULES.flatMap((module) => Object.entries(module)));

/** Read a body and write it anew. */
export function ofBody(name: string, data: Uint8Array): Bytes {
  const shape = SHAPES.get(name) as Shape<unknown> | undefined;
  if (shape === undefined) throw new Error(`no body ${name}`);
  return encodeBody(shape, decodeBody(shape, data));
}

/** Read a frame and write it anew; no bytes if it is passed over. */
export function ofFrame(side: string, data: Uint8Array): Bytes {
  const frame = side === "client" ? decodeClient(data) : decodeServer(data);
  return frame === null ? new Uint8Array() : encodeFrame(frame);
}
