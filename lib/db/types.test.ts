import { sql } from "drizzle-orm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { openDatabase } from "./client";
import { keptFor, timestamptz } from "./types";

const database = testDatabase();
const utc = (text: string) => Temporal.ZonedDateTime.from(`${text}[UTC]`);

async function over(began: Temporal.Instant, period: string, now: Temporal.Instant): Promise<boolean> {
  const { db } = openDatabase("tc_worker", database.url);
  const [row] = await db.execute<{ over: boolean }>(sql`select ${keptFor(timestamptz(began), period, now)} as over`);
  return row?.over === true;
}

it("a period ends when the calendar says, to the second, month ends and leap days too", async () => {
  const day = fc.constantFrom(
    "2024-02-29",
    "2028-02-29",
    "2027-02-28",
    "2026-01-31",
    "2026-11-30",
    "2026-12-31",
    "2026-03-29",
  );
  const period = fc.constantFrom("P7Y", "P3Y", "P1Y", "P1M", "P13M", "P90D", "P1Y2M10D", "PT72H");
  const seconds = fc.integer({ min: 0, max: 86_399 });
  await fc.assert(
    fc.asyncProperty(day, period, seconds, async (date, keep, second) => {
      const began = utc(`${date}T00:00:00`).add({ seconds: second });
      const ends = began.add(keep);
      const at = (offset: number) => over(began.toInstant(), keep, ends.add({ seconds: offset }).toInstant());
      expect([await at(-1), await at(0), await at(1)]).toEqual([false, true, true]);
    }),
    { examples: [["2028-02-29", "P3Y", 86_399]] },
  );
});
