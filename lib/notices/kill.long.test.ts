import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, makeNotice, stream } from "@/test/notices";
import { ResendFake } from "@/test/resend-fake";
import { systemCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { freezeRecipients } from "./freeze-recipients";

const database = testDatabase();
const fake = new ResendFake();
const workers: ChildProcess[] = [];
let base = "";

beforeAll(async () => {
  base = await fake.start();
});
afterEach(() => {
  for (const worker of workers) if (worker.exitCode === null) worker.kill("SIGKILL");
});
afterAll(() => fake.stop());

/** The real worker, as `npm start` runs it, against this test's database and mail service. */
function startWorker(): ChildProcess {
  const worker = spawn(process.execPath, ["--import", "tsx", "bin/worker.ts"], {
    env: {
      ...process.env,
      TC_PROCESS: "worker",
      DATABASE_URL: database.url,
      PLATFORM_DATABASE_URL: database.url,
      RESEND_API_KEY: fake.apiKey,
      RESEND_BASE_URL: base,
      LOG_LEVEL: "silent",
    },
    stdio: "ignore",
  });
  workers.push(worker);
  return worker;
}

async function until(what: () => Promise<boolean> | boolean, seconds = 100): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    if (await what()) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error("it did not happen in time");
}

it("H3: a worker killed with -9 in the middle of a mailing loses nobody and tells nobody twice", async () => {
  const people = holders(800);
  const { noticeId } = await makeNotice();
  await freezeRecipients(systemCtx("job"), { noticeId }, () => stream(people));
  await database.sql`update notices set canary_at = now() where id = ${noticeId}`;
  fake.fault = () => ({ slowMs: 60 });
  const worker = startWorker();
  await until(() => fake.mails.length >= 300);
  worker.kill("SIGKILL");
  await once(worker, "exit");
  expect(fake.mails.length).toBeLessThan(800);
  // What the heartbeat or the minute's round does later: another run takes over.
  await withTransaction(systemCtx("test"), (tx) => enqueue(tx, "notice.deliver", { noticeId }));
  const last = startWorker();
  await until(async () => (await database.sql`select 1 from notices where completed_at is not null`).length === 1);
  last.kill("SIGTERM");
  const counts = fake.perAddress();
  expect(people.filter((person) => counts.get(person.email) !== 1)).toEqual([]);
  expect(fake.mails).toHaveLength(800);
}, 240_000);
