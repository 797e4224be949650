import { generateKeyPairSync, sign } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { signingKey } from "../crypto/signing-key";
import { asymmetricSignature, isAsymmetricallySigned } from "./asymmetric-webhook";
import { signedWebhookId } from "./signed-webhook";

testDatabase();
const pair = generateKeyPairSync("ed25519");
const key = `whpk_${Buffer.from(String(pair.publicKey.export({ format: "jwk" }).x), "base64url").toString("base64")}`;
const now = Date.parse("2026-11-28T12:00:00Z");
const timestamp = String(now / 1000);
const body = '{"a":"ü"}';
const by = (id: string, at: string, text: string) =>
  `v1a,${sign(null, Buffer.from(`${id}.${at}.${text}`), pair.privateKey).toString("base64")}`;
const asked = (signature: string, given: { id?: string; at?: string; body?: string; publicKey?: string | null } = {}) =>
  signedWebhookId(
    null,
    given.body ?? body,
    (name) =>
      ({ "webhook-id": given.id ?? "m1", "webhook-timestamp": given.at ?? timestamp, "webhook-signature": signature })[
        name
      ] ?? null,
    { publicKey: given.publicKey === undefined ? key : given.publicKey, now },
  );

describe("W1: the asymmetric signature of Standard Webhooks (v1a)", () => {
  it("is checked by the sender's public key, among others in the same header", () => {
    expect(asked(by("m1", timestamp, body))).toBe("m1");
    expect(asked(`v1,AAAA v1a,nonsense ${by("m1", timestamp, body)}`)).toBe("m1");
  });

  it.each([
    ["another body", () => asked(by("m1", timestamp, body), { body: '{"a":"u"}' })],
    ["another id", () => asked(by("m1", timestamp, body), { id: "m2" })],
    ["another time", () => asked(by("m1", timestamp, body), { at: String(now / 1000 + 1) })],
    ["a time six minutes ago", () => asked(by("m1", String(now / 1000 - 360), body), { at: String(now / 1000 - 360) })],
    ["no key", () => asked(by("m1", timestamp, body), { publicKey: null })],
    ["a key that is none", () => asked(by("m1", timestamp, body), { publicKey: "whpk_AAAA" })],
    ["nothing", () => asked("")],
  ])("is refused with %s", (_, ask) => {
    expect(ask()).toBeNull();
  });

  it("goes out beside v1, and the library that knows only v1 takes the header", () => {
    const secret = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
    const at = new Date();
    const seconds = String(Math.floor(at.getTime() / 1000));
    const header = `${new Webhook(secret).sign("m1", at, body)} ${asymmetricSignature("m1", seconds, body)}`;
    const headers = { "webhook-id": "m1", "webhook-timestamp": seconds, "webhook-signature": header };
    expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    const ours = `whpk_${Buffer.from(signingKey("transfers").publicKey.x, "base64url").toString("base64")}`;
    expect(isAsymmetricallySigned(ours, "m1", seconds, body, header)).toBe(true);
    expect(isAsymmetricallySigned(key, "m1", seconds, body, header)).toBe(false);
  });
});
