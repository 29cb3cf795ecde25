import { expect, test } from "vitest";

import { Http, OfflineError } from "../../src/client/http.ts";
import { type Arrived, OPEN_SECONDS, Socket, WAITING_BYTES } from "../../src/client/socket.ts";
import type { Bytes } from "../../src/mls/bytes.ts";
import { CLOSE_REVOKED } from "../../src/wire/frames.ts";
import { encodeFrame } from "../../src/wire/framing.ts";
import { writeMessagePack } from "../../src/wire/message_pack.ts";
import { FakePlatform, type FakeSocket, settled } from "./edge.ts";

const PONG = encodeFrame({ type: "Pong", number: 7 });

async function opened(): Promise<[Socket, FakeSocket]> {
  const platform = new FakePlatform();
  const http = new Http("https://chat.example", "secret", platform);
  const opening = Socket.open(http);
  const [fake] = platform.sockets;
  if (fake === undefined) throw new Error("no socket was opened");
  expect(fake.url).toBe("wss://chat.example/v1/socket");
  expect(fake.protocols).toEqual(["teamchat", "teamchat.bearer.secret"]);
  fake.onopen?.({});
  expect(fake.binaryType).toBe("arraybuffer");
  expect(platform.timers).toBe(0);
  return [await opening, fake];
}

async function all(socket: Socket): Promise<readonly Arrived[]> {
  const arrived = [];
  for await (const each of socket.frames()) arrived.push(each);
  return arrived;
}

test("frames come as they arrived, up to the end, and then why it ended", async () => {
  const [socket, fake] = await opened();
  fake.says(PONG);
  const reading = all(socket);
  await settled();
  fake.says(writeMessagePack([99, 1])); // a newer server says something unknown
  fake.says(PONG);
  fake.onclose?.({ code: CLOSE_REVOKED });
  const pong = { frame: { type: "Pong", number: 7 }, size: PONG.length };
  expect(await reading).toEqual([pong, pong]);
  expect(socket.closeCode).toBe(CLOSE_REVOKED);
});

test.each<[string, Bytes | string]>([
  ["text", "hello"],
  ["what is no frame", Uint8Array.of(0xc1)],
  ["a frame that is cut off", PONG.slice(0, -1)],
])("%s ends it", async (_, data) => {
  const [socket, fake] = await opened();
  fake.says(data);
  fake.says(PONG);
  expect(await all(socket)).toEqual([]);
  expect(fake.closed).toBe(true);
});

test("what is sent leaves, unless it is closed or too much waits", async () => {
  const [socket, fake] = await opened();
  socket.send(PONG);
  expect(fake.sent).toEqual([PONG]);
  fake.bufferedAmount = WAITING_BYTES;
  socket.send(PONG);
  expect([fake.sent.length, fake.closed]).toEqual([1, true]);
  fake.bufferedAmount = 0;
  socket.send(PONG);
  expect(fake.sent).toHaveLength(1);
});

test("after closing it nothing arrives any more", async () => {
  const [socket, fake] = await opened();
  fake.says(PONG);
  socket.close();
  fake.says(PONG);
  expect(await all(socket)).toEqual([]);
});

test.each([
  ["closes at once", (_: FakePlatform, fake: FakeSocket) => fake.onclose?.({ code: 1006 })],
  [
    "does not open in time",
    (platform: FakePlatform) => {
      platform.pass(OPEN_SECONDS);
    },
  ],
])("a socket that %s was not opened", async (_, happens) => {
  const platform = new FakePlatform();
  const opening = Socket.open(new Http("https://chat.example", "secret", platform));
  const failed = expect(opening).rejects.toThrow(OfflineError);
  const [fake] = platform.sockets;
  if (fake !== undefined) happens(platform, fake);
  await failed;
});
