import { beforeEach, expect, test, vi } from "vitest";

import type { Porter } from "../../src/client/errands.ts";
import { AccountError, WipedError } from "../../src/client/errors.ts";
import { Http } from "../../src/client/http.ts";
import { type Audience, type Mind, ROOM_SECONDS, Runner } from "../../src/client/runner.ts";
import {
  Ask,
  CloseSocket,
  type Command,
  Decline,
  FetchHistory,
  OpenSocket,
  Persist,
  Query,
  Reply,
  SendFrame,
  SetTimer,
  Show,
  Wipe,
} from "../../src/engine/commands.ts";
import { type Event, HistoryFailed, LookAsked, Timer, TimerKind } from "../../src/engine/events.ts";
import { type Change, ConversationsChanged } from "../../src/engine/model.ts";
import { AccountRecord, Offer } from "../../src/engine/records.ts";
import { Desk } from "../../src/engine/state.ts";
import { Put, type Store, Table, type Write } from "../../src/engine/store.ts";
import type { BlobId, ConversationId, DeviceId, UserId } from "../../src/ids.ts";
import { NotStoredError } from "../../src/store/errors.ts";
import { encodeFrame } from "../../src/wire/framing.ts";
import { Code } from "../../src/wire/problems.ts";
import { FakePlatform, settled } from "./edge.ts";

const ACCOUNT = AccountRecord.of({
  server: "https://chat.example",
  user: "u" as UserId,
  device: "d" as DeviceId,
  user_name: "anna",
  name: "Anna",
  organisation: "",
  site: "",
  language: "en",
  identity_key: new Uint8Array(),
  certificate: new Uint8Array(),
  device_seed: new Uint8Array(),
  token: "",
});
const WRITE = Put(Table.DRAFT, "c", Uint8Array.of(1));
const PING = { type: "Ping", number: 1 } as const;

/** What happens outside, in its order, and what of it can be made to fail. */
class World {
  readonly platform = new FakePlatform();
  readonly happened: string[] = [];
  readonly events: Event[] = [];
  /** What the mind answers; each event is an entry of `events` too. */
  decide: (event: Event) => readonly Command[] = () => [];
  failure: Error | null = null;
  readonly http = new Http("https://chat.example", "token", this.platform);
  readonly runner: Runner;

  constructor(porter: Porter | null = null) {
    const mind: Mind = {
      desk: Desk.of({ account: ACCOUNT }),
      conversations: new Map(),
      handle: async (event) => {
        await settled();
        this.events.push(event);
        return this.decide(event);
      },
      setBack: () => {
        this.happened.push("set back");
        return Promise.resolve();
      },
    };
    const store = {
      commit: async (writes: readonly Write[]) => {
        await settled();
        if (this.failure !== null) throw this.failure;
        this.happened.push(`stored ${writes.length}`);
      },
    } as unknown as Store;
    const audience: Audience = {
      stored: () => undefined,
      show: (change: Change) => {
        this.happened.push(change.type === "LinkChanged" ? change.detail : "shown");
      },
      wipe: () => {
        this.happened.push("wiped");
        return Promise.resolve();
      },
      ended: () => {
        this.happened.push("ended");
      },
    };
    this.runner = new Runner(mind, store, this.http, audience, porter);
  }

  types(): readonly string[] {
    return this.events.map(({ type }) => type);
  }

  async until(holds: () => boolean): Promise<void> {
    for (let round = 0; round < 1000 && !holds(); round += 1) await settled();
    expect(holds()).toBe(true);
  }
}

let world = new World();

beforeEach(() => {
  world = new World();
});

/** Answer calls with these commands, and then a reply. */
function answering(...commands: readonly Command[]): (event: Event) => readonly Command[] {
  return (event) => ("call" in event ? [...commands, Reply(event.call, "done")] : []);
}

test("what is to be stored is stored before anybody hears of it", async () => {
  world.decide = answering(Show(ConversationsChanged()), Persist([WRITE]), Persist([WRITE]));
  world.runner.start(false);
  expect(await world.runner.call(LookAsked)).toBe("done");
  expect(world.happened).toEqual(["stored 2", "shown"]);
});

test("what goes with a call is stored with its answer, if it is done and not else", async () => {
  let isRefused = true;
  world.decide = (event) => {
    if (!("call" in event)) return [];
    return isRefused
      ? [Decline(event.call, "error-closed", [])]
      : [Persist([WRITE]), Reply(event.call, "")];
  };
  world.runner.start(false);
  await expect(world.runner.call(LookAsked, null, () => [WRITE])).rejects.toThrow();
  expect(world.happened).toEqual([]);
  isRefused = false;
  await world.runner.call(LookAsked, null, () => [WRITE]);
  expect(world.happened).toEqual(["stored 2"]);
});

test("calls are answered each by its own reply, and refused with what helps", async () => {
  world.decide = (event) => {
    if (!("call" in event)) return [];
    return event.call === 2
      ? [Decline(2, "error-not-a-member", [["who", "Bo"]])]
      : [Reply(event.call, `${event.call}`)];
  };
  world.runner.start(false);
  const asked = [1, 2, 3].map(() => world.runner.call(LookAsked));
  const [first, second, third] = await Promise.allSettled(asked);
  expect([first, third]).toMatchObject([{ value: "1" }, { value: "3" }]);
  const reason = { key: "error-not-a-member", filling: { who: "Bo" } };
  expect(second).toMatchObject({ reason });
});

test("who waits too long is told that it goes on", async () => {
  world.runner.start(false);
  const asked = expect(world.runner.call(LookAsked, 60)).rejects.toMatchObject({
    key: "error-still-working",
  });
  await world.until(() => world.events.length === 1);
  world.platform.pass(60);
  await asked;
});

test("what cannot be stored has not happened: nothing leaves, and it begins anew later", async () => {
  world.decide = (event) => {
    if (event.type === "Started") return [OpenSocket()];
    if (event.type === "SocketOpened") return [];
    return [Persist([WRITE]), SendFrame(PING), Reply(1, "done")];
  };
  world.runner.start(true);
  await world.until(() => world.platform.sockets.length === 1);
  world.platform.sockets[0]?.onopen?.({});
  await world.until(() => world.types().includes("SocketOpened"));
  world.failure = new NotStoredError(false);
  await expect(world.runner.call(LookAsked)).rejects.toMatchObject({ key: "error-not-stored" });
  expect(world.happened).toEqual(["set back", "link-not-stored"]);
  expect(world.runner.outOfRoom).toBe(true);
  expect(world.platform.sockets[0]).toMatchObject({ closed: true, sent: [] });
  const before = world.types().filter((type) => type === "Started").length;
  world.failure = null;
  world.platform.pass(ROOM_SECONDS);
  await world.until(() => world.types().filter((type) => type === "Started").length > before);
});

test("a store that is gone ends the loop, and whoever waits is told", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  world.decide = answering(Persist([WRITE]));
  world.failure = new NotStoredError(true);
  world.runner.start(false);
  await expect(world.runner.call(LookAsked)).rejects.toMatchObject({ key: "error-stopped" });
  expect([world.happened, world.runner.storeGone]).toEqual([["ended"], true]);
  expect(logged.mock.calls).toEqual([]); // that is nobody's mistake
  logged.mockRestore();
});

test("what nobody foresaw ends the loop, and whoever waits is told", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  world.decide = answering(Persist([WRITE]));
  world.failure = new RangeError("what somebody wrote");
  world.runner.start(false);
  await expect(world.runner.call(LookAsked)).rejects.toMatchObject({ key: "error-stopped" });
  expect(world.happened).toEqual(["ended"]);
  await expect(world.runner.call(LookAsked)).rejects.toMatchObject({ key: "error-stopped" });
  expect(logged.mock.calls).toEqual([[expect.stringMatching(/^the loop ended: RangeError/u)]]);
  expect(String(logged.mock.calls[0])).not.toContain(world.failure.message);
  logged.mockRestore();
});

const OFFER = Offer.of({
  blob: "b" as BlobId,
  key: new Uint8Array(),
  size: 1,
  digest: new Uint8Array(),
  by: "u" as UserId,
  device: "d" as DeviceId,
  since_ms: 0,
  until_ms: 0,
  count: 1,
  below: 1,
  seq: 1,
});

test.each([null, new NotStoredError(false)])(
  "who carries a history hears that it is stored, and not that it is not: %s",
  async (failure) => {
    const heard: string[] = [];
    const told = HistoryFailed("c" as ConversationId, OFFER.blob, true);
    world = new World({
      carry: async (_, tell) => {
        world.failure = failure;
        await tell(told);
        heard.push("told", ...world.happened);
      },
    });
    world.decide = (event) =>
      event === told ? [Persist([WRITE])] : [FetchHistory("c" as ConversationId, OFFER)];
    world.runner.start(false);
    void world.runner.call(LookAsked).catch(() => undefined);
    const last = failure === null ? "stored 1" : "link-not-stored";
    await world.until(() => world.happened.includes(last));
    for (let round = 0; round < 9; round += 1) await settled();
    expect(heard).toEqual(failure === null ? ["told", "stored 1"] : []);
  },
);

test("frames go both ways, and the end of the socket is told with its reason", async () => {
  world.decide = (event) => {
    if (event.type === "Started") return [OpenSocket()];
    return event.type === "SocketOpened" ? [SendFrame(PING)] : [];
  };
  world.runner.start(true);
  await world.until(() => world.platform.sockets.length === 1);
  const [socket] = world.platform.sockets;
  socket?.onopen?.({});
  await world.until(() => socket?.sent.length === 1);
  socket?.says(encodeFrame({ type: "Pong", number: 1 }));
  socket?.onclose?.({ code: 4001 });
  await world.until(() => world.types().includes("SocketClosed"));
  expect(world.events).toMatchObject([
    { type: "Started" },
    { type: "SocketOpened" },
    { type: "Received", frame: { type: "Pong", number: 1 } },
    { type: "SocketClosed", code: 4001, revoked: false },
  ]);
});

test.each([
  ["a page of something else", () => new Response("<html>sign in</html>"), true],
  ["a server that is not reached", () => Promise.reject<Response>(new TypeError("network")), false],
] as const)("where no socket opens it is looked what answers: %s", async (_, answer, isForeign) => {
  world.platform.answering = answer;
  world.decide = (event) => (event.type === "Started" ? [OpenSocket()] : []);
  world.runner.start(true);
  await world.until(() => world.platform.sockets.length === 1);
  world.platform.sockets[0]?.onclose?.({ code: 1006 });
  await world.until(() => world.types().includes("SocketClosed"));
  expect(world.http.isForeign).toBe(isForeign);
  expect(world.platform.asked.map(({ url }) => url)).toEqual(["https://chat.example/v1/server"]);
});

test("a socket that is closed before it opens is told once", async () => {
  world.decide = (event) => (event.type === "Started" ? [OpenSocket(), CloseSocket()] : []);
  world.runner.start(true);
  await world.until(() => world.types().includes("SocketClosed"));
  world.platform.sockets[0]?.onopen?.({});
  await settled();
  expect(world.types()).toEqual(["Started", "SocketClosed"]);
  expect(world.platform.sockets[0]?.closed).toBe(true);
});

test("requests are answered by what they named, by bytes, or by why not", async () => {
  world.platform.answering = ({ url }) => {
    if (url.endsWith("/count")) return Response.json({ left: 7 });
    if (url.endsWith("/bytes")) return new Response(Uint8Array.of(1, 2, 3));
    if (url.endsWith("/full")) {
      const body = { type: "", title: "", status: 429, code: "too-many-requests", retry_after: 9 };
      return Response.json(body, { status: 429 });
    }
    throw new TypeError("no network");
  };
  world.decide = (event) =>
    event.type !== "Started"
      ? []
      : [
          Ask(1, Query("GET", "/count", "KeyPackageCount")),
          Ask(2, Query("GET", "/bytes", null)),
          Ask(3, Query("GET", "/full", "KeyPackageCount")),
          Ask(4, Query("GET", "/gone", "KeyPackageCount")),
        ];
  world.runner.start(true);
  await world.until(() => world.events.length === 5);
  const answers = new Map(
    world.events.flatMap((event) => ("request" in event ? [[event.request, event]] : [])),
  );
  expect(answers.get(1)).toMatchObject({ body: { type: "KeyPackageCount", left: 7 } });
  expect(answers.get(2)).toMatchObject({ body: Uint8Array.of(1, 2, 3) });
  expect(answers.get(3)).toMatchObject({ code: Code.TOO_MANY_REQUESTS, retry_after: 9 });
  expect(answers.get(4)).toMatchObject({ code: null });
});

test("a timer that is set again starts anew, and fires once", async () => {
  const timer = Timer(TimerKind.PING);
  world.decide = (event) =>
    event.type === "Started" ? [SetTimer(timer, 5), SetTimer(timer, 10)] : [];
  world.runner.start(true);
  await world.until(() => world.platform.timers === 1);
  world.platform.pass(6);
  await settled();
  expect(world.types()).toEqual(["Started"]);
  world.platform.pass(6);
  await world.until(() => world.types().includes("TimerFired"));
  expect(world.platform.timers).toBe(0);
});

test("where there is a network again it is not waited for any longer", async () => {
  const timer = Timer(TimerKind.RECONNECT);
  world.decide = (event) => (event.type === "Started" ? [SetTimer(timer, 60)] : []);
  world.runner.start(true);
  await world.until(() => world.platform.timers === 1);
  world.runner.reconnect();
  world.runner.reconnect();
  await world.until(() => world.types().includes("TimerFired"));
  expect(world.types()).toEqual(["Started", "TimerFired"]);
  expect(world.platform.timers).toBe(0);
});

test("a proof that this device is none any more erases everything, and ends", async () => {
  world.decide = () => [Wipe("error-wiped-by-company", "2026-11-22"), OpenSocket()];
  world.runner.start(false);
  await expect(world.runner.call(LookAsked)).rejects.toThrow(WipedError);
  expect(world.happened).toEqual(["wiped"]);
  expect(world.platform.sockets).toEqual([]);
  await expect(world.runner.call(LookAsked)).rejects.toThrow(WipedError);
  await world.runner.stop();
});

test("who asks when it is closed is told so", async () => {
  world.runner.start(false);
  await world.runner.stop();
  expect(world.types()).toEqual(["StopAsked"]);
  await expect(world.runner.call(LookAsked)).rejects.toThrow(AccountError);
});
