/** Looking for secrets where none may be: in what is printed, logged, thrown or made JSON of. */

import { inspect } from "node:util";

import { Secret } from "../../src/mls/crypto/secret.ts";

/** Return every Secret that can be reached from a value by its properties. */
export function secretsIn(value: unknown, seen = new Set<unknown>()): readonly Secret[] {
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  if (value instanceof Secret) return [value];
  if (ArrayBuffer.isView(value)) return [];
  const parts = value instanceof Map || value instanceof Set ? [...value] : Object.values(value);
  return parts.flatMap((part: unknown) => secretsIn(part, seen));
}

/** Return all that a careless log or report could show of a value. */
export function shown(value: unknown): string {
  const everything = { showHidden: true, depth: Infinity, maxArrayLength: Infinity } as const;
  return [
    inspect(value, { ...everything, breakLength: Infinity }),
    inspect(value, { ...everything, breakLength: Infinity, customInspect: false }),
    JSON.stringify(value, plain),
    JSON.stringify(structuredClone(withoutMethods(value)), plain),
    String(value),
  ].join("\n");
}

/** Return the forms in which some bytes may have been shown. */
export function formsOf(secret: Uint8Array): readonly string[] {
  const bytes = Buffer.from(secret);
  const decimals = [...secret].map((byte) => `${byte}`);
  return [
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex").replace(/..(?=.)/g, "$& "),
    decimals.join(","),
    decimals.join(", "),
    JSON.stringify(Object.fromEntries(decimals.map((byte, place) => [place, Number(byte)]))),
    JSON.stringify(bytes.toString("latin1")).slice(1, -1),
  ];
}

/** Return those of the secrets whose bytes can be read in a text. */
export function leaked(secrets: readonly Secret[], text: string): readonly Secret[] {
  return secrets.filter((secret) => formsOf(secret.reveal()).some((form) => text.includes(form)));
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  return value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : value;
}

/** Return what can be cloned of a value: its data. */
function withoutMethods(value: unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (value instanceof Secret || value instanceof Error) return value;
  if (value instanceof Map || value instanceof Set) return [...value].map(withoutMethods);
  if (Array.isArray(value)) return value.map(withoutMethods);
  const data = Object.entries(value).filter(([, part]) => typeof part !== "function");
  return Object.fromEntries(data.map(([name, part]) => [name, withoutMethods(part)]));
}
