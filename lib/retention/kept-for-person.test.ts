import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { dueAt } from "../calendar";
import { systemCtx } from "../context";
import { keptForMe } from "./kept-for-person";

testDatabase();
const platform = demoPlatformPerTest();

async function tomasz() {
  const { rows } = await platform.client.query(
    `select u.id, u.company_id, (select min(logged_at) from access_logs where user_id = u.id) as oldest,
            (select count(*)::int from access_logs where user_id = u.id) as logs
     from users u where email like 'tomasz.novak@%'`,
  );
  const [user] = rows;
  const person = await makePerson({ platformUserId: user.id, platformCompanyId: user.company_id });
  return { ...user, person } as { id: string; company_id: string; oldest: Date; logs: number; person: string };
}

describe("what is kept of a person and until when", () => {
  it("is theirs, by the rule of each collection and the age of the oldest row", async () => {
    const { person, oldest, logs } = await tomasz();
    const kept = await keptForMe(holderCtx(person));
    const of = (label: string) => kept?.platform?.find((item) => item.label === label);
    expect(of("Server logs")).toMatchObject({ rows: logs, rule: "2 years after creation", first: true });
    expect(of("Server logs")?.until?.equals(dueAt(Temporal.Instant.from(oldest.toISOString()), "P2Y", "UTC"))).toBe(
      true,
    );
    expect(of("Account")).toMatchObject({
      rows: 1,
      rule: "90 days after account closure",
      until: null,
      whileOpen: "person",
    });
    // Their own closing ends nothing of the company's, so it is not theirs that has to close.
    expect(of("Work orders")).toMatchObject({
      rule: "7 years after account closure",
      until: null,
      whileOpen: "company",
    });
    expect(await keptForMe(systemCtx("test"))).toBeNull();
  });

  it("once the account is closed it says when it ends; work orders follow the company's closing", async () => {
    const { id, company_id, person } = await tomasz();
    await platform.client.query("update users set closed_at = '2026-01-10T12:00:00Z' where id = $1", [id]);
    const until = async (label: string) =>
      (await keptForMe(holderCtx(person)))?.platform?.find((item) => item.label === label)?.until?.toString();
    expect(await until("Account")).toBe("2026-04-10T12:00:00Z");
    expect(await until("Work orders")).toBeUndefined();
    // Nor does it end with one of those who work there.
    expect(await until("Company")).toBeUndefined();
    await platform.client.query("update companies set closed_at = '2026-01-01T12:00:00Z' where id = $1", [company_id]);
    // Closed on its own, the account ends by that, and without by the company's closing.
    expect(await until("Account")).toBe("2026-04-10T12:00:00Z");
    expect(await until("Work orders")).toBe("2033-01-01T12:00:00Z");
    await platform.client.query("update users set closed_at = null where id = $1", [id]);
    expect(await until("Account")).toBe("2026-04-01T12:00:00Z");
  });

  it("says of what stays beyond its time that it was over, since it may wait for what needs it", async () => {
    const { person, id } = await tomasz();
    const isOver = async (label: string) =>
      (await keptForMe(holderCtx(person)))?.platform?.find((item) => item.label === label)?.isOver;
    expect(await isOver("Server logs")).toBe(false);
    await platform.client.query("update access_logs set logged_at = '2020-01-01' where user_id = $1", [id]);
    expect(await isOver("Server logs")).toBe(true);
    expect(await isOver("Account")).toBe(false);
  });

  it("when the platform does not answer it says so and shows the rest", async () => {
    const { person } = await tomasz();
    await platform.client.query("alter table access_logs rename to gone");
    const kept = await keptForMe(holderCtx(person));
    expect(kept?.platform).toBeNull();
    expect(kept?.own).toEqual([]);
  });
});
