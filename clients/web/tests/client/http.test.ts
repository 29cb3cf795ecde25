import { expect, test } from "vitest";

import { askServer } from "../../src/client/enrol.ts";
import { AccountError } from "../../src/client/errors.ts";
import {
  ANSWER_BYTES,
  Http,
  json,
  OfflineError,
  raw,
  RefusedError,
  rootOf,
  SECONDS,
  TooLargeError,
} from "../../src/client/http.ts";
import { errorsForPeople } from "../../src/client/refusals.ts";
import { Login, Server } from "../../src/wire/bodies.ts";
import { Code } from "../../src/wire/problems.ts";
import { FakePlatform, settled } from "./edge.ts";

const SERVER = { organisation: "Beispiel AG", version: "1", protocol: 1, suites: [1] };

function made(token = ""): [Http, FakePlatform] {
  const platform = new FakePlatform();
  return [new Http("https://chat.example", token, platform), platform];
}

function problem(code: string, more: object = {}, status = 422): Response {
  const body = { type: `urn:teamchat:problem:${code}`, title: "", status, code, ...more };
  return Response.json(body, { status });
}

async function thrown(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error,
  );
}

test("a request says who asks, and goes to this server only", async () => {
  const [http, platform] = made("secret");
  platform.answering = () =>
    Response.json(SERVER, { headers: { Date: "Sun, 22 Nov 2026 01:00:00 GMT" } });
  expect(await http.ask("GET", "/server", Server)).toMatchObject({
    organisation: "Beispiel AG",
    password_characters: 0,
  });
  expect(platform.asked).toMatchObject([
    {
      url: "https://chat.example/v1/server",
      request: {
        method: "GET",
        headers: { Authorization: "Bearer secret" },
        body: null,
        redirect: "manual",
        credentials: "omit",
      },
    },
  ]);
  expect(http.serverTime).toBe(Date.UTC(2026, 10, 22, 1) / 1000);
  expect(platform.timers).toBe(0);
});

test("bodies travel as JSON, bytes as they are", async () => {
  const [http, platform] = made();
  await http.fetch("POST", "/login", json(Login, { user_name: "anna", password: "ü" }));
  await http.fetch("PUT", "/blobs", raw(Uint8Array.of(1, 2)));
  const [first, second] = platform.asked.map(({ request }) => request);
  expect(first?.headers).toEqual({ "Content-Type": "application/json" });
  expect(JSON.parse(new TextDecoder().decode(first?.body as Uint8Array))).toEqual({
    user_name: "anna",
    password: "ü",
  });
  expect(second?.headers).toEqual({ "Content-Type": "application/octet-stream" });
  expect(second?.body).toEqual(Uint8Array.of(1, 2));
});

test("a problem is refused with its code, its reason and when to ask again", async () => {
  const [http, platform] = made();
  platform.answering = () =>
    problem("too-many-requests", { retry_after: 7, reason: "too-many-devices" }, 429);
  const error = await thrown(http.fetch("GET", "/me"));
  expect(error).toBeInstanceOf(RefusedError);
  expect(error).toMatchObject({
    code: Code.TOO_MANY_REQUESTS,
    retryAfter: 7,
    reason: "too-many-devices",
  });
});

test.each([
  ["a newer problem of ours", 422, Code.INVALID],
  ["a newer failure", 503, Code.INTERNAL],
])("%s counts as one that is known", async (_, status, code) => {
  const [http, platform] = made();
  platform.answering = () => problem("newer", {}, status);
  expect(await thrown(http.fetch("GET", "/me"))).toMatchObject({ code });
});

test.each([
  ["a page of a proxy", () => new Response("<html>", { status: 502 })],
  ["an answer of something else", () => Response.json({ hello: 1 })],
  ["no JSON", () => new Response("{")],
  [
    "a connection that breaks",
    () => {
      throw new TypeError("network");
    },
  ],
])("%s is no answer of the server", async (_, answering) => {
  const [http, platform] = made();
  platform.answering = answering;
  expect(await thrown(http.ask("GET", "/server", Server))).toBeInstanceOf(OfflineError);
});

test("that something else answers is told apart from no answer", async () => {
  const [http, platform] = made();
  const key = async (answering: () => Response): Promise<unknown> => {
    platform.answering = answering;
    return thrown(askServer(http, "https://chat.example"));
  };
  expect(await key(() => new Response("<html>"))).toMatchObject({ key: "web-error-foreign" });
  expect(await key(() => Response.json(null))).toMatchObject({ key: "web-error-foreign" });
  const broken = (): never => {
    throw new TypeError("network");
  };
  expect(await key(broken)).toMatchObject({ key: "error-no-server" });
});

test("who does not answer is not waited for any longer", async () => {
  const [http, platform] = made();
  platform.answering = () => new Promise(() => undefined);
  const asked = thrown(http.fetch("GET", "/me"));
  await settled();
  platform.pass(SECONDS);
  expect(await asked).toBeInstanceOf(OfflineError);
});

test("once it is closed nothing is asked, and what was asked ends", async () => {
  const [http, platform] = made();
  platform.answering = () => new Promise(() => undefined);
  const asked = thrown(http.fetch("GET", "/me"));
  await settled();
  http.close();
  expect(await asked).toBeInstanceOf(OfflineError);
  expect(await thrown(http.fetch("GET", "/me"))).toBeInstanceOf(OfflineError);
  expect(platform.asked).toHaveLength(1);
});

test("an answer is not read beyond its bound", async () => {
  const [http, platform] = made();
  let read = 0;
  const chunk = new Uint8Array(8 * 1024 * 1024);
  const body = new ReadableStream({
    pull(controller) {
      read += chunk.length;
      controller.enqueue(chunk);
    },
  });
  platform.answering = () => new Response(body);
  expect(await thrown(http.fetch("GET", "/me"))).toBeInstanceOf(TooLargeError);
  expect(read).toBeLessThanOrEqual(ANSWER_BYTES + 3 * chunk.length);
});

test.each([
  [206, { "Content-Range": "bytes 2-4/5" }, "llo", "llo"],
  [200, {}, "hello", "llo"],
])("what is here already is left out (%i)", async (status, headers, body, rest) => {
  const [http, platform] = made();
  platform.answering = () => new Response(body, { status, headers });
  const got = await http.fetch("GET", "/blobs/x", null, 2);
  expect(new TextDecoder().decode(got)).toBe(rest);
  expect(platform.asked[0]?.request.headers).toEqual({ Range: "bytes=2-" });
});

test("another part than was asked for is no answer", async () => {
  const [http, platform] = made();
  platform.answering = () =>
    new Response("llo", { status: 206, headers: { "Content-Range": "bytes 0-2/5" } });
  expect(await thrown(http.fetch("GET", "/blobs/x", null, 2))).toBeInstanceOf(OfflineError);
});

test.each([
  [() => problem("wrong-credentials", {}, 401), "error-wrong-credentials"],
  [() => problem("conflict", {}, 409), "error-conflict"],
  [() => problem("invalid", { reason: "password-too-easy" }), "error-reason-password-too-easy"],
  [() => problem("invalid", { reason: "newer" }), "error-not-accepted"],
  [() => problem("internal", {}, 500), "error-not-possible"],
  [() => new Response("", { status: 500 }), "web-error-foreign"],
  [() => new Response("<html>", { status: 403 }), "web-error-foreign"],
  [() => Response.json({ error: "sign in" }, { status: 401 }), "web-error-foreign"],
  [() => new Response("<html>", { status: 503 }), "error-offline"],
  [() => Response.error(), "web-error-foreign"], // as a redirect looks that is not followed
])("what is refused is said in a person's words (%#)", async (answering, key) => {
  const [http, platform] = made();
  platform.answering = answering;
  const error = await thrown(errorsForPeople(() => http.fetch("GET", "/me")));
  expect(error).toBeInstanceOf(AccountError);
  expect(error).toMatchObject({ key });
});

test.each([
  ["https://chat.example", "https://chat.example"],
  ["https://chat.example/", "https://chat.example"],
  ["http://localhost:8420", "http://localhost:8420"],
  ["http://127.0.0.1:1", "http://127.0.0.1:1"],
])("%s is an address", (address, root) => {
  expect(rootOf(address)).toBe(root);
});

test.each([
  "",
  "chat.example",
  "http://chat.example",
  "http://localhost.evil.example",
  "https://chat.example/join",
  "https://chat.example?x",
  "https://chat.example#x",
  "https://anna@chat.example",
  "ftp://chat.example",
])("%s is none", (address) => {
  expect(() => rootOf(address)).toThrow(AccountError);
});
