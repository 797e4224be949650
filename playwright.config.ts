import { defineConfig, devices } from "@playwright/test";
import { chromiumPath } from "./e2e/fixtures/chromium";

const executablePath = chromiumPath();
const chromium = {
  ...devices["Desktop Chrome"],
  launchOptions: {
    ...(executablePath ? { executablePath } : {}),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  },
};
const desktop = { ...chromium, viewport: { width: 1440, height: 900 } };
// A development server compiles a page when it is first asked for. The other limits leave room for a busy machine.
const slow = Boolean(process.env.E2E_BASE_URL);

/** Journeys that ask over HTTP, without a browser: most of the tests. */
const requests = /(access-matrix|access-matrix-without-proxy|bad-input)\.spec\.ts$/;
/** Journeys that start and kill processes of their own, and wait minutes for what has to notice it. */
const processes = /(process|two-instances)\.spec\.ts$/;

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results/artifacts",
  globalSetup: "./e2e/fixtures/global-setup.ts",
  // Two cores: the server's one and a browser's. The third worker keeps both busy; a fourth finds no processor free.
  workers: 3,
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: slow ? 180_000 : 120_000,
  expect: { timeout: slow ? 40_000 : 20_000 },
  reporter: process.env.E2E_JSON ? [["list"], ["json", { outputFile: process.env.E2E_JSON }]] : [["list"]],
  use: {
    // A trace of every step slows the run down; ask for it when looking into a failure.
    trace: process.env.E2E_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    actionTimeout: slow ? 40_000 : 30_000,
    timezoneId: "UTC",
    locale: "en-GB",
  },
  projects: [
    // First what waits, so that nobody waits for it at the end; beside it what keeps the server busy, and a browser.
    { name: "processes", testMatch: processes, use: desktop, workers: 1 },
    { name: "requests", testMatch: requests, workers: 1 },
    { name: "desktop", use: desktop, grepInvert: /@phone-only/, testIgnore: [processes, requests] },
    // Journeys tagged @phone run here as well; tag those whose layout differs on a small screen.
    {
      name: "phone",
      use: { ...chromium, viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
      grep: /@phone/,
    },
  ],
});
