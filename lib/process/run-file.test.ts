import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { demoEnvironment, writeRunFile } from "./run-file";

const before = { ...process.env };
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tc-run-"));
});
afterEach(async () => {
  process.env = { ...before };
  await rm(folder, { recursive: true });
});

it("a command takes the running demo's variables, but for the platform that it was given", async () => {
  for (const name of Object.keys(process.env)) if (name.endsWith("DATABASE_URL")) delete process.env[name];
  process.env.DATA_DIR = folder;
  process.env.PLATFORM_DATABASE_URL = "postgres://reader@copy.example/shop";
  const env = {
    DATABASE_URL: "postgres://demo.example/trust_center",
    PLATFORM_DATABASE_URL: "postgres://demo.example/operno",
    PLATFORM_ERASER_DATABASE_URL: "postgres://demo.example/operno",
  };
  await writeRunFile(folder, { pid: process.pid, origin: "http://localhost:3000", env });
  await demoEnvironment(folder);
  expect(process.env.DATABASE_URL).toBe(env.DATABASE_URL);
  expect(process.env.PLATFORM_DATABASE_URL).toBe("postgres://reader@copy.example/shop");
  // Never reads from one platform and erases in another.
  expect(process.env.PLATFORM_ERASER_DATABASE_URL).toBeUndefined();
  for (const name of ["DATABASE_URL", "PLATFORM_DATABASE_URL"]) delete process.env[name];
  await demoEnvironment(folder);
  expect(process.env).toMatchObject(env);
});
