import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, makeNotice, stream } from "@/test/notices";
import { systemCtx } from "../context";
import { deliverNotice } from "./deliver-notice";
import { freezeRecipients } from "./freeze-recipients";
import { ledgerFigures } from "./ledger-figures";

const database = testDatabase();
const ctx = systemCtx("test");

it("a small ledger is counted at every look, in agreement with itself", async () => {
  const people = holders(7);
  if (people[0]) people[0].email = "none";
  const { noticeId } = await makeNotice();
  await freezeRecipients(ctx, { noticeId }, () => stream(people));
  expect(await ledgerFigures(ctx, noticeId)).toMatchObject({
    ...{ total: 7, addressed: 6, handedOver: 0, retriable: 0, short: 7, curve: null },
    ...{ states: { queued: 6, failed: 1 }, failures: [{ failure: "address", count: 1 }] },
  });
  await deliverNotice(ctx, { noticeId });
  await database.sql`
    update notice_recipients set state = 'bounced', failure = 'bounced', failed_at = sent_at + interval '90 seconds', delivered_at = null
    where id in (select id from notice_recipients where notice_id = ${noticeId} and state = 'delivered' order by id limit 2)`;
  const figures = await ledgerFigures(ctx, noticeId);
  expect(figures).toMatchObject({
    ...{ handedOver: 6, short: 3, states: { delivered: 4, bounced: 2, failed: 1 } },
    failures: [
      { failure: "bounced", count: 2 },
      { failure: "address", count: 1 },
    ],
  });
  expect(figures.curve?.points.at(-1)).toMatchObject({ sent: 6, delivered: 4, back: 2 });
  const totals = figures.curve?.points.map(({ sent, delivered, back }) => sent + delivered + back) ?? [];
  expect(totals).toEqual(totals.toSorted((a, b) => a - b));
});

it("a large ledger is counted once for all who look, and that count is kept for a while", async () => {
  const { noticeId } = await makeNotice();
  await database.sql`
    insert into notice_recipients (id, notice_id, platform_user_id, language, time_zone, state)
    select gen_random_uuid(), ${noticeId}, 'p' || n, 'en', 'UTC', 'queued' from generate_series(1, 20000) n`;
  const [first, ...others] = await Promise.all([1, 2, 3, 4].map(() => ledgerFigures(ctx, noticeId)));
  expect(first).toMatchObject({ total: 20_000, states: { queued: 20_000 } });
  expect(others.every((one) => one === first)).toBe(true);
  expect(await ledgerFigures(ctx, noticeId)).toBe(first);
});
