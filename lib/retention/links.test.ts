import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { systemCtx } from "../context";
import { eraseSubject } from "../erasure/erase-subject";
import { runSweep } from "./run-sweep";

// A parcel is of an order by tenant and number, and of the tenant by one of the two.

testDatabase();
const open = strangerPerTest();
const key: [string, { pk: true }] = ["integer", { pk: true }];
const ofPerson: [string, { refs: Record<string, unknown>[] }] = ["integer", { refs: [from("people.id")] }];
const ofOrder = (field: string) => from(`orders.${field}`, { key: "order", role: "mentions" });
const aging = { retention: "usage", since: "made" };

const platform = (known: "map" | "database") => ({
  schema: `create table people (id int primary key, mail text, closed timestamptz); insert into people values (1, 'a@x.example'), (2, 'b@x.example');
    create table tenants (id int primary key, name text); insert into tenants values (1, 'one');
    create table orders (tenant int, no int, person int, made timestamptz, primary key (tenant, no)); insert into orders values (1, 7, 1, '2020-01-01');
    create table parcels (id int primary key, tenant int ${known === "database" ? "references tenants" : ""}, order_no int, person int, made timestamptz); insert into parcels values (1, 1, 7, 2, '2026-01-01')`,
  map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
    collection("people", {}, { id: key, mail: ["text", { identity: "email" }], closed: "timestamptz" }),
    collection(
      "tenants",
      { role: "shared" },
      { id: ["integer", { pk: true, refs: [from("orders.tenant")] }], name: "text" },
    ),
    collection("orders", aging, { tenant: key, no: key, person: ofPerson, made: "timestamptz" }),
    collection("parcels", aging, {
      id: key,
      tenant: [
        "integer",
        { refs: [ofOrder("tenant"), ...(known === "map" ? [from("tenants.id", { role: "mentions" })] : [])] },
      ],
      order_no: ["integer", { refs: [ofOrder("no")] }],
      ...{ person: ofPerson, made: "timestamptz" },
    }),
  ]),
});
const withoutOrder = "public.parcels 1|1|~|2|2026-01-01 00:00:00+00";

it("a sweep takes what goes out of a row that stays, and leaves what holds another link too", async () => {
  const { map, client } = await open(platform("map"));
  await runSweep(
    systemCtx("test", () => Temporal.Instant.from("2026-06-01T12:00:00Z")),
    { map, watch: false },
  );
  expect((await everything(client)).filter((row) => /orders|parcels/.test(row))).toEqual([withoutOrder]);
});

it.each(["map", "database"] as const)(
  "an erasure does the same where the %s knows of the other link",
  async (known) => {
    const { map, client } = await open(platform(known));
    await eraseSubject({ map, subject: { platformUserId: "1", platformCompanyId: null }, scope: "person" });
    expect((await everything(client)).filter((row) => /orders|parcels/.test(row))).toEqual([withoutOrder]);
  },
);
