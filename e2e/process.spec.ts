import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@playwright/test";
import postgres from "postgres";
import { systemCtx } from "@/lib/context";
import { closeDatabases } from "@/lib/db/client";
import { freePort } from "@/lib/process/ports";
import { readRunFile } from "@/lib/process/run-file";
import { suppress } from "@/lib/suppression/suppress";
import { type Started, start } from "@/test/process/start";
import { forgetErasures } from "@/test/suppressions";
import { expectAccessible } from "./fixtures/accessible";

// Real processes of the built app, killed and started again; one at a time.
test.describe.configure({ mode: "serial", timeout: 120_000 });
test.skip(Boolean(process.env.E2E_BASE_URL), "needs a build of its own");
test.skip(process.platform === "win32", "signals");

const ready = /Stop +Ctrl-C/;
let directory = "";
let port = 0;
let running: Started | undefined;

type BeginOptions = { npm?: boolean; uid?: number; mode?: "demo" | "test" };
const begin = async ({ mode = "test", ...options }: BeginOptions = {}): Promise<Started> => {
  running = start({ env: { PORT: String(port), DATA_DIR: directory, TRUST_CENTER_MODE: mode }, ...options });
  await running.until(ready, 90_000);
  return running;
};

/** Process ids of everything of this start: all carry its data directory in their arguments or environment. */
const processes = (): { pid: number; what: string }[] =>
  execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+) (.*)$/.exec(line))
    .flatMap((found) => (found ? [{ pid: Number(found[1]), what: String(found[2]) }] : []))
    .filter(({ pid }) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`DATA_DIR=${directory}`);
      } catch {
        return false;
      }
    });
const pidOf = (what: RegExp): number => processes().find((found) => what.test(found.what))?.pid ?? 0;
const health = async (): Promise<number> =>
  (await fetch(`http://127.0.0.1:${port}/api/health/ready`).catch(() => undefined))?.status ?? 0;
const sql = async <T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> => {
  const run = await readRunFile(directory);
  const client = postgres(String(run?.env.DATABASE_URL), { max: 1, onnotice: () => {} });
  return work(client).finally(() => client.end());
};
const expectNothingLeft = () => expect.poll(() => processes().map(({ what }) => what), { timeout: 15_000 }).toEqual([]);

/** The fields of a fresh question, as a browser without scripts would send them. */
async function inquiryForm(origin: string): Promise<FormData> {
  const answer = await fetch(`${origin}/contact`);
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const [form = ""] = /<form[\s\S]*?<\/form>/.exec((await answer.text()).replace(/^[\s\S]*<main/, "")) ?? [];
  const fields = new FormData();
  for (const [tag] of form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const of = (name: string) => (new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "").replaceAll("&quot;", '"');
    fields.append(of("name"), of("value"));
  }
  fields.append("name", "Kim Example");
  fields.append("email", `kim-${randomUUID()}@journey.example`);
  fields.append("message", "How long do you keep logs?");
  return fields;
}

/** @returns the reference on the page that the person is led to @throws when they are led to none */
async function sendInquiry(origin: string, body: FormData): Promise<string> {
  const answer = await fetch(`${origin}/contact`, { method: "POST", body, headers: { origin }, redirect: "manual" });
  const [reference] = /PR-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(answer.headers.get("location") ?? "") ?? [];
  await answer.arrayBuffer();
  if (!reference) throw new Error(`status ${answer.status}, no reference`);
  return reference;
}

async function untilDone<T>(work: () => Promise<T>, giveUp: () => boolean): Promise<T | undefined> {
  while (!giveUp()) {
    try {
      return await work();
    } catch {
      await sleep(100);
    }
  }
  return undefined;
}

// One folder for all: each start goes on with what the last one left.
test.beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "tc-process-"));
  chmodSync(directory, 0o755);
});
test.beforeEach(async () => {
  port = await freePort();
});
test.afterEach(async () => {
  running?.child.kill("SIGTERM");
  await running?.ended;
  await expectNothingLeft();
});
test.afterAll(() => rmSync(directory, { recursive: true, force: true }));

test("Ctrl-C ends npm start cleanly, and a second start goes on with the same data", async () => {
  const first = await begin({ npm: true });
  expect(first.said()).toContain(`http://localhost:${port}`);
  await sql((db) => db`insert into rate_limits (key, points) values ('kept', 7)`);
  // A terminal sends SIGINT to the whole foreground group: npm, its shell and us.
  process.kill(-(first.child.pid as number), "SIGINT");
  await first.ended;
  await expectNothingLeft();
  expect(first.said()).not.toMatch(/^\s+at |Error:|npm error/m);
  expect(await readRunFile(directory)).toBeNull();

  await begin();
  const [kept] = await sql((db) => db`select points::int from rate_limits where key = 'kept'`);
  expect(kept?.points).toBe(7);
});

test("SIGTERM to npm alone leaves nothing behind", async () => {
  const { child, ended } = await begin({ npm: true });
  child.kill("SIGTERM");
  await ended;
  await expectNothingLeft();
});

test("R12 H3 Postgres, web and worker killed: each comes back, at the same address, within 30 seconds", async () => {
  await begin();
  const address = (await readRunFile(directory))?.env.DATABASE_URL;
  for (const victim of [/bin\/postgres -D/, /bin\/postgres\.ts/, /worker\.mjs/, /next-server/]) {
    const pid = pidOf(victim);
    expect(pid, String(victim)).toBeGreaterThan(1);
    process.kill(pid, "SIGKILL");
    await expect.poll(() => pidOf(victim), { timeout: 30_000 }).not.toBe(pid);
    await expect.poll(health, { timeout: 30_000, intervals: [100] }).toBe(200);
  }
  expect((await readRunFile(directory))?.env.DATABASE_URL).toBe(address);
  await sql((db) => db`select 1`);
});

test("R12 H3 Postgres killed while people send forms: 503, then 200, and every question that was taken is answered for", async () => {
  test.setTimeout(300_000);
  // The demo keeps Postgres as durable as it comes; the tests' mode does not.
  const { said } = await begin({ mode: "demo" });
  const others = () => [pidOf(/worker\.mjs/), pidOf(/next-server/)];
  const before = others();
  const origin = `http://localhost:${port}`;
  const taken: { writer: number; askedAt: number; reference: string }[] = [];
  const statuses: { at: number; status: number }[] = [];
  let stopping = false;
  const watching = (async () => {
    for (; !stopping; await sleep(50)) statuses.push({ status: await health(), at: Date.now() });
  })();
  const writers = [0, 1, 2, 3].map(async (writer) => {
    while (!stopping) {
      const askedAt = Date.now();
      const form = await untilDone(
        () => inquiryForm(origin),
        () => stopping,
      );
      // The same form again after an answer that never came, as a browser's reload sends it.
      const reference =
        form &&
        (await untilDone(
          () => sendInquiry(origin, form),
          () => stopping,
        ));
      if (reference) taken.push({ writer, askedAt, reference });
    }
  });
  const served = (since: number) => new Set(taken.filter(({ askedAt }) => askedAt > since).map(({ writer }) => writer));
  await expect.poll(() => served(0).size, { timeout: 60_000 }).toBe(4);
  // The worker is past its start too: one that loses Postgres in the middle of that is started again.
  const opened = () => sql((db) => db`select 1 from cases where reference = any(${taken.map((one) => one.reference)})`);
  await expect.poll(async () => (await opened()).length, { timeout: 60_000 }).toBeGreaterThan(0);
  const killedAt = Date.now();
  process.kill(pidOf(/bin\/postgres -D/), "SIGKILL");
  const latest = () => statuses.at(-1);
  // Thirty seconds in all, until everybody is served again.
  const soon = () => ({ timeout: Math.max(1, killedAt + 30_000 - Date.now()), intervals: [50] });
  await expect.poll(() => latest()?.status, soon()).toBe(503);
  await expect.poll(() => latest()?.status, soon()).toBe(200);
  await expect.poll(() => served(killedAt).size, soon()).toBe(4);
  console.log(`served again ${((Date.now() - killedAt) / 1000).toFixed(1)} s after the kill`);
  stopping = true;
  await Promise.all([...writers, watching]);
  const seen = statuses.filter(({ at }) => at > killedAt).map(({ status }) => status);
  // The web process answers all the time: it says that it cannot serve, and never just hangs up.
  expect(seen).not.toContain(0);
  expect(others()).toEqual(before);
  // The jobs of all of them ran, those put in before the fall and those after; one that was running in the fall is put back
  // when its heartbeat is overdue, after a minute, at the next round of half a minute.
  await expect
    .poll(
      async () => {
        const opened = await sql((db) => db<{ reference: string }[]>`select reference from cases`);
        const known = new Set(opened.map(({ reference }) => reference));
        return taken.filter(({ reference }) => !known.has(reference));
      },
      { timeout: 150_000 },
    )
    .toEqual([]);
  expect(new Set(taken.map(({ reference }) => reference)).size).toBe(taken.length);
  expect(said()).not.toMatch(/"child":"(web|worker)"|Uncaught|TypeError/);
});

test("H3 the supervisor killed: its children end by themselves, and the next start takes over", async () => {
  const { child, ended } = await begin();
  child.kill("SIGKILL");
  await ended;
  await expectNothingLeft();
  await begin();
  expect(await health()).toBe(200);
});

test("S31 an unexpected error is logged with the id and digest that the person is given, and without any value", async ({
  browser,
}) => {
  const { said } = await begin();
  await sql((db) => db`alter table policy_versions rename to policy_versions_away`);
  const answer = await fetch(`http://127.0.0.1:${port}/privacy/versions/1?canary=ada%40canary.example`);
  const page = await answer.text();
  const tab = await browser.newPage();
  const shown = await tab.goto(`http://127.0.0.1:${port}/privacy/versions/1`);
  await expect(tab.getByRole("heading", { level: 1 })).toHaveText("This page did not work");
  await expect(tab.locator("code")).toHaveText(String(shown?.headers()["x-request-id"]));
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [390, 1440]) {
      await tab.emulateMedia({ colorScheme });
      await tab.setViewportSize({ width, height: 900 });
      await expectAccessible(tab);
    }
  await tab.close();
  await sql((db) => db`alter table policy_versions_away rename to policy_versions`);
  expect([answer.status, shown?.status()]).toEqual([500, 500]);
  const lines = said()
    .split("\n")
    .filter((line) => line.includes(String(answer.headers.get("x-request-id"))));
  // One line for each thing that went wrong in this request: here every query of that table.
  const entries = lines.map((line) => JSON.parse(line));
  const digests = entries.map(({ digest }) => digest);
  expect(new Set(digests).size).toBe(digests.length);
  for (const entry of entries) {
    expect(entry).toMatchObject({ level: 50, route: "/privacy/versions/[n]", digest: expect.any(String) });
  }
  expect(digests.some((digest) => page.includes(digest))).toBe(true);
  expect(said()).not.toMatch(/canary|policy_versions/);
});

test("S31 a form that fails unexpectedly shows the id of its own request, which the log has", async ({ browser }) => {
  const { said } = await begin();
  const tab = await browser.newPage();
  const opened = await tab.goto(`http://localhost:${port}/contact`);
  await tab.waitForLoadState("networkidle");
  await tab.getByLabel("Your email address").fill("kim@canary.example");
  await tab.getByLabel("Your question").fill("What do you hold about me?");
  await sql((db) => db`alter table intakes rename to intakes_away`);
  const [answer] = await Promise.all([
    tab.waitForResponse((response) => response.request().method() === "POST"),
    tab.getByRole("button", { name: "Send the question" }).click(),
  ]);
  await expect(tab.getByRole("heading", { level: 1 })).toHaveText("This page did not work");
  const id = answer.headers()["x-request-id"];
  expect(id).not.toBe(opened?.headers()["x-request-id"]);
  await expect(tab.getByRole("main").locator("code")).toHaveText(String(id));
  await tab.close();
  await sql((db) => db`alter table intakes_away rename to intakes`);
  const logged = said()
    .split("\n")
    .filter((line) => line.includes(`"digest":"${id}"`));
  expect(logged.map((line) => JSON.parse(line))).toMatchObject([{ level: 50, requestId: id, route: "/contact" }]);
  expect(said()).not.toMatch(/canary/);
});

test("a second start in the same folder is refused and harms nothing", async () => {
  await begin();
  const other = start({ env: { PORT: String(await freePort()), DATA_DIR: directory, TRUST_CENTER_MODE: "test" } });
  expect(await other.ended).toBe(1);
  expect(other.said()).toContain("Another start of this project already uses");
  expect(await health()).toBe(200);
});

test("an ordinary user can start it", async () => {
  test.skip(userInfo().uid !== 0, "we are one: the other tests show it");
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o755 });
  const nobody = Number(spawnSync("id", ["-u", "nobody"], { encoding: "utf8" }).stdout);
  chownSync(directory, nobody, nobody);
  const { child } = await begin({ uid: nobody });
  expect(await health()).toBe(200);
  child.kill("SIGTERM");
  await expectNothingLeft();
});

test("R9 a demo whose database was brought back to before an erasure does it again before it serves", async () => {
  // What the ordinary user left is theirs.
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory);
  chmodSync(directory, 0o755);
  const first = await begin();
  const run = await readRunFile(directory);
  Object.assign(process.env, run?.env);
  const list = join(directory, "suppression", "erased.jsonl");
  const person = randomUUID();
  await suppress(systemCtx("e2e"), {
    ...{ reference: "PR-0000-0001", scope: "person", system: "operno", person, company: null },
    ...{ members: null, marks: [], identities: new Map([["email", [`${person}@journey.example`]]]) },
  });
  await closeDatabases();
  expect(readFileSync(list, "utf8")).not.toContain(person);
  const known = () => sql((db) => db`select 1 from suppressions`);
  await sql((db) => forgetErasures(db));
  expect(await health()).toBe(503);
  const platform = postgres(String(run?.env.PLATFORM_DATABASE_URL), { max: 1, onnotice: () => {} });
  await platform`insert into error_reports (id, reporter_email, message, reported_at)
    values (gen_random_uuid(), ${`${person}@journey.example`}, 'it broke', now() - interval '1 hour')`;
  await platform.end();
  first.child.kill("SIGTERM");
  await first.ended;
  await begin();
  expect(await health()).toBe(200);
  expect(await known()).toHaveLength(1);
  const again = postgres(String((await readRunFile(directory))?.env.PLATFORM_DATABASE_URL), {
    max: 1,
    onnotice: () => {},
  });
  expect(await again`select 1 from error_reports where reporter_email = ${`${person}@journey.example`}`).toHaveLength(
    0,
  );
  await again.end();
});
