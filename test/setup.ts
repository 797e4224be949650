import { afterAll } from "vitest";
import { closeDatabases } from "@/lib/db/client";
import { closeQueue } from "@/lib/jobs/queue";

// Invented, and only for tests.
process.env.TRUST_CENTER_MODE = "test";
process.env.APP_URL = "http://localhost:3000";
process.env.AUTH_SECRET = "test-only-secret-test-only-secret-test-only";
process.env.MASTER_KEYS = `1:${Buffer.alloc(32, 7).toString("base64")}`;
process.env.STORAGE_DIR = "/nonexistent-set-by-the-test";

afterAll(async () => {
  await closeQueue();
  await closeDatabases();
});
