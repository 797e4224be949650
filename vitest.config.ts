import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const folders = ["lib", "components", "emails", "demo", "bin", "test"];
const tests = (ending: string): string[] => folders.map((folder) => `${folder}/**/*.${ending}.{ts,tsx}`);
/** Die at every named place of a run over the demo's whole platform, a copy of it for each test. */
const dying = [
  "lib/cases/carry-out-deletion.test.ts",
  "lib/erasure/replay-erasures.test.ts",
  "lib/retention/run-sweep.test.ts",
  "lib/transfers/transfer.test.ts",
];
const long = [...tests("long.test"), ...tests("property.test"), ...dying];

export default defineConfig({
  resolve: { alias: { "@": resolve(import.meta.dirname) } },
  test: {
    globalSetup: "./test/global-setup.ts",
    // Importing everything anew took most of the time; test/each-file.ts puts back what a file changed.
    isolate: false,
    setupFiles: "./test/each-file.ts",
    // Invented, and only for tests. Set here since the log reads its level when it is loaded.
    env: {
      LOG_LEVEL: process.env.LOG_LEVEL ?? "silent",
      TRUST_CENTER_MODE: "test",
      APP_URL: "http://localhost:3000",
      AUTH_SECRET: "test-only-secret-test-only-secret-test-only",
      MASTER_KEYS: `1:${Buffer.alloc(32, 7).toString("base64")}`,
      STORAGE_DIR: "/nonexistent-set-by-the-test",
    },
    // A busy machine is slow, not wrong.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // next-auth imports "next/server" without its ending, which only a bundler resolves.
    server: { deps: { inline: ["next-auth"] } },
    pool: "forks",
    maxWorkers: 2,
    // `unit` is what one runs while working; `long` holds what kills processes, fills disks, goes through all real data,
    // draws whole platforms at random or dies in the middle of one.
    projects: [
      { extends: true, test: { name: "unit", include: tests("test"), exclude: long } },
      { extends: true, test: { name: "long", include: long } },
    ],
  },
});
