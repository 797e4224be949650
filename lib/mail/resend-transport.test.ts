import { afterEach, beforeEach, expect, it } from "vitest";
import { ResendFake } from "@/test/resend-fake";
import { resetEnv } from "../env";
import { makeResendTransport } from "./resend-transport";

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
