import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import { availableParallelism, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { startServer } from "@/e2e/fixtures/server";
import { type BenchResult, median } from "./result";

const perSecond = 200;
/** Before this process is pinned, which would make it 1. */
const cores = availableParallelism();
const goal = 20;

type Side = { p50: number; p99: number; max: number; failed: number; n: number; cpu: number };

/**
 * The platform's question before it uses something: `perSecond` requests a second for `seconds` over HTTP, arriving at random
 * (a Poisson process), each timed from when it was due, so that a queue counts. The built app's one web process has one core to
 * itself where taskset is there; Postgres, the worker and the load share the others. Among `rows` people a fifth has a restriction
 * and half an objection, so that refusals are counted too. Beside it the same load on the address that says only that the process is
 * alive: what HTTP and Next.js cost by themselves.
 */
export async function run({
  seconds,
  rows = 200_000,
  runs,
}: {
  seconds: number;
  rows?: number;
  runs: number;
}): Promise<BenchResult[]> {
  const server = await startServer({ LOG_LEVEL: "warn" });
  const { origin, env, pid } = server.run;
  const headers = { authorization: `Bearer ${env.PLATFORM_API_KEY}` };
  const sql = postgres(String(env.DATABASE_URL), { max: 1, onnotice: () => {} });
  try {
    await fill(sql, rows);
    const web = webProcess(pid);
    const pinned = web !== null && pinApart(web, pid);
    const question = () => `/api/v1/processing/bench-${Math.floor(Math.random() * rows)}?purpose=communication`;
    await load(origin, question, headers, 5, web);
    const [ours, bare]: [Side[], Side[]] = [[], []];
    for (let n = 0; n < runs; n++) {
      bare.push(await load(origin, () => "/api/health/live", {}, seconds, web));
      ours.push(await load(origin, question, headers, seconds, web));
    }
    const [refused] = await sql`select coalesce(sum(count), 0)::int as n from processing_refusals`;
    const failed = ours.reduce((sum, one) => sum + one.failed, 0);
    const machine =
      `${perSecond}/s for ${seconds} s, ${rows} people, ${pinned ? "the web process alone on one core" : "not pinned"}, ` +
      `${cores} cores, the rest for Postgres, worker and the load itself; load ${loadavg()[0]?.toFixed(1)}`;
    const said = (sides: Side[], key: "p50" | "p99" | "max") => sides.map((one) => one[key].toFixed(1)).join(", ");
    const name = "GET /api/v1/processing/{subject}";
    const count = ours.reduce((sum, one) => sum + one.n, 0);
    return [
      {
        name,
        metric: "p50",
        value: median(ours.map(({ p50 }) => p50)),
        unit: "ms",
        n: count,
        detail: `p50 ${said(ours, "p50")}`,
      },
      {
        ...{
          name,
          metric: "p99",
          value: median(ours.map(({ p99 }) => p99)),
          unit: "ms",
          n: count,
          goal: { most: goal },
        },
        detail: `p99 ${said(ours, "p99")}, longest ${said(ours, "max")}; ${failed} failed, ${refused?.n} refusals counted; ${machine}`,
      },
      {
        ...{ name, metric: "time on the core per answer", unit: "ms", n: count },
        value: median(ours.map(({ cpu }) => cpu)),
        detail: `of the web process: ${ours.map(({ cpu }) => cpu.toFixed(2)).join(", ")}; alive alone ${bare.map(({ cpu }) => cpu.toFixed(2)).join(", ")}`,
      },
      {
        ...{ name: `${name} / GET /api/health/live`, metric: "p99", unit: "ratio", n: runs },
        value: median(ours.map(({ p99 }, at) => p99 / (bare[at]?.p99 ?? p99))),
        detail: `alive alone: p50 ${said(bare, "p50")}, p99 ${said(bare, "p99")}`,
      },
      {
        name,
        metric: "share of the limit",
        value: median(ours.map(({ p99 }) => p99)) / goal,
        unit: "ratio",
        n: runs,
        goal: { most: 1 },
      },
      { name, metric: "failed", value: failed, unit: "answers", n: count, goal: { most: 0 } },
    ];
  } finally {
    await sql.end();
    await server.stop();
  }
}

async function fill(sql: postgres.Sql, rows: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select set_config('tc.actor', 'system', true)`;
    await tx`
      insert into people (id, email, platform_user_id, linked_at)
      select gen_random_uuid(), 'bench-' || n || '@bench.example', 'bench-' || n, now() from generate_series(0, ${rows - 1}::int) n`;
    await tx`
      insert into processing_records (id, kind, person_id, purpose, source, basis, asked_at, in_effect_from)
      select gen_random_uuid(), 'restriction', id, null, 'person', 'accuracy', now(), now()
      from people where platform_user_id like 'bench-%' and right(platform_user_id, 1) in ('0', '1')`;
    await tx`
      insert into processing_records (id, kind, person_id, purpose, source, asked_at, in_effect_from)
      select gen_random_uuid(), 'objection', id, 'improvement', 'person', now(), now()
      from people where platform_user_id like 'bench-%' and right(platform_user_id, 1) in ('1', '2', '3', '4', '5')`;
  });
  await sql`analyze people, processing_records`;
}

/** The child of the supervisor that serves; null where /proc does not tell. */
function webProcess(supervisor: number): number | null {
  try {
    const children = readFileSync(`/proc/${supervisor}/task/${supervisor}/children`, "utf8").trim().split(" ");
    const isWeb = (id: string) => /next-server|next\/dist\/bin\/next/.test(readFileSync(`/proc/${id}/cmdline`, "utf8"));
    const found = children.find(isWeb);
    return found ? Number(found) : null;
  } catch {
    return null;
  }
}

/** The web process alone on the first core; what else runs under its supervisor, and this process, on the others. */
function pinApart(web: number, supervisor: number): boolean {
  if (cores < 2) return false;
  const others = cores > 2 ? `1-${cores - 1}` : "1";
  for (const id of [process.pid, supervisor, ...below(supervisor)]) if (id !== web) pin(id, others);
  return pin(web, "0");
}

/** False where taskset is not there, or the process is no more. */
function pin(id: number, list: string): boolean {
  try {
    execFileSync("taskset", ["-a", "-p", "-c", list, String(id)], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Every process under one, as far down as it goes. */
function below(id: number): number[] {
  const text = readFileSync(`/proc/${id}/task/${id}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").flatMap((child) => [Number(child), ...below(Number(child))]);
}

/** What a process has spent of a core so far, in ms; Linux counts in hundredths of a second (proc(5)). */
function cpuOf(id: number | null): number {
  if (id === null) return Number.NaN;
  const fields = readFileSync(`/proc/${id}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function load(
  origin: string,
  path: () => string,
  headers: Record<string, string>,
  seconds: number,
  web: number | null,
): Promise<Side> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const times: number[] = [];
  let failed = 0;
  const one = (due: number) =>
    new Promise<void>((done) => {
      const request = http.get(`${origin}${path()}`, { agent, headers }, (response) => {
        response.resume();
        response.once("end", () => {
          if (response.statusCode !== 200) failed++;
          times.push(performance.now() - due);
          done();
        });
      });
      request.once("error", () => {
        failed++;
        done();
      });
    });
  const spent = cpuOf(web);
  const start = performance.now();
  const all: Promise<void>[] = [];
  for (let due = start; due < start + seconds * 1000; due += (-Math.log(1 - Math.random()) * 1000) / perSecond) {
    const wait = due - performance.now();
    if (wait > 1) await sleep(wait);
    all.push(one(due));
  }
  await Promise.all(all);
  agent.destroy();
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return {
    p50: at(0.5),
    p99: at(0.99),
    max: sorted.at(-1) ?? Number.NaN,
    failed,
    n: sorted.length,
    cpu: (cpuOf(web) - spent) / sorted.length,
  };
}
