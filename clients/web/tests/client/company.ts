/**
 * A server in memory, as far as entering, recovery and custodians go: what it is told it keeps, and
 * gives out again. Everybody's password is the same. It judges nothing that a client has to judge.
 */

import * as bodies from "../../src/wire/bodies.ts";
import { decodeBody, encodeBody } from "../../src/wire/body.ts";
import * as custody from "../../src/wire/custody.ts";
import { PROTOCOL_VERSION } from "../../src/wire/limits.ts";
import { Code, Problem, Reason } from "../../src/wire/problems.ts";
import * as recovery from "../../src/wire/recovery.ts";
import type { Shape } from "../../src/wire/shape.ts";
import type { UserId } from "../../src/ids.ts";
import type { Bytes } from "../../src/mls/bytes.ts";
import type { Asked } from "./edge.ts";

export const ADDRESS = "https://chat.example";
export const PASSWORD = "correct horse battery";
const NOTHING = new Uint8Array();
const SITE = { id: "aaaaaaaaaaaaaaaaaaaaaaaaaa", name: "Stuttgart", time_zone: "Europe/Berlin" };

/** What is known of one person. */
export interface Held {
  readonly user: bodies.User;
  identity: bodies.Identity;
  pending: recovery.PendingReset;
  devices: bodies.Device[];
  deposit: custody.SetCustody | null;
  request: custody.OwnRequest | null;
  boxes: Map<UserId, { readonly number: number; readonly box: Bytes; readonly key: Bytes }>;
}

export class Company {
  readonly people = new Map<string, Held>();
  custodians: custody.Custodians = { set: "", threshold: 0, custodians: [], delay_hours: 0 };
  /** What is refused, by method and path, and how. */
  readonly refusals = new Map<string, { readonly code: Code; readonly reason?: string }>();
  /** Requests that get no answer, by method and path. */
  readonly silent = new Set<string>();
  /** Method and path of all that was asked. */
  readonly asked: string[] = [];
  /** How long a fresh start waits. */
  delay = 0;
  now = 1_790_000_000;

  hire(user: UserId, name: string): Held {
    const held: Held = {
      user: {
        id: user,
        user_name: name.toLowerCase(),
        display_name: name,
        site: SITE as bodies.User["site"],
        active: true,
        identity_key: NOTHING,
      },
      identity: { identity_key: NOTHING, recovery_box: NOTHING },
      pending: { identity_key: NOTHING, recovery_box: NOTHING, asked: 0, due: 0 },
      devices: [],
      deposit: null,
      request: null,
      boxes: new Map(),
    };
    this.people.set(held.user.user_name, held);
    return held;
  }

  readonly answer = ({ url, request }: Asked): Response => {
    const path = url.slice(`${ADDRESS}/v1`.length);
    const what = `${request.method} ${path}`;
    this.asked.push(what);
    if (this.silent.has(what)) throw new TypeError("no answer");
    const refusal = this.refusals.get(what);
    if (refusal) return refused(refusal.code, refusal.reason);
    const body = request.body instanceof Uint8Array ? request.body : NOTHING;
    return this.#open(what, body) ?? this.#ofPerson(what, body, this.#who(request.headers));
  };

  /** What anybody may ask. */
  #open(what: string, body: Bytes): Response | null {
    switch (what) {
      case "GET /server":
        return said(bodies.Server, {
          organisation: "Beispiel AG",
          version: "1",
          protocol: PROTOCOL_VERSION,
          suites: [],
          password_characters: 12,
        });
      case "POST /invitations/lookup": {
        const [anna] = this.people.values();
        if (!anna) return refused(Code.NOT_FOUND);
        const { user_name, display_name, site } = anna.user;
        return said(bodies.InvitationShown, {
          user_name,
          display_name,
          site,
          organisation: "Beispiel AG",
          language: "en",
        });
      }
      case "POST /invitations/redeem":
        return new Response(null, { status: 204 });
      case "POST /login": {
        const { user_name, password } = decodeBody(bodies.Login, body);
        const held = this.people.get(user_name.trim().toLowerCase());
        if (!held || password !== PASSWORD) return refused(Code.WRONG_CREDENTIALS);
        return said(bodies.Session, {
          token: `token-${held.user.user_name}`,
          expires: this.now,
          user: held.user,
        });
      }
      default:
        return null;
    }
  }

  #who(headers: Readonly<Record<string, string>>): Held | null {
    return this.people.get((headers.Authorization ?? "").replace("Bearer token-", "")) ?? null;
  }

  #ofPerson(what: string, body: Bytes, who: Held | null): Response {
    if (who === null) return refused(Code.NOT_LOGGED_IN);
    switch (what) {
      case "POST /logout":
        return new Response(null, { status: 204 });
      case "GET /me":
        return said(bodies.Me, {
          user: who.user,
          roles: [],
          organisation: "Beispiel AG",
          language: "en",
          device: null,
        });
      case "GET /me/identity":
        return said(bodies.Identity, who.identity);
      case "PUT /me/identity":
        who.identity = decodeBody(bodies.SetIdentity, body);
        return said(bodies.Identity, who.identity);
      case "GET /me/devices":
        return said(bodies.Devices, { devices: who.devices });
      case "POST /me/devices":
        return this.#register(who, body);
      case "GET /me/identity/reset":
        return said(recovery.PendingReset, who.pending);
      case "PUT /me/identity/reset": {
        const due = this.now + (who.devices.length > 0 ? this.delay : 0);
        who.pending = { ...decodeBody(recovery.AskReset, body), asked: this.now, due };
        return said(recovery.PendingReset, who.pending);
      }
      case "DELETE /me/identity/reset":
        who.pending = { identity_key: NOTHING, recovery_box: NOTHING, asked: 0, due: 0 };
        return new Response(null, { status: 204 });
      case "POST /me/identity/reset/device":
        who.identity = who.pending;
        who.devices = [];
        return this.#register(who, body);
      case "POST /me/identity/rotation":
        who.identity = decodeBody(recovery.Rotate, body);
        return said(bodies.Identity, who.identity);
      default:
        return this.#custody(what, body, who);
    }
  }

  #register(who: Held, body: Bytes): Response {
    const { name, certificate } = decodeBody(bodies.AddDevice, body);
    const id = "bbbbbbbbbbbbbbbbbbbbbbbbba" as bodies.Device["id"];
    const device = { id, name, certificate, created: this.now, last_active_day: 0 };
    who.devices.push(device);
    return said(bodies.Device, device);
  }

  #custody(what: string, body: Bytes, who: Held): Response {
    const [, path = "", id = ""] = /^\w+ \/custody\/requests(\/(.*)\/\w+)?$/u.exec(what) ?? [];
    if (what === "GET /custodians") return said(custody.Custodians, this.custodians);
    if (what === "GET /me/custody" || what === "PUT /me/custody") {
      if (what.startsWith("PUT")) who.deposit = decodeBody(custody.SetCustody, body);
      return said(custody.Custody, {
        set: who.deposit?.set ?? "",
        deposit: who.deposit?.deposit ?? "",
        made: who.deposit ? this.now : 0,
        threshold: this.custodians.threshold,
        request: who.request,
      });
    }
    if (what === "DELETE /me/custody" || what === "DELETE /me/custody/request") {
      if (what === "DELETE /me/custody") who.deposit = null;
      who.request = null;
      return new Response(null, { status: 204 });
    }
    if (what === "POST /me/custody/request") return this.#request(who, body);
    if (what === "POST /me/custody/request/shares") return this.#shares(who);
    if (what === "PUT /me/custodian-key") return this.#accept(who, body);
    if (what === "GET /custody/requests") return this.#requests(who);
    return path === "" ? refused(Code.NOT_FOUND) : this.#decide(what, body, who, id);
  }

  #request(who: Held, body: Bytes): Response {
    if (who.request !== null) return refused(Code.CONFLICT, Reason.CUSTODY_ASKED);
    const { slot } = decodeBody(custody.AskCustodians, body);
    const waiting = this.custodians.custodians.map(({ user }) => ({
      user,
      verdict: custody.Verdict.WAITING,
    }));
    who.request = {
      id: "ccccccccccccccccccccccccca",
      slot,
      made: this.now,
      opens: this.now,
      expires: this.now + 86_400,
      standing: custody.Standing.OPEN,
      answers: waiting,
    };
    return said(custody.OwnRequest, who.request);
  }

  #accept(who: Held, body: Bytes): Response {
    const { public_key, by, signature } = decodeBody(custody.SetCustodianKey, body);
    const key = { public_key, by, signature };
    this.custodians = {
      ...this.custodians,
      custodians: this.custodians.custodians.map((each) =>
        each.user.id === who.user.id ? { ...each, key } : each,
      ),
    };
    return new Response(null, { status: 204 });
  }

  #requests(who: Held): Response {
    const requests = [...this.people.values()].flatMap((held) => {
      const share = held.deposit?.shares.find((each) => each.custodian === who.user.id);
      if (!held.request || !held.deposit || !share) return [];
      const { id, slot, made, opens, expires, answers } = held.request;
      const said_ = answers.find((each) => each.user.id === who.user.id);
      return [
        {
          ...{ id, slot, made, opens, expires },
          ...{ number: share.number, sealed: share.sealed, check: share.check },
          user: { ...held.user, identity_key: held.identity.identity_key },
          set: held.deposit.set,
          deposit: held.deposit.deposit,
          threshold: this.custodians.threshold,
          verdict: said_?.verdict ?? custody.Verdict.WAITING,
          approved: answers.filter(({ verdict }) => verdict === "approved").length,
        },
      ];
    });
    return said(custody.CustodyRequests, { requests });
  }

  #decide(what: string, body: Bytes, who: Held, id: string): Response {
    const held = [...this.people.values()].find((each) => each.request?.id === id);
    if (!held?.request) return refused(Code.NOT_FOUND);
    const { APPROVED, DECLINED, WAITING } = custody.Verdict;
    const isApproval = what.endsWith("/approval");
    const verdict = what.startsWith("DELETE") ? WAITING : isApproval ? APPROVED : DECLINED;
    if (verdict === WAITING && !held.boxes.delete(who.user.id)) return refused(Code.NOT_FOUND);
    if (verdict === APPROVED) {
      const number = held.deposit?.shares.find((each) => each.custodian === who.user.id)?.number;
      const { box } = decodeBody(custody.ApproveCustody, body);
      held.boxes.set(who.user.id, { number: number ?? 0, box, key: this.deviceKey(who) });
    }
    const answers = held.request.answers.map((each) =>
      each.user.id === who.user.id ? { ...each, verdict } : each,
    );
    const enough = held.boxes.size >= this.custodians.threshold;
    const standing = enough ? custody.Standing.READY : custody.Standing.OPEN;
    held.request = { ...held.request, answers, standing };
    return new Response(null, { status: 204 });
  }

  /** With which key a custodian's box was signed. */
  deviceKey: (who: Held) => Bytes = () => NOTHING;

  #shares(who: Held): Response {
    if (!who.deposit || who.request?.standing !== custody.Standing.READY) {
      return refused(Code.NOT_FOUND);
    }
    const { set, deposit, shares } = who.deposit;
    const handed = shares.flatMap(({ custodian, number, check }) => {
      const given = who.boxes.get(custodian);
      return given ? [{ custodian, number, check, box: given.box, device_key: given.key }] : [];
    });
    const { threshold } = this.custodians;
    return said(custody.HandedShares, { set, deposit, threshold, shares: handed });
  }
}

function said<T>(shape: Shape<T>, body: T): Response {
  return new Response(encodeBody(shape, body).slice());
}

function refused(code: Code, reason = ""): Response {
  const body = encodeBody(Problem, {
    ...{ type: "", title: "", status: 400, detail: "", retry_after: 0 },
    ...{ code: code.slug, reason },
  });
  return new Response(body.slice(), { status: 400 });
}
