import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": resolve(import.meta.dirname) } },
  test: {
    include: [
      "lib/**/*.test.{ts,tsx}",
      "components/**/*.test.{ts,tsx}",
      "emails/**/*.test.{ts,tsx}",
      "demo/**/*.test.ts",
      "bin/**/*.test.ts",
      "test/**/*.test.ts",
    ],
    globalSetup: "./test/global-setup.ts",
    setupFiles: ["./test/setup.ts"],
    // Before any import: the log reads its level when it is loaded.
    env: { LOG_LEVEL: process.env.LOG_LEVEL ?? "silent" },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // next-auth imports "next/server" without its ending, which only a bundler resolves.
    server: { deps: { inline: ["next-auth"] } },
    pool: "forks",
    maxWorkers: 2,
  },
});
