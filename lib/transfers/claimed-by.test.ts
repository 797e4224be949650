import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dropDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { homeSystem } from "../data-map/load";
import { claimedBy } from "./claimed-by";
import { type Home, readSides } from "./plan-intake";
import type { Staged } from "./stage-rows";

let platform = { name: "", url: "" };
let client: pg.Client;
beforeAll(async () => {
  platform = await platformDatabase("empty");
  client = new pg.Client({ connectionString: platform.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await dropDatabase(platform.name);
});

it("asks each company table by its index, where it has one", async () => {
  const home = homeSystem() as Home;
  const sides = await readSides(client, home, "company");
  const collection = home.collections.find(({ name }) => name === home.company?.collection);
  if (!collection) throw new Error("the demo has companies");
  await client.query("create temporary table stage_0 as select id from companies with no data");
  await client.query("insert into stage_0 values ($1)", [randomUUID()]);
  await client.query(
    "analyze stage_0; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off",
  );
  const plans: string[] = [];
  const explaining = {
    query: async (sql: string) => {
      const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain ${sql}`);
      plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
      return { rows: [] };
    },
  };
  const one = { collection, stage: "pg_temp.stage_0", fields: ["id"], paths: [], rows: 1 } as Staged;
  await claimedBy(explaining as unknown as pg.Client, sides, one);
  for (const index of ["users_company", "clients_company", "invoices_company"])
    expect(
      plans.filter((plan) => new RegExp(`${index}[^]*Index Cond: \\(company_id = s\\.id\\)`).test(plan)),
    ).not.toEqual([]);
  expect(plans.filter((plan) => plan.includes("::text"))).toEqual([]);
});
