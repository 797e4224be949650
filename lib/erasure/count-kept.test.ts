import { describe, expect, it } from "vitest";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { dataMap } from "../data-map/load";
import { previewErasure } from "./erase-subject";

const platform = demoPlatformPerTest();
const query = async (sql: string, values: unknown[] = []) => (await platform.client.query(sql, values)).rows;

/** Ada's company, with more or fewer work orders than all others together; each with one entry in the schedule more. */
async function company(orders: number) {
  const [ada] = await query("select id, company_id from users where email like 'ada.winter@%'");
  const [client] = await query("select id from clients where company_id = $1 limit 1", [ada.company_id]);
  await query(
    `insert into work_orders (id, company_id, client_id, number, title, status, created_at)
     select 9000000 + n, $1, $2, 'X-' || n, 'T', 'open', now() from generate_series(1, ${orders}) n`,
    [ada.company_id, client.id],
  );
  await query(
    `insert into schedule_entries (id, work_order_id, user_id, starts_at, ends_at)
     select 9000000 + n, n, $1, now(), now() from unnest(array(select id from work_orders)) n`,
    [ada.id],
  );
  await query("analyze");
  return { platformUserId: String(ada.id), platformCompanyId: String(ada.company_id) };
}

const ours = "t.work_order_id in (select id from work_orders where company_id = $1)";

describe("what is kept of a company", () => {
  it.each([
    ["a small one among others", 0, ""],
    ["one of which most is", 30_000, ""],
    [
      "the same among some that are of no company",
      30_000,
      "alter table work_orders alter company_id drop not null; update work_orders set company_id = null where id % 3 = 0 and id < 9000000",
    ],
    [
      "one of which most is, where rows lead nowhere and no foreign key forbids it",
      30_000,
      "alter table work_order_notes drop constraint work_order_notes_work_order_id_fkey; update work_order_notes set work_order_id = -id where id % 2 = 0",
    ],
    [
      "the same, where a foreign key was never validated",
      30_000,
      `alter table work_order_notes drop constraint work_order_notes_work_order_id_fkey; update work_order_notes set work_order_id = -id where id % 2 = 0;
       alter table work_order_notes add foreign key (work_order_id) references work_orders not valid`,
    ],
  ])("is counted as it is: %s", async (_, orders, change) => {
    const subject = await company(orders);
    if (change) await query(change);
    const [foreseen] = await previewErasure({ map: dataMap(), subject, scope: "company" });
    for (const table of ["schedule_entries", "work_order_notes", "attachments"]) {
      const [{ n }] = (await query(`select count(*)::int as n from ${table} t where ${ours}`, [
        subject.platformCompanyId,
      ])) as [{ n: number }];
      const fate = foreseen?.fates.find(({ collection }) => collection === table);
      expect([table, fate]).toEqual([table, expect.objectContaining({ kept: n, deleted: 0, held: 0 })]);
      if (table !== "attachments") expect(n).toBeGreaterThan(0);
    }
  });
});
