// `npm run screenshots`: takes the README's pictures from the built app with demo data.
// `npm run screenshots -- --every <folder> [--only <part of an address>]`: every page, at three widths, light and dark.
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type BrowserContext, chromium } from "@playwright/test";
import postgres from "postgres";
import { everyPage, type Shown, signInAsViewer, type Viewer } from "@/e2e/every-page";
import { chromiumPath } from "@/e2e/fixtures/chromium";
import { startServer } from "@/e2e/fixtures/server";
import { systemCtx } from "@/lib/context";
import { closeDatabases } from "@/lib/db/client";
import { withTransaction } from "@/lib/db/transaction";
import { closeQueue, enqueue } from "@/lib/jobs/queue";

const readmeFolder = resolve(import.meta.dirname, "../docs/images");
const readme: { name: string; at: string; as?: Viewer }[] = [
  { name: "home", at: "/" },
  { name: "policy", at: "/privacy" },
  { name: "changes", at: "/privacy/changes/1/2/changes" },
  { name: "account", at: "/account", as: "ada" },
  { name: "deletion", at: "/account/deletion", as: "ada" },
  { name: "uses", at: "/account/uses", as: "ada" },
  { name: "correct", at: "/account/correct", as: "ada" },
  { name: "kept", at: "/account/kept", as: "ada" },
  // Of the deletion that `everyPage` made.
  { name: "receipt", at: "/receipt/" },
  { name: "retention", at: "/admin/retention", as: "officer" },
  { name: "desk", at: "/admin", as: "officer" },
  { name: "notice", at: "/admin/policies/2/preview", as: "officer" },
];
const { every, only } = parseArgs({ options: { every: { type: "string" }, only: { type: "string" } } }).values;
const executablePath = chromiumPath();

const server = await startServer();
Object.assign(process.env, server.run.env, { E2E_ORIGIN: server.run.origin });
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

const contexts = new Map<Viewer, Promise<BrowserContext>>();
/** One browser profile for each viewer, signed in once. */
function contextOf(as: Viewer = "visitor"): Promise<BrowserContext> {
  const opened = contexts.get(as) ?? openAs(as);
  contexts.set(as, opened);
  return opened;
}
async function openAs(as: Viewer): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });
  await signInAsViewer(context, as);
  return context;
}

async function arranged(): Promise<Shown[]> {
  const sql = postgres(String(process.env.DATABASE_URL), { max: 1, onnotice: () => {} });
  const pages = await everyPage(sql);
  await sql.end();
  return pages;
}

/** The desk shows what sweeps did, so one of each kind is run first. */
async function sweep(): Promise<void> {
  const sql = postgres(String(process.env.DATABASE_URL), { max: 1, onnotice: () => {} });
  await withTransaction(systemCtx("cli:screenshots"), async (tx) => {
    await enqueue(tx, "retention.sweep", {});
    await enqueue(tx, "housekeeping.clear", {});
  });
  for (let kinds = 0; kinds < 2; await setTimeout(200)) {
    const [row] = await sql`
      select count(distinct kind)::int as n from retention_sweeps where kind <> 'dry-run' and finished_at is not null`;
    kinds = row?.n ?? 0;
  }
  await Promise.all([sql.end(), closeQueue(), closeDatabases()]);
}

async function readmePictures(): Promise<void> {
  const pages = await arranged();
  await sweep();
  for (const { name, at: wanted, as } of readme) {
    const at =
      wanted.endsWith("/") && wanted !== "/" ? (pages.find((one) => one.at.startsWith(wanted))?.at ?? wanted) : wanted;
    const page = await (await contextOf(as)).newPage();
    await page.goto(`${server.run.origin}${at}`, { waitUntil: "networkidle" });
    await page.screenshot({ path: resolve(readmeFolder, `${name}.png`) });
    await page.close();
    console.log(`docs/images/${name}.png`);
  }
}

async function everyPicture(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const pages = await arranged();
  for (const [index, shown] of pages.entries()) if (shown.at.includes(only ?? "")) await lookAt(folder, index, shown);
}

/** One page at three widths in both colour schemes; loaded once, since only its looks change. */
async function lookAt(folder: string, index: number, shown: Shown): Promise<void> {
  const page = await (await contextOf(shown.as)).newPage();
  await shown.before?.(page);
  await page.goto(`${server.run.origin}${shown.at}`, { waitUntil: "load" });
  const words = `${shown.as ?? "visitor"}${shown.at.split("?")[0]}`.replace(/[^\w]+/g, "-").slice(0, 60);
  for (const colorScheme of ["light", "dark"] as const) {
    // Without motion: no colour on its way to another.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [390, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      const name = `${String(index).padStart(2, "0")}-${words}-${width}-${colorScheme}.png`;
      await page.screenshot({ path: resolve(folder, name), fullPage: true });
    }
  }
  await page.close();
  console.log(`${shown.as ?? "visitor"} ${shown.at}`);
}

try {
  if (every) await everyPicture(every);
  else await readmePictures();
} finally {
  await browser.close();
  await server.stop();
}
process.exit(0);
