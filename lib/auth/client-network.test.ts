import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientNetwork } from "./client-network";

describe("clientNetwork", () => {
  it("S5: believes nothing without a trusted proxy", () => {
    expect(clientNetwork("203.0.113.9", 0)).toBeNull();
    expect(clientNetwork(null, 1)).toBeNull();
  });

  it("S5: takes the entry the outermost trusted proxy wrote, not what the client claimed", () => {
    expect(clientNetwork("1.2.3.4, 203.0.113.9", 1)).toBe("203.0.113.9");
    expect(clientNetwork("1.2.3.4, 203.0.113.9, 10.0.0.1", 2)).toBe("203.0.113.9");
    expect(clientNetwork("203.0.113.9", 2)).toBeNull();
  });

  it("counts an IPv6 client by its /64", () => {
    expect(clientNetwork("2001:db8:1:2:aaaa::1", 1)).toBe("2001:db8:1:2::/64");
    expect(clientNetwork("2001:DB8:1:2:bbbb:1:2:3", 1)).toBe("2001:db8:1:2::/64");
    expect(clientNetwork("[2001:db8::1]:443", 1)).toBe("2001:db8:0:0::/64");
    expect(clientNetwork("::ffff:203.0.113.9", 1)).toBe("203.0.113.9");
  });

  it("H4: gives a network or nothing for any header", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 0, max: 5 }), (header, proxies) => {
        const network = clientNetwork(header, proxies);
        if (network !== null) expect(network).toMatch(/^(\d+\.\d+\.\d+\.\d+|([0-9a-f]+:){4}:\/64)$/);
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        expect(clientNetwork(address, 1)).toMatch(/^(([0-9a-f]{1,4}:){4}:\/64|\d+\.\d+\.\d+\.\d+)$/);
      }),
    );
  });
});
