// `npm run screenshots`: takes the README's pictures from the built app with demo data.
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { type BrowserContext, chromium } from "@playwright/test";
import { chromiumPath } from "@/e2e/fixtures/chromium";
import { startServer } from "@/e2e/fixtures/server";

const folder = resolve(import.meta.dirname, "../docs/images");
const executablePath = chromiumPath();
const pictures: { name: string; path: string; as?: "holder" | "officer" }[] = [
  { name: "home", path: "/" },
  { name: "policy", path: "/privacy" },
  { name: "changes", path: "/privacy/changes/1/2/changes" },
  { name: "account", path: "/account", as: "holder" },
  { name: "deletion", path: "/account/deletion", as: "holder" },
  { name: "desk", path: "/admin", as: "officer" },
  { name: "notice", path: "/admin/policies/2/preview", as: "officer" },
];

mkdirSync(folder, { recursive: true });
const server = await startServer();
Object.assign(process.env, server.run.env, { E2E_ORIGIN: server.run.origin });
const { signInAs, signInAsStaff } = await import("@/e2e/fixtures/sign-in");
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const signIn = {
  holder: (context: BrowserContext) => signInAs(context, "ada.winter@lumen-lifts.example"),
  officer: (context: BrowserContext) => signInAsStaff(context, "officer", { name: "Noa Lindqvist" }),
};
try {
  for (const { name, path, as } of pictures) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });
    if (as) await signIn[as](context);
    const page = await context.newPage();
    await page.goto(`${server.run.origin}${path}`, { waitUntil: "networkidle" });
    await page.screenshot({ path: resolve(folder, `${name}.png`) });
    await context.close();
    console.log(`docs/images/${name}.png`);
  }
} finally {
  await browser.close();
  await server.stop();
}
process.exit(0);
