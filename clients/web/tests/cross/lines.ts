/** A process that answers requests: one line of JSON in, one line of JSON out, in their order. */

import { createInterface } from "node:readline";

import type { Bytes } from "../../src/mls/bytes.ts";

/** One request: what is to be done, and its arguments. Byte strings travel in base64. */
export class Request {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  text(name: string): string {
    const value = this.#fields[name];
    if (typeof value !== "string") throw new TypeError(`${name} is not a text`);
    return value;
  }

  number(name: string): number {
    const value = this.#fields[name];
    if (typeof value !== "number") throw new TypeError(`${name} is not a number`);
    return value;
  }

  flag(name: string): boolean {
    return this.#fields[name] === true;
  }

  bytes(name: string): Bytes {
    return Uint8Array.from(Buffer.from(this.text(name), "base64"));
  }

  maybeBytes(name: string): Bytes | null {
    return this.has(name) ? this.bytes(name) : null;
  }

  has(name: string): boolean {
    const value = this.#fields[name];
    return value !== undefined && value !== null;
  }

  list(name: string): readonly Request[] {
    const value = this.#fields[name] ?? [];
    if (!Array.isArray(value)) throw new TypeError(`${name} is not a list`);
    return value.map((each) => new Request(each as Record<string, unknown>));
  }

  byteMap(name: string): ReadonlyMap<string, Bytes> {
    const value = new Request(this.#fields[name] as Record<string, unknown>);
    return new Map(Object.keys(value.#fields).map((key) => [key, value.bytes(key)]));
  }
}

/** What can be asked for, by the name of the request. */
export type Answers = Readonly<Record<string, (request: Request) => unknown>>;

/** What an answer says about an error. */
export type Describe = (error: unknown) => Readonly<Record<string, unknown>>;

/** Answer all requests until the input ends. */
export async function answer(answers: Answers, describe: Describe): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = new Request(JSON.parse(line) as Record<string, unknown>);
    process.stdout.write(
      `${JSON.stringify(await answered(answers, describe, request), written)}\n`,
    );
  }
}

async function answered(answers: Answers, describe: Describe, request: Request): Promise<unknown> {
  try {
    const act = answers[request.text("do")];
    if (act === undefined) throw new TypeError(`nobody here knows ${request.text("do")}`);
    return { done: (await act(request)) ?? null };
  } catch (error) {
    return { error: describe(error) };
  }
}

function written(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Map) return Object.fromEntries(value as Map<string, unknown>);
  return typeof value === "bigint" ? Number(value) : value;
}
