import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const folders = ["lib", "components", "emails", "demo", "bin", "test"];
const tests = (ending: string): string[] => folders.map((folder) => `${folder}/**/*.${ending}.{ts,tsx}`);
/** What these bring is worked on whole: a platform, most a copy of its own for each test, a mailing, or all the real policies. */
const whole =
  /"@\/test\/(demo-platform|foreign-platform|open-foreign-platform|policy-changes|provider-fake|resend-fake|stranger(s\/\w+)?)"/;
const onWhole = globSync(tests("test"), { cwd: import.meta.dirname }).filter((file) =>
  whole.test(readFileSync(resolve(import.meta.dirname, file), "utf8")),
);
const long = [...tests("long.test"), ...tests("property.test"), ...onWhole];

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
    // On two processors: the database works while a test waits for it, and many wait for what was killed.
    maxWorkers: 3,
    // `unit` is what one runs while working; `long` holds what kills processes, fills disks, goes through all real data,
    // erases and sweeps whole platforms, or sends whole mailings.
    projects: [
      { extends: true, test: { name: "unit", include: tests("test"), exclude: long } },
      { extends: true, test: { name: "long", include: long } },
    ],
  },
});
