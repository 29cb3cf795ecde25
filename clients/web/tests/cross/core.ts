/**
 * The rooms of the web client's core that read bytes: what they make of what Python makes up.
 *
 * `tests/cross/test_web_core.py` asks, and compares with what Python's own rooms say.
 */

import { CborError, DEFAULT_LIMITS, decode, encode } from "../../src/cbor.ts";
import { WireError } from "../../src/wire/errors.ts";
import { type Json, shown, valueOf } from "../support/cbor_json.ts";
import { ofContent } from "../support/content_verdict.ts";
import { ofBody, ofFrame } from "../support/wire_verdict.ts";
import { answer } from "./lines.ts";

const LIMITS = { ...DEFAULT_LIMITS, depth: 64 };

await answer(
  {
    read_cbor: (request) => {
      const value = decode(request.bytes("data"), LIMITS);
      return { value: shown(value), written: encode(value, LIMITS.depth) };
    },
    write_cbor: (request) =>
      encode(valueOf(JSON.parse(request.text("value")) as Json), LIMITS.depth),
    content: (request) => ofContent(request.bytes("data")),
    body: (request) => ofBody(request.text("name"), request.bytes("data")),
    frame: (request) => ofFrame(request.text("side"), request.bytes("data")),
  },
  (error) => {
    const isRefusal = error instanceof CborError || error instanceof WireError;
    const text = error instanceof Error ? error.message : String(error);
    return { kind: isRefusal ? error.name : "bug", rule: null, text };
  },
);
