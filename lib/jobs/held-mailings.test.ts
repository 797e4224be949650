import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, makeNotice, stream } from "@/test/notices";
import { forgetErasures } from "@/test/suppressions";
import { systemCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { checkReady } from "../health/check-ready";
import { newReference } from "../ids";
import { freezeRecipients } from "../notices/freeze-recipients";
import { suppress } from "../suppression/suppress";
import { enqueue } from "./queue";
import { startWorker } from "./worker";

const database = testDatabase();
const ctx = systemCtx("test");

it("R9: while a restored database does not know of erasures, mailings wait and this server is not ready", async () => {
  const { noticeId } = await makeNotice();
  await freezeRecipients(ctx, { noticeId }, () => stream(holders(3)));
  await suppress(ctx, {
    ...{ reference: newReference(), scope: "person", system: "operno", person: "1", company: null },
    ...{ members: null, marks: [], identities: new Map() },
  });
  expect((await checkReady()).checks.erasures).toMatchObject({ ok: true });
  await forgetErasures(database.sql);
  await database.sql`delete from pgboss.job where name = 'notice.deliver'`;
  expect((await checkReady()).checks.erasures).toMatchObject({
    ok: false,
    why: expect.stringMatching(/erasure:replay/),
  });

  await withTransaction(ctx, (tx) => enqueue(tx, "notice.deliver", { noticeId }));
  const worker = await startWorker(["notice.deliver"]);
  const jobs = () => database.sql`
    select state, start_after > now() as later from pgboss.job where name = 'notice.deliver' order by created_on`;
  try {
    for (const until = Date.now() + 20_000; Date.now() < until; await new Promise((done) => setTimeout(done, 100)))
      if ((await jobs()).length > 1) break;
  } finally {
    await worker.stop(5);
  }
  expect(await jobs()).toMatchObject([{ state: "completed" }, { state: "created", later: true }]);
  const [sent] = await database.sql`select count(*)::int as mails from mailbox`;
  expect(sent?.mails).toBe(0);
});
