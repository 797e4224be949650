import { afterEach, describe, expect, it } from "vitest";
import { createDatabase, dropDatabase, testDatabase } from "@/test/database";
import { forum } from "@/test/strangers/forum";
import { hospital } from "@/test/strangers/hospital";
import type { Stranger } from "@/test/strangers/shape";
import { shop } from "@/test/strangers/shop";
import { everything, type Opened, open } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { runSweep } from "./run-sweep";

// Times that are days, numbers or words; partitions within partitions; views that keep rows.

const database = testDatabase();
let name = "";
let opened: Opened | undefined;

afterEach(async () => {
  await opened?.close();
  await dropDatabase(name);
  await database.sql`truncate retention_sweeps, retention_runs, retention_closures, retention_canaries`;
});

async function swept(stranger: Stranger, more = "") {
  const made = await createDatabase();
  name = made.name;
  opened = await open(stranger, made.url);
  const { map, client } = opened;
  if (more) await client.query(more);
  const before = await everything(client);
  const at = Temporal.Instant.from(stranger.sweptAt ?? "2026-06-01T12:00:00Z");
  const sweep = () =>
    runSweep(
      systemCtx("test", () => at),
      { map, watch: false },
    );
  await sweep();
  const after = await everything(client);
  return { before, after, client, sweep };
}

describe("a sweep of a database that nobody here designed", () => {
  it("counts milliseconds since 1970 to the second, in nested partitions, and nothing else changes", async () => {
    const { before, after } = await swept(shop);
    // Two years before 2026-06-01T12:00:00Z is 1717243200000.
    expect(after.filter((row) => row.includes("aged"))).toEqual([]);
    expect(before.filter((row) => !row.includes("aged") && !after.includes(row))).toEqual([]);
  });

  it("ends an account that was closed in milliseconds, and refreshes what a materialised view kept of it", async () => {
    const { after } = await swept(shop, "update public.customer set closed_ms = 1700000000000 where id = 1");
    expect(after.filter((row) => /zebra/i.test(row) && !/visit_new/.test(row))).toEqual([]);
    expect(after.some((row) => row.startsWith("public.best_customers") && row.includes("lasting"))).toBe(true);
  });

  it("takes what is due of a table whose partitions have partitions", async () => {
    const { before, after } = await swept(
      forum,
      "delete from public.likes; update public.posts set created_at = '2022-01-01' where id = 103",
    );
    const gone = before.filter((row) => !after.includes(row)).map((row) => row.split("|")[0]);
    expect(gone.some((row) => row?.includes("posts_1_old"))).toBe(true);
    expect(gone.some((row) => row?.includes("posts_2 103"))).toBe(true);
    expect(after.some((row) => row.includes("an answer"))).toBe(true);
  });

  it("counts a day from its end", async () => {
    const { after } = await swept(
      hospital,
      "delete from billing.claim_note; update billing.claim set filed = '2023-06-01' where id = 'K2'; update billing.claim set filed = '2023-05-31' where id = 'K1'",
    );
    expect(after.filter((row) => row.startsWith("billing.claim ")).map((row) => row.split(/[ |]/)[1])).toEqual(["K2"]);
  });
});
