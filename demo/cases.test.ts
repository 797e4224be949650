import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openInquiry } from "@/lib/cases/open-inquiry";
import { deskQueue } from "@/lib/cases/queue";
import { systemCtx } from "@/lib/context";
import { resetEnv } from "@/lib/env";
import { dropDatabase, testDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { makeStaff, staffCtx } from "@/test/people";
import { seedCases } from "./cases";

const database = testDatabase();
let platform = { name: "", url: "" };

beforeAll(async () => {
  platform = await platformDatabase();
  process.env.PLATFORM_DATABASE_URL = platform.url;
  resetEnv();
});
afterAll(() => dropDatabase(platform.name));

describe("the demo's cases", () => {
  it("are a handful with various clocks, made once", async () => {
    const now = Temporal.Now.instant();
    await seedCases(now);
    await seedCases(now);
    const intakes = await database.sql<{ id: string }[]>`select id from intakes`;
    expect(intakes).toHaveLength(2);
    for (const { id } of intakes) await openInquiry(systemCtx("test"), { intakeId: id });

    const { rows } = await deskQueue(staffCtx(await makeStaff("agent"), "agent"));
    expect(rows.map((row) => [row.kind, Math.floor(row.nextClock?.hoursLeft ?? Number.NaN)])).toEqual([
      ["inquiry", -3],
      ["correction", 5],
      ["deletion", 22],
      ["objection", 40],
      ["inquiry", 51],
      ["access", 66],
    ]);
    expect(rows.every((row) => row.assignedTo === null)).toBe(true);
    // Each is somebody's: an account's, or named in the form.
    expect(await database.sql`select 1 from cases where subject_id is null and contact is null`).toHaveLength(0);
  });
});
