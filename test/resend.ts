import { afterAll, beforeAll } from "vitest";
import { resetEnv } from "@/lib/env";
import { ResendFake } from "./resend-fake";

/** The stand-in of the mail service for one test file, which sends its mail there; test/each-file.ts puts the settings back. */
export function testResend(): ResendFake {
  const fake = new ResendFake();
  beforeAll(async () => {
    process.env.RESEND_API_KEY = fake.apiKey;
    process.env.RESEND_BASE_URL = await fake.start();
    process.env.RESEND_WEBHOOK_SECRET = fake.webhookSecret;
    resetEnv();
  });
  afterAll(() => fake.stop());
  return fake;
}
