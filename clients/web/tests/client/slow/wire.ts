/** A wire between a browser and a server that can be cut, as the air is on a way through a tunnel. */

import { connect, createServer, type Server, type Socket } from "node:net";

/** What `setOffline` of a browser does not do: it leaves the sockets of workers as they are. */
export class Wire {
  /** What stands in place of the server's address. */
  readonly address: string;
  readonly #port: number;
  readonly #far: URL;
  readonly #ends = new Set<Socket>();
  #near: Server;
  #deaf = false;

  private constructor(far: URL, near: Server, port: number) {
    this.#far = far;
    this.#near = near;
    this.#port = port;
    this.address = `http://127.0.0.1:${port}`;
    near.on("connection", this.#carry);
  }

  /** Lay a wire to a server. */
  static async to(address: string): Promise<Wire> {
    const near = createServer();
    await listen(near, 0);
    const at = near.address();
    if (at === null || typeof at === "string") throw new Error("a wire has two ends");
    return new Wire(new URL(address), near, at.port);
  }

  /** What leads to the server leads through the wire. */
  through(link: string): string {
    return link.replaceAll(this.#far.host, `127.0.0.1:${this.#port}`);
  }

  /** From now on nothing comes back, though all of it still arrives at the server. */
  deafen(): void {
    this.#deaf = true;
  }

  /** End every connection, and take none. */
  async cut(): Promise<void> {
    const closed = new Promise((done) => this.#near.close(done));
    for (const end of this.#ends) end.destroy();
    await closed;
  }

  /** Carry again. */
  async mend(): Promise<void> {
    this.#deaf = false;
    this.#near = createServer(this.#carry);
    await listen(this.#near, this.#port);
  }

  readonly #carry = (browser: Socket): void => {
    const server = connect(Number(this.#far.port), this.#far.hostname);
    for (const [end, other] of [
      [browser, server],
      [server, browser],
    ] as const) {
      this.#ends.add(end);
      end.on("data", (data) => {
        if (end === server && this.#deaf) return;
        other.write(data);
      });
      end.on("error", () => other.destroy());
      end.on("close", () => {
        this.#ends.delete(end);
        other.destroy();
      });
    }
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => {
      done();
    });
  });
}
