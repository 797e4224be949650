import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ResendFake } from "@/test/resend-fake";
import { resetEnv } from "../env";
import { makeResendTransport, outcomeOfError } from "./resend-transport";

const before = { ...process.env };
const body = JSON.stringify({ from: "a@b.example", to: "c@d.example", subject: "Hello", text: "Hello" });
let fake: ResendFake;

beforeEach(async () => {
  fake = new ResendFake();
  process.env.RESEND_API_KEY = fake.apiKey;
  process.env.RESEND_BASE_URL = await fake.start();
  // The environment wants a database; no query is made here.
  process.env.DATABASE_URL ??= "postgres://nobody@127.0.0.1:1/none";
  process.env.PLATFORM_DATABASE_URL ??= process.env.DATABASE_URL;
  resetEnv();
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const name of ["RESEND_API_KEY", "RESEND_BASE_URL"]) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  resetEnv();
  await fake.stop();
});

// The second service takes the mail and is only too slow to say so.
it.each([["hang", 0] as const, [{ slowMs: 2000 }, 1] as const])(
  "H5: mail service hangs (%o): the attempt ends by its time limit, outcome unknown, and a later try with the same key sends once",
  async (fault, taken) => {
    fake.fault = (request) => (request === 0 ? fault : "none");
    const startedAt = performance.now();
    expect(await makeResendTransport(500).send("/emails", body, "key-1", "test")).toEqual({
      kind: "unknown",
      why: "no-answer",
    });
    const ms = performance.now() - startedAt;
    expect(ms).toBeGreaterThanOrEqual(490);
    expect(ms).toBeLessThan(1800);
    expect(fake.mails).toHaveLength(taken);
    const again = await makeResendTransport(5000).send("/emails", body, "key-1", "test");
    expect(fake.mails).toHaveLength(1);
    expect(again).toMatchObject({ kind: "accepted", ids: [fake.mails[0]?.id] });
  },
);

it.each([
  [401, "missing_api_key", "barred"],
  [401, "restricted_api_key", "barred"],
  [403, "invalid_api_key", "barred"],
  [400, "invalid_api_key", "barred"],
  // A domain that is not verified has no name of its own.
  [403, "validation_error", "barred"],
  [422, "validation_error", "refused"],
  [400, "invalid_idempotency_key", "refused"],
  [409, "invalid_idempotent_request", "refused"],
  [409, "concurrent_idempotent_requests", "unknown"],
  [429, "rate_limit_exceeded", "later"],
  [500, "internal_server_error", "unknown"],
] as const)("R5: what the service says with %i %s is %s", (statusCode, name, kind) => {
  expect(outcomeOfError({ statusCode, name }, null)).toMatchObject({ kind, why: name });
});

it.each([
  ["rate_limit_exceeded", null, 1000],
  ["rate_limit_exceeded", "30", 30_000],
  // Looked at again within a quarter of an hour, since whoever pays for more should not wait for the next day.
  ["daily_quota_exceeded", null, 900_000],
  ["monthly_quota_exceeded", "1", 900_000],
  ["monthly_quota_exceeded", "7200", 7_200_000],
])("R5: after a 429 %s with retry-after %s nothing is tried for %i ms", (name, after, waitMs) => {
  const headers = after === null ? null : { "retry-after": after };
  expect(outcomeOfError({ statusCode: 429, name }, headers)).toEqual({ kind: "later", why: name, waitMs });
});

it("R5: while a quota is used up the service is not called, and it is once the rest is over", async () => {
  const transport = makeResendTransport(5000);
  fake.fault = () => "quota";
  const send = (key: string) => transport.send("/emails", body, key, "test");
  expect(await send("first")).toMatchObject({ kind: "later", waitMs: 900_000 });
  fake.fault = () => "none";
  const meanwhile = await send("second");
  expect(meanwhile).toMatchObject({ kind: "later", why: "daily_quota_exceeded" });
  expect(meanwhile.kind === "later" && meanwhile.waitMs).toBeLessThanOrEqual(900_000);
  expect(fake.requests).toHaveLength(1);
  const later = Date.now() + 900_001;
  vi.spyOn(Date, "now").mockReturnValue(later);
  expect(await send("second")).toMatchObject({ kind: "accepted" });
  // Another limit says nothing of what comes after it.
  fake.fault = () => "429";
  expect(await send("third")).toMatchObject({ kind: "later", why: "rate_limit_exceeded" });
  fake.fault = () => "none";
  expect(await send("third")).toMatchObject({ kind: "accepted" });
});
