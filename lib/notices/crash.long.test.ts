import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { seededRandom } from "@/demo/platform/random";
import { testDatabase } from "@/test/database";
import { makeNotice } from "@/test/notices";
import { type Fault, ResendFake } from "@/test/resend-fake";
import { systemCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { buildWorker } from "../process/build";
import { root } from "../process/run-ts";

const database = testDatabase();
const bundle = join(root, "test-results", `mail-and-die-${process.pid}.mjs`);
const workers = new Set<ChildProcess>();
let fake: ResendFake;
let base = "";

beforeAll(async () => {
  await buildWorker(root, { entry: "test/mail-and-die.ts", outfile: bundle });
  // The platform's people, as far as the data map asks for them.
  await database.sql`create table users (id uuid primary key, company_id uuid, email text, language text,
    time_zone text, closed_at timestamptz)`;
});
beforeEach(async () => {
  fake = new ResendFake();
  base = await fake.start();
});
afterEach(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await fake.stop();
});
afterAll(() => {
  for (const file of [bundle, `${bundle}.map`]) rmSync(file, { force: true });
});

/** A notice owed to so many account holders, its canary's rest over. */
async function owe(count: number): Promise<string> {
  await database.sql`truncate users`;
  await database.sql`
    insert into users select gen_random_uuid(), null, 'holder-' || n || '@many.example', 'en', 'Europe/Berlin', null
    from generate_series(1, ${count}::int) n`;
  const { noticeId } = await makeNotice();
  await database.sql`update notices set canary_at = now() where id = ${noticeId}`;
  return noticeId;
}

/** Takes no job before it is `ready`. */
function startWorker(place?: string): { worker: ChildProcess; ready: Promise<unknown> } {
  const worker = fork(bundle, place ? [place] : [], {
    cwd: root,
    execArgv: [],
    env: {
      ...process.env,
      TC_PROCESS: "worker",
      DATABASE_URL: database.url,
      PLATFORM_DATABASE_URL: database.url,
      RESEND_API_KEY: fake.apiKey,
      RESEND_BASE_URL: base,
    },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  workers.add(worker);
  worker.once("exit", () => workers.delete(worker));
  return { worker, ready: once(worker, "message") };
}

/** What the heartbeat and the minute's round do later: the mailing is taken up again. */
async function takeUp(noticeId: string): Promise<void> {
  await database.sql`update notices set rest_until = null where id = ${noticeId}`;
  await withTransaction(systemCtx("test"), async (tx) => {
    await enqueue(tx, "notice.freeze", { noticeId });
    await enqueue(tx, "notice.deliver", { noticeId });
  });
}

const is = async (noticeId: string, done: "started_at" | "completed_at"): Promise<boolean> => {
  const [notice] = await database.sql`select started_at, completed_at from notices where id = ${noticeId}`;
  return notice?.[done] != null;
};

async function until(done: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await done()); await sleep(50))
    if (Date.now() > end)
      throw new Error(
        `it did not happen: ${JSON.stringify(
          await database.sql`
        select n.fence, n.started_at, n.completed_at, n.rest_until, n.paused_at, n.pause_reason,
               (select count(*)::int from notice_batches b where b.notice_id = n.id and b.sent_at is null) as open,
               (select json_agg(j order by j) from (select name, state, count(*) from pgboss.job
                where name like 'notice.%' group by 1, 2) j) as jobs
        from notices n order by n.created_at desc limit 1`,
        )}`,
      );
}

/** By a worker that nobody kills. */
async function finish({ ready }: { ready: Promise<unknown> }, noticeId: string): Promise<void> {
  await ready;
  await takeUp(noticeId);
  await until(async () => {
    // Four lost answers in a row let it rest for five minutes, after which it is taken up again.
    const [resting] = await database.sql`select 1 from notices where id = ${noticeId} and rest_until > now()`;
    if (resting) await takeUp(noticeId);
    return is(noticeId, "completed_at");
  });
}

async function expectEverybodyOnce(noticeId: string, count: number): Promise<void> {
  const counts = fake.perAddress();
  expect([...counts].filter(([, mails]) => mails !== 1)).toEqual([]);
  expect(counts.size).toBe(count);
  const [row] = await database.sql`
    select count(*)::int as n, count(distinct platform_user_id)::int as people,
           count(*) filter (where state = 'sent' and provider_id is not null)::int as sent
    from notice_recipients where notice_id = ${noticeId}`;
  expect(row).toEqual({ n: count, people: count, sent: count });
}

/** Every named place of the mailing, read from its sources, so that none is forgotten. */
const places = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .flatMap((name) => [
    ...readFileSync(join(import.meta.dirname, name), "utf8").matchAll(/faultPoint\("(notice\.[a-z-]+)"\)/g),
  ])
  .map(([, place = ""]) => place);
/** Those that a mailing passes before its delivery, which are not passed again after it. */
const first = ["notice.recipients", "notice.listed", "notice.frozen"];

it("H1 H3: a worker killed with -9 at every named place of a mailing loses nobody and tells nobody twice", async () => {
  expect(places.length).toBeGreaterThanOrEqual(6);
  expect(places).toEqual(expect.arrayContaining(first));
  const noticeId = await owe(700);
  for (const place of [...first, ...places.filter((name) => !first.includes(name))]) {
    const { worker, ready } = startWorker(place);
    await ready;
    await takeUp(noticeId);
    expect([place, ...(await once(worker, "exit"))]).toEqual([place, null, "SIGKILL"]);
  }
  await finish(startWorker(), noticeId);
  await expectEverybodyOnce(noticeId, 700);
}, 120_000);

it("H3: killed with -9 at fifty random moments of a mailing to 5,000, answers lost at random, the same holds", async () => {
  const { CRASH_SEED: seed = randomUUID() } = process.env;
  const random = seededRandom(seed);
  const noticeId = await owe(5000);
  const faults: Fault[] = ["take-and-drop", "drop", "take-and-500", "500", "429"];
  let kills = 0;
  // Slow enough for fifty lives to fit into one mailing, until they are over.
  fake.fault = () => {
    if (random.chance(0.2)) return random.pick(faults);
    return kills < 50 ? { slowMs: random.between(200, 1000) } : "none";
  };
  let next = startWorker();
  const died = { freezing: 0, delivering: 0, done: 0 };
  while (kills < 50) {
    const current = next;
    await current.ready;
    // The one after it gets ready in the meantime, so that a life is mailing and not starting.
    next = startWorker();
    await takeUp(noticeId);
    // The list is taken anew after each of the first deaths; on a slow machine no life would be long enough for it.
    if (kills === 8) await until(() => is(noticeId, "started_at"));
    await sleep(random.between(0, 1200));
    const [row] = await database.sql`
      select case when completed_at is not null then 'done' when started_at is null then 'freezing' else 'delivering' end as place
      from notices where id = ${noticeId}`;
    died[row?.place as keyof typeof died]++;
    current.worker.kill("SIGKILL");
    await once(current.worker, "exit");
    kills++;
  }
  console.log(`CRASH_SEED=${seed}`, died, `${fake.mails.length} mails by then`);
  expect(died.done).toBe(0);
  expect(died.delivering).toBeGreaterThanOrEqual(42);
  await finish(next, noticeId);
  await expectEverybodyOnce(noticeId, 5000);
}, 400_000);
