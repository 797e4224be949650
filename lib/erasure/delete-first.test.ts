import { describe, expect, it } from "vitest";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { contents as contentsOf, flat } from "@/test/everything";
import { dataMap } from "../data-map/load";
import { inEachSystem, previewErasure } from "./erase-subject";
import type { Fate } from "./execute";
import { deleteManyInSystem, eraseInSystem } from "./run-system";
import { stoppedBy } from "./stopped-by";

// A company whose events and logs fill many blocks, in between those of another one.

const platform = demoPlatformPerTest();
const query = async (sql: string, values: unknown[] = []) => (await platform.client.query(sql, values)).rows;

const events = 9001;

/** Ada's company and another one, event by event; of the other's two point at one of Ada's devices. */
async function busy(analysed: boolean) {
  const [ada] = await query("select id, company_id from users where email like 'ada.winter@%'");
  const [other] = await query(
    "select u.id, u.company_id from users u where u.company_id <> $1 and exists (select 1 from devices d where d.user_id = u.id) limit 1",
    [ada.company_id],
  );
  const [device] = await query(
    "select d.id from devices d join users u on u.id = d.user_id where u.company_id = $1 order by d.id limit 1",
    [ada.company_id],
  );
  await query(
    `insert into usage_events (id, occurred_at, company_id, user_id, device_id, feature, action)
     select 9000000 + n, timestamptz '2026-03-01' + n * interval '1 minute', case when n % 3 = 0 then $2::uuid else $1::uuid end,
       null, case when n in (3, 3003) or n % 3 = 1 then $3::uuid end, 'f', 'a' from generate_series(1, ${events}) n`,
    [ada.company_id, other.company_id, device.id],
  );
  await query(
    `insert into access_logs (id, company_id, method, path, status, logged_at)
     select 9000000 + n, case when n % 2 = 0 then $2::uuid else $1::uuid end, 'GET', '/', 200, timestamptz '2026-03-01'
     from generate_series(1, ${events}) n`,
    [ada.company_id, other.company_id],
  );
  if (analysed) await query("vacuum analyze usage_events, access_logs");
  const subject = { platformUserId: String(ada.id), platformCompanyId: String(ada.company_id) };
  return { company: String(ada.company_id), device: String(device.id), subject };
}

const othersRows = async (company: string) =>
  flat(await contentsOf(platform.client)).filter((row) => /"company_id": "/.test(row) && !row.includes(company));
const of = (fates: readonly Fate[] | undefined, name: string) => fates?.find(({ collection }) => collection === name);

describe("rows that go before all else", () => {
  it.each([
    ["as the planner guesses", false],
    ["with statistics", true],
  ])(
    "are counted as foreseen, %s; no other company's row goes, and what such a row points at stays emptied",
    async (_, analysed) => {
      const { company, device, subject } = await busy(analysed);
      const order = { map: dataMap(), subject, scope: "company" as const };
      const before = await othersRows(company);
      const [foreseen] = await previewErasure(order);
      const [done] = await inEachSystem(order, eraseInSystem);
      expect(done).toEqual(foreseen);
      expect(of(done?.fates, "usage_events")?.deleted).toBeGreaterThanOrEqual(events - events / 3);
      expect(of(done?.fates, "devices")?.reduced).toBeGreaterThan(0);
      expect(await query("select id, push_token, app_version from devices where id = $1", [device])).toEqual([
        { id: device, push_token: null, app_version: null },
      ]);
      expect(await othersRows(company)).toEqual(before);
      for (const table of ["usage_events", "access_logs"])
        expect(await query(`select 1 from ${table} where company_id = $1`, [company])).toEqual([]);
    },
  );

  it("the same where the platform's own triggers act, which see them go in their order", async () => {
    const { company, subject } = await busy(false);
    await query(
      `create table seen (devices int);
       create function look() returns trigger language plpgsql as
         $$ begin insert into seen select count(*) from users where company_id = '${company}' and full_name is not null; return null; end $$;
       create trigger look after delete on usage_events for each statement execute function look()`,
    );
    const order = { map: dataMap(), subject, scope: "company" as const };
    const [foreseen] = await previewErasure(order);
    const [done] = await inEachSystem(order, eraseInSystem);
    expect(done).toEqual(foreseen);
    expect(await query("select devices from seen")).toEqual([{ devices: 0 }]);
  });

  it("name their collection when somebody else holds one of them locked", async () => {
    const { company, subject } = await busy(false);
    await query("begin");
    await query("select 1 from usage_events where company_id = $1 limit 1 for update", [company]);
    const order = { map: dataMap(), subject, scope: "company" as const };
    const said = await inEachSystem(order, eraseInSystem).then(
      () => "done",
      (error) => stoppedBy(error, "operno"),
    );
    await query("rollback");
    expect(said).toMatch(/^operno: the database refused \(55P03\) at usage_events: somebody else holds rows/);
  });

  it("go in no batches of their own where a trigger acts when they go", async () => {
    const { subject } = await busy(true);
    await query(
      `create function look() returns trigger language plpgsql as 'begin return null; end';
       create trigger look after delete on usage_events for each row execute function look()`,
    );
    const order = { map: dataMap(), subject, scope: "company" as const };
    let first = {};
    await inEachSystem(order, async (url, one) => {
      first = await deleteManyInSystem(url, one, { least: 1000, size: 1000, before: {}, note: async () => {} });
      return eraseInSystem(url, one);
    });
    expect(Object.keys(first)).toEqual(["access_logs"]);
  });

  it("rest between batches for as long as somebody who reads waits because of them", async () => {
    const { subject } = await busy(true);
    // Once to begin with, then without us, then beside us.
    const suffering = [1, 1, 900, 900, 900];
    const probing = async () => ({ take: () => suffering.shift() ?? 1, stop: async () => {} });
    const times: number[] = [];
    await inEachSystem({ map: dataMap(), subject, scope: "company" }, async (url, one) => {
      const note = async () => {
        times.push(performance.now());
      };
      await deleteManyInSystem(url, one, { least: 1000, size: 1000, before: {}, note }, probing);
      return eraseInSystem(url, one);
    });
    expect(suffering).toEqual([]);
    const [first = 0, second = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(20);
  });

  it("H1: go in batches by where they lie; stopped at any, the counts of the next attempt are true", async () => {
    const { company, subject } = await busy(true);
    const order = { map: dataMap(), subject, scope: "company" as const };
    const before = await othersRows(company);
    const [foreseen] = await previewErasure(order);
    let deleted: Readonly<Record<string, number>> = {};
    let lasting = deleted;
    const sizes: number[] = [];
    const attempt = (stopAt: number) =>
      inEachSystem(order, async (url, one) => {
        let batch = 0;
        deleted = await deleteManyInSystem(url, one, {
          ...{ least: 1000, size: 1000, before: lasting },
          note: async (sums) => {
            if (++batch === stopAt) throw new Error("died");
            sizes.push((sums.usage_events ?? 0) - (lasting.usage_events ?? 0));
            lasting = sums;
          },
        });
        return eraseInSystem(url, one);
      });
    for (const stopAt of [1, 3, 9]) {
      await expect(attempt(stopAt)).rejects.toThrow("died");
      expect(
        await query("select 1 from users where company_id = $1 and full_name is not null limit 1", [company]),
      ).toHaveLength(1);
    }
    const [done] = await attempt(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1500);
    const sums = done?.fates.map((fate) => ({ ...fate, deleted: fate.deleted + (deleted[fate.collection] ?? 0) }));
    expect(sums).toEqual(foreseen?.fates);
    expect(await othersRows(company)).toEqual(before);
  });
});
