import { createServer } from "node:net";

/** Any port that is free on the loopback address right now. */
export function freePort(): Promise<number> {
  return new Promise((done, fault) => {
    const probe = createServer();
    probe.once("error", fault);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? done(address.port) : fault(new Error("no port"))));
    });
  });
}

/** True when nothing listens on the port, on any address. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done, fault) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" ? done(false) : fault(error)));
    probe.listen(port, () => probe.close(() => done(true)));
  });
}
