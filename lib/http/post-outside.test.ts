import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ProviderFake } from "@/test/provider-fake";
import { resetEnv } from "../env";
import { isPublicAddress, type OutboundFault, postOutside } from "./post-outside";

// The environment is asked for its mode; no database is used here.
for (const name of ["DATABASE_URL", "PLATFORM_DATABASE_URL"]) process.env[name] ??= "postgres://nobody@localhost/none";

const fake = new ProviderFake();
let address = "";
beforeAll(async () => {
  address = await fake.start();
});
afterAll(() => fake.stop());
afterEach(() => {
  fake.fault = () => "none";
  delete process.env.RESEND_API_KEY;
  delete process.env.RESEND_WEBHOOK_SECRET;
  process.env.TRUST_CENTER_MODE = "test";
  resetEnv();
});

const sent = { headers: {}, body: "{}", timeoutMs: 2000, maxBytes: 1000 };
const inProduction = () => {
  Object.assign(process.env, {
    TRUST_CENTER_MODE: "production",
    RESEND_API_KEY: "re_test_only",
    RESEND_WEBHOOK_SECRET: fake.secret,
  });
  resetEnv();
};
const refused = (fault: OutboundFault) => expect.objectContaining({ name: "OutboundError", fault });
const at = (ip: string) => async () => [{ address: ip, family: ip.includes(":") ? 6 : 4 }];

describe("S26: a call to somebody else's server", () => {
  it("goes to no address that lies inside, whatever the name says", async () => {
    inProduction();
    const inside = [
      ...["127.0.0.1", "10.1.2.3", "172.31.255.255", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"],
      ...[
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:db8::1",
        "ff02::1",
      ],
    ];
    for (const ip of inside) {
      expect([ip, isPublicAddress(ip)]).toEqual([ip, false]);
      await expect(postOutside("https://provider.example/x", sent, at(ip))).rejects.toEqual(refused("private-address"));
      const literal = ip.includes(":") ? `[${ip}]` : ip;
      await expect(postOutside(`https://${literal}/x`, sent)).rejects.toEqual(refused("private-address"));
    }
    for (const ip of ["8.8.8.8", "172.32.0.1", "192.0.1.1", "2606:4700::1111"]) expect(isPublicAddress(ip)).toBe(true);
    // Other spellings of 127.0.0.1 are the same address by the time it is looked at.
    for (const host of ["2130706433", "0x7f.1", "0177.0.0.1", "127.1"])
      await expect(postOutside(`https://${host}/`, sent)).rejects.toEqual(refused("private-address"));
  });

  it("is refused when one of several addresses lies inside", async () => {
    inProduction();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(["8.8.8.8", "1.1.1.1", "9.9.9.9"], { minLength: 1 }),
        fc.nat(3),
        async (ips, place) => {
          const all = ips.toSpliced(place, 0, "10.0.0.7").map((ip) => ({ address: ip, family: 4 }));
          await expect(postOutside("https://provider.example/", sent, async () => all)).rejects.toEqual(
            refused("private-address"),
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it("asks for the name once and connects to what it was told", async () => {
    const { port } = new URL(address);
    let asked = 0;
    const resolve = async () => {
      asked += 1;
      return [{ address: "127.0.0.1", family: 4 }];
    };
    // Nothing else knows this name, so the answer came through the pinned address.
    const reply = await postOutside(`http://provider.example:${port}/elsewhere`, sent, resolve);
    expect([reply.status, asked]).toEqual([404, 1]);
  });

  it("is https, but for this machine in tests and the demo", async () => {
    await expect(postOutside("http://provider.example/", sent, at("8.8.8.8"))).rejects.toEqual(refused("not-https"));
    inProduction();
    await expect(postOutside(address, sent)).rejects.toEqual(refused("not-https"));
    for (const bad of ["ftp://provider.example", "no address", "https://user:secret@provider.example/", ""])
      await expect(postOutside(bad, sent)).rejects.toEqual(refused("malformed-address"));
  });

  it("follows no redirect, reads no flood, waits no longer than told", async () => {
    fake.fault = () => "redirect";
    const before = fake.statuses.length;
    expect((await postOutside(address, sent)).status).toBe(302);
    expect(fake.statuses.length).toBe(before + 1);
    fake.fault = () => "flood";
    const { body, headers } = fake.answer({});
    expect(await postOutside(address, { ...sent, body, headers })).toEqual({ status: 200, body: null });
    fake.fault = () => "hang";
    await expect(postOutside(address, { ...sent, timeoutMs: 50 })).rejects.toEqual(refused("timeout"));
    const unknown = async () => {
      throw new Error("ENOTFOUND");
    };
    await expect(postOutside("https://provider.example", sent, unknown)).rejects.toEqual(refused("unknown-host"));
    const never = () => new Promise<never>(() => {});
    await expect(postOutside("https://provider.example", { ...sent, timeoutMs: 50 }, never)).rejects.toEqual(
      refused("timeout"),
    );
  });

  it("an answer in another protocol is none that can be read, and does not hang", async () => {
    const other = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () =>
        socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
      );
    }).listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    expect(await postOutside(`http://127.0.0.1:${port}/x`, sent)).toMatchObject({ status: 101, body: null });
    await new Promise((done) => other.close(done));
  }, 10_000);
});
