/** As much of a server as two devices need that are being linked: mailboxes and grants. */

import {
  type HttpRequest,
  type HttpResponse,
  platformHere,
  type Platform,
} from "../../src/client/platform.ts";
import { named } from "../../src/identity/certificate.ts";
import { fromBase64 } from "../../src/wire/base64.ts";
import { utf8Text } from "../../src/utf8.ts";

interface Box {
  readonly messages: string[];
  closed: boolean;
  joined: boolean;
}
type Fields = Readonly<Record<string, string | number>>;

export function problem(status: number, code: string, reason = ""): Response {
  const body = { type: "x", title: "x", status, code, reason };
  return Response.json(body, { status });
}

export class MeetingServer {
  readonly boxes = new Map<string, Box>();
  /** What is asked, without what is looked for again and again. */
  readonly asked: string[] = [];
  grant: () => Response = () =>
    Response.json({ grant: "a-grant-of-the-server", needs_admin: false });
  redeem: () => Response = () => problem(403, "forbidden", "linking-waits");
  devices: readonly object[] = [];
  /** Whether the new device is there as soon as it may be. */
  comes = true;

  /** A platform on which requests come here, and seconds last milliseconds. */
  platform(): Platform {
    const here = platformHere();
    return {
      ...here,
      after: (seconds, call) => here.after(seconds / 1000, call),
      fetch: (url, request) => Promise.resolve(this.#answer(url, request) as HttpResponse),
    };
  }

  #answer(url: string, { method, body }: HttpRequest): Response {
    const path = new URL(url).pathname.replace("/v1", "");
    const given = (body === null ? {} : JSON.parse(utf8Text(body as Uint8Array))) as Fields;
    if (!/\/(?:read|messages\/\d)$/u.test(path)) {
      this.asked.push(`${method} ${path.replace(/[a-z2-7]{26}/u, "*")}`);
    }
    if (path === "/server") return Response.json(SERVER);
    if (path === "/me/devices") return Response.json({ devices: this.devices });
    if (path === "/me/linkings/grants") {
      const id = named(fromBase64(String(given.certificate)));
      const device = { id, name: "New one", certificate: "", created: 1, last_active_day: 1 };
      if (this.comes) this.devices = [...this.devices, device];
      return this.grant();
    }
    if (path === "/linkings/redeem") return this.redeem();
    if (path === "/linkings") {
      const box = { messages: [String(given.message)], closed: false, joined: false };
      this.boxes.set(String(given.mailbox), box);
      return Response.json({ secret: "s".repeat(43) });
    }
    const [, name = "", what = "", after = "0"] =
      /linkings\/([a-z2-7]{26})\/(\w+)\/?(\d?)$/u.exec(path) ?? [];
    const box = this.boxes.get(name);
    if (box === undefined) return problem(404, "not-found");
    return this.#inBox(box, what, method === "GET" ? { after: Number(after) } : given);
  }

  #inBox(box: Box, what: string, { after = 0, place = 0, message = "" }: Fields): Response {
    const behind = Response.json({ messages: box.messages.slice(Number(after)) });
    if (what === "read" || what === "join") return behind;
    if (what === "messages" && message === "") return behind;
    if (what === "messages" && (box.closed || box.messages.length !== Number(place) - 1)) {
      return problem(409, "conflict");
    }
    if (!box.closed) box.messages.push(String(message));
    box.closed ||= what === "close";
    return new Response(null, { status: 204 });
  }
}

const SERVER = { organisation: "Beispiel AG", version: "1", protocol: 1, suites: [] };
