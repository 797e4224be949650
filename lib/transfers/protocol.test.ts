import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { privateKeyOf, publicKeyOf, signText } from "../crypto/ed25519";
import { backoffSeconds } from "./backoff";
import { isAcknowledged, parseDiscovery, parseOffer, parseRecall, parseState, signedText } from "./protocol";
import { parseContentRange } from "./take-chunk";

const key = privateKeyOf(Buffer.alloc(32, 7));
const other = privateKeyOf(Buffer.alloc(32, 8));
const nonce = randomBytes(32).toString("base64url");
const origin = "https://data.provider.example";

const signed = (document: Record<string, unknown>, by = key) =>
  JSON.stringify({ ...document, signature: signText(by, signedText(document)) });
const discovery = (more: Record<string, unknown> = {}) => ({
  type: "discovery",
  protocol: "data-transfer/1",
  origin,
  name: "Provider",
  contact: "privacy@provider.example",
  endpoint: `${origin}/api/v1/transfers`,
  key: publicKeyOf(key),
  accepts: ["company"],
  formats: ["datapackage-2"],
  maxBytes: 1000,
  nonce,
  ...more,
});
const asked = { origin, nonce };
const offer = {
  type: "offer",
  protocol: "data-transfer/1",
  id: "0198c0de-0000-7000-8000-000000000000",
  origin,
  scope: "company",
  for: "robin@journey.example",
  package: {
    format: "datapackage-2",
    sha256: "a".repeat(64),
    bytes: 30,
    parts: [
      { bytes: 10, sha256: "b".repeat(64) },
      { bytes: 20, sha256: "c".repeat(64) },
    ],
  },
};

describe("a provider's proof", () => {
  it("counts with our nonce, at that very origin, under that very key", () => {
    expect(parseDiscovery(signed(discovery()), asked)).toMatchObject({ name: "Provider", origin });
    const wrong: [Record<string, unknown>, typeof key?][] = [
      [discovery(), other],
      [discovery({ nonce: randomBytes(32).toString("base64url") })],
      [discovery({ origin: "https://elsewhere.example" })],
      [discovery({ endpoint: "https://elsewhere.example/api" })],
      [discovery({ endpoint: `${origin}/api?to=elsewhere` })],
      [discovery({ protocol: "data-transfer/2" })],
      [discovery({ name: "Line\nbreak" })],
      [discovery({ name: "turned \u202e around" })],
      [discovery({ key: { ...publicKeyOf(key), x: "A".repeat(43) } })],
    ];
    for (const [document, by] of wrong) expect(parseDiscovery(signed(document, by), asked)).toBeNull();
  });

  it("counts for no document in which anything was changed", () => {
    const text = signed(discovery({ maxBytes: 123_456 }));
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        const changed = text.slice(0, at) + letter + text.slice(at + 1);
        const found = parseDiscovery(changed, asked);
        // A change that parses to the same document is none.
        if (found) expect(JSON.parse(changed)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });
});

describe("H4: what a stranger sends", () => {
  const parsers = [
    (text: string) => parseDiscovery(text, asked),
    parseOffer,
    parseState,
    parseRecall,
    parseContentRange,
    (text: string) =>
      isAcknowledged(text, { id: offer.id, sender: origin, receiver: origin, key: "x", sha256: "y", bytes: 1 }),
  ];

  it("is parsed or refused, and never breaks anything", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.json({ maxDepth: 12 })), (text) => {
        for (const parse of parsers) expect([null, false]).toContain(parse(text));
      }),
      { numRuns: 400 },
    );
  });

  it("is no offer as soon as anything of it is of another kind, missing, or more", () => {
    expect(parseOffer(JSON.stringify(offer))).toEqual(offer);
    const paths = ["type", "protocol", "id", "origin", "scope", "for", "package"];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const valid = path === "scope" ? ["company", "person"] : [];
        fc.pre(!(valid as unknown[]).includes(value) && !(path === "for" && typeof value === "string"));
        expect(parseOffer(JSON.stringify({ ...offer, [path]: value }))).toBeNull();
      }),
    );
    expect(parseOffer(JSON.stringify({ ...offer, more: 1 }))).toBeNull();
    // Parts that do not add up to what is offered.
    expect(parseOffer(JSON.stringify({ ...offer, package: { ...offer.package, bytes: 31 } }))).toBeNull();
    expect(parseOffer(JSON.stringify({ ...offer, package: { ...offer.package, parts: [] } }))).toBeNull();
  });

  it("names a range that lies in what it is a range of, or none", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (start, end, total) => {
        const found = parseContentRange(`bytes ${start}-${end}/${total}`);
        if (found) expect(found.start <= found.end && found.end < found.total).toBe(true);
        else expect(start > end || end >= total).toBe(true);
      }),
    );
    for (const bad of [null, "", "bytes */10", "bytes 0-1", "bytes 0-1/*", "bytes -1-2/3", "bytes 0-1/2, 3-4/5"])
      expect(parseContentRange(bad)).toBeNull();
  });
});

it("W1: waits longer and longer, never more than six hours and a quarter, never twice at the same time", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const seconds = backoffSeconds(failures, random);
      expect(seconds).toBeGreaterThanOrEqual(15);
      expect(seconds).toBeLessThanOrEqual(6 * 3600 * 1.25);
      expect(backoffSeconds(failures + 1, random)).toBeGreaterThanOrEqual(seconds);
    }),
  );
  const tries = Array.from({ length: 40 }, (_, nth) => backoffSeconds(nth + 1, 0.5));
  const days = tries.reduce((sum, one) => sum + one, 0) / 86_400;
  expect(days).toBeGreaterThan(5);
});
