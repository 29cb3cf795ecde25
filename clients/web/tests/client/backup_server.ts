/** A server in memory that keeps backups as `teamchat.server.services.history` does; judges nothing. */

import { BeginSegment, HistoryArchive, HistoryBackup, SetBackup } from "../../src/wire/history.ts";
import { EndHistory } from "../../src/wire/history.ts";
import { decodeBody, encodeBody } from "../../src/wire/body.ts";
import { Policy } from "../../src/wire/policy.ts";
import { Code, Problem } from "../../src/wire/problems.ts";
import type { Shape } from "../../src/wire/shape.ts";
import { identifier } from "../../src/ids.ts";
import type { Bytes } from "../../src/mls/bytes.ts";
import { FakePlatform, type Asked } from "./edge.ts";
import { START } from "../support/memory_store.ts";

const NOTHING = new Uint8Array();
const DONE = new Response(null, { status: 204 });

interface Held {
  readonly head: Bytes;
  readonly parts: Bytes[];
  complete: boolean;
}

export class BackupServer {
  readonly asked: string[] = [];
  readonly segments = new Map<string, Held>();
  version = 0;
  manifest: Bytes = NOTHING;
  changed = 0;
  now = START;
  policy: Policy = Policy.read(new Map([["history_backup", true]]));
  /** Asked before each request is answered; what it returns is answered instead. */
  before: (what: string) => Response | null = () => null;
  /** Whether the answer is lost on its way, once. */
  loses: (what: string) => boolean = () => false;
  #made = 0;

  get platform(): FakePlatform {
    const platform = new FakePlatform();
    platform.answering = (asked) => this.#answer(asked);
    return platform;
  }

  /** How many parts are kept. */
  get parts(): number {
    return [...this.segments.values()].reduce((sum, { parts }) => sum + parts.length, 0);
  }

  /** Lose the next request whose name holds this, before it arrives or behind that. */
  breakOff(part: string, count: number, arrives: boolean): void {
    let seen = 0;
    const isIt = (what: string): boolean => what.includes(part) && (seen += 1) === count;
    if (arrives) this.loses = isIt;
    else
      this.before = (what) => {
        if (isIt(what)) throw new TypeError("no answer");
        return null;
      };
  }

  mend(): void {
    this.before = () => null;
    this.loses = () => false;
  }

  #answer({ url, request }: Asked): Response {
    const what = `${request.method} ${new URL(url).pathname.slice("/v1/me".length)}`;
    this.asked.push(what);
    const instead = this.before(what);
    if (instead !== null) return instead;
    const body = request.body instanceof Uint8Array ? request.body : NOTHING;
    const answer = this.#done(what, body);
    if (this.loses(what)) throw new TypeError("no answer");
    return answer;
  }

  #done(what: string, body: Bytes): Response {
    switch (what) {
      case "GET /policy":
        return said(Policy, this.policy);
      case "GET /history/transfers":
        return new Response('{"transfers":[]}');
      case "GET /history/backup":
        return this.#backup();
      case "DELETE /history/backup":
        this.segments.clear();
        [this.version, this.manifest, this.changed] = [0, NOTHING, 0];
        return DONE;
      case "POST /history/backup/segments":
        return this.#begin(decodeBody(BeginSegment, body).head);
      case "PUT /history/backup":
        return this.#set(decodeBody(SetBackup, body));
      default:
        return this.#ofArchive(what, body);
    }
  }

  #begin(head: Bytes): Response {
    for (const [id, { complete }] of this.segments) if (!complete) this.segments.delete(id);
    this.#made += 1;
    const id = identifier(new Uint8Array(16).fill(this.#made));
    this.segments.set(id, { head, parts: [], complete: false });
    return said(HistoryArchive, this.#shown(id));
  }

  #set({ version, manifest, segments }: SetBackup): Response {
    if (version !== this.version + 1) return refused(Code.CONFLICT);
    for (const id of this.segments.keys()) if (!segments.includes(id)) this.segments.delete(id);
    [this.version, this.manifest, this.changed] = [version, manifest, this.now];
    return this.#backup();
  }

  #ofArchive(what: string, body: Bytes): Response {
    const [, method, id = "", place] =
      /^(\w+) \/history\/archives\/(\w+)\/(?:parts\/(\d+)|end)$/u.exec(what) ?? [];
    const held = this.segments.get(id);
    if (held === undefined) return refused(Code.NOT_FOUND);
    if (place === undefined) {
      held.complete = decodeBody(EndHistory, body).parts === held.parts.length;
      return held.complete ? said(HistoryArchive, this.#shown(id)) : refused(Code.CONFLICT);
    }
    const part = held.parts[Number(place)];
    if (method === "GET") {
      return part === undefined ? refused(Code.NOT_FOUND) : new Response(part.slice());
    }
    if (part === undefined && held.parts.length !== Number(place)) return refused(Code.CONFLICT);
    held.parts[Number(place)] ??= body.slice();
    return DONE.clone();
  }

  #backup(): Response {
    const segments = [...this.segments.keys()].map((id) => this.#shown(id));
    const { version, manifest, changed } = this;
    return said(HistoryBackup, { version, manifest, changed, segments });
  }

  #shown(id: string): HistoryArchive {
    const { head, parts, complete } = this.segments.get(id) ?? {
      head: NOTHING,
      parts: [],
      complete: false,
    };
    return {
      ...{ id, receiver: "", maker: "d", slot: NOTHING, head, box: NOTHING, complete },
      ...{ parts: parts.length, created: this.now, expires: 0 },
      bytes: parts.reduce((sum, each) => sum + each.length, 0),
    };
  }
}

function said<T>(shape: Shape<T>, body: T): Response {
  return new Response(encodeBody(shape, body).slice());
}

/** An answer that refuses. */
export function refused(code: Code, retryAfter = 0): Response {
  const body = encodeBody(Problem, {
    ...{ type: "", title: "", status: 400, detail: "", retry_after: retryAfter },
    ...{ code: code.slug, reason: "" },
  });
  return new Response(body.slice(), { status: 400 });
}
