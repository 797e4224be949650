import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { chromium } from "@playwright/test";
import { chromiumPath } from "@/e2e/fixtures/chromium";

/**
 * Sees to it that there is a browser for the journeys: the system's, Playwright's own, one from Debian's
 * packages where we may install them, else Playwright's download.
 * @returns a sentence when there is none
 */
export function ensureBrowser(): string | null {
  const there = () => existsSync(chromiumPath() ?? chromium.executablePath());
  if (there()) return null;
  if (process.env.CHROME_PATH) return `CHROME_PATH names no file: ${process.env.CHROME_PATH}`;
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } })
      .status === 0;
  if (userInfo().uid === 0 && existsSync("/usr/bin/apt-get")) {
    const install = (name: string) => run("apt-get", "install", "-y", "--no-install-recommends", name);
    // Without its windows, as Playwright's own download: the walk over every page with Tab takes half the time.
    const either = () => install("chromium-headless-shell") || install("chromium");
    if ((either() || (run("apt-get", "update") && either())) && there()) return null;
  }
  run(process.execPath, "node_modules/@playwright/test/cli.js", "install", "chromium");
  return there() ? null : "There is no Chromium: install one, or say where it is with CHROME_PATH=/path/to/chromium";
}
