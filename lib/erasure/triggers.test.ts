import { describe, expect, it } from "vitest";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { dataMap } from "../data-map/load";
import { ErasureRefused } from "./catalog";
import { eraseSubject } from "./erase-subject";

const platform = demoPlatformPerTest();

/** An owner whose company goes, and the map's order for it. */
async function closing() {
  const { rows } = await platform.client.query("select id, company_id from users where email like 'ada.winter@%'");
  const subject = { platformUserId: String(rows[0].id), platformCompanyId: String(rows[0].company_id) };
  return { map: dataMap(), subject, scope: "company" as const };
}
const logs = async (companyId: string) =>
  (await platform.client.query("select count(*)::int as n from access_logs where company_id = $1", [companyId])).rows[0]
    .n;

describe("triggers of the platform's own", () => {
  it.each([
    [
      "keep a row back",
      `create function stay() returns trigger language plpgsql as 'begin return null; end';
       create trigger stay before delete on access_logs for each row execute function stay()`,
    ],
    [
      "write the person down again",
      `create function tell() returns trigger language plpgsql as $$
         begin insert into access_logs (id, company_id, method, path, status, logged_at)
           values (900000000 + (random() * 1e8)::int, old.company_id, 'DELETE', '/', 200, now()); return old; end $$;
       create trigger tell after delete on support_conversations for each row execute function tell()`,
    ],
  ])("that %s are found by the search afterwards, and nothing was changed", async (_, triggers) => {
    const order = await closing();
    const before = await logs(order.subject.platformCompanyId);
    expect(before).toBeGreaterThan(0);
    await platform.client.query(triggers);
    await expect(eraseSubject(order)).rejects.toThrow(ErasureRefused);
    await expect(eraseSubject(order)).rejects.toThrow(/access_logs: \d+ rows were still found/);
    expect(await logs(order.subject.platformCompanyId)).toBe(before);
  });
});
