import { createHash } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Holder, streamAudience } from "@/lib/data-map/audience";
import { checkSystem } from "@/lib/data-map/check";
import { countCompanyMembers } from "@/lib/data-map/count-company-members";
import { exportedFields } from "@/lib/data-map/exported";
import { findPlatformPerson, type PlatformPerson } from "@/lib/data-map/find-platform-person";
import { dataMap, homeSystem } from "@/lib/data-map/load";
import { closePlatforms } from "@/lib/data-map/platform";
import { countReached, openReach } from "@/lib/data-map/reach";
import type { Scope } from "@/lib/data-map/types";
import { createDatabase, dropDatabase } from "@/test/database";
import { createPlatform } from "./create";
import { hostile } from "./hostile";
import { platformVersion, smallRows } from "./small";

let database = "";
let people: { ada: PlatformPerson; max: PlatformPerson; noor: PlatformPerson };
const before = process.env.PLATFORM_DATABASE_URL;

beforeAll(async () => {
  const { name, url } = await createDatabase();
  database = name;
  process.env.PLATFORM_DATABASE_URL = url;
  expect(await createPlatform(url)).toBeGreaterThan(3000);
  const find = async (email: string) => (await findPlatformPerson(email)) as PlatformPerson;
  people = {
    ada: await find("ada.winter@lumen-lifts.example"),
    max: await find("max.brandt@lumen-lifts.example"),
    noor: await find("noor.haddad@brightpipe.example"),
  };
});
afterAll(async () => {
  await closePlatforms();
  await dropDatabase(database);
  process.env.PLATFORM_DATABASE_URL = before;
});

const subject = ({ userId, companyId }: PlatformPerson) => ({ platformUserId: userId, platformCompanyId: companyId });

async function rowsOf(person: PlatformPerson, scope: Scope): Promise<Record<string, Record<string, unknown>[]>> {
  const reach = await openReach(homeSystem(), subject(person), scope);
  try {
    const all: Record<string, Record<string, unknown>[]> = {};
    for (const collection of reach.collections) {
      all[collection.name] = (await reach.client.query(reach.query(collection))).rows;
    }
    return all;
  } finally {
    await reach.close();
  }
}

describe("the demo's platform", () => {
  it("is the same on every machine", () => {
    const digest = createHash("sha256").update(JSON.stringify(smallRows())).digest("hex");
    expect(createHash("sha256").update(JSON.stringify(smallRows())).digest("hex")).toBe(digest);
    expect(JSON.stringify(smallRows())).not.toMatch(/@(?![a-z0-9.-]+\.example)[a-z0-9-]+\.[a-z]{2,}/i);
  });

  it("is made once, and anew when an older version lies there", async () => {
    const url = process.env.PLATFORM_DATABASE_URL ?? "";
    expect(await createPlatform(url)).toBe(0);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("delete from schema_versions where version = $1", [platformVersion]);
    await client.end();
    expect(await createPlatform(url)).toBeGreaterThan(3000);
    // The same people with the same ids, so that accounts linked to them stay linked.
    expect(await findPlatformPerson(people.max.email)).toEqual(people.max);
  });

  it("P4: agrees with the map in every column", async () => {
    expect(await checkSystem(homeSystem())).toEqual([]);
  });
});

describe("finding people", () => {
  it("finds an address in any case, with company, owner, language and zone", async () => {
    expect(people.ada).toMatchObject({
      owner: true,
      companyName: "Lumen Lifts",
      timeZone: "Europe/Berlin",
      language: "en",
    });
    expect(people.max).toMatchObject({ owner: false, companyId: people.ada.companyId, language: "de" });
    expect(await findPlatformPerson("ADA.Winter@Lumen-Lifts.EXAMPLE")).toEqual(people.ada);
  });

  it("finds nobody by a second address, a pattern or nonsense", async () => {
    for (const email of ["ada.winter.0@private-mail.example", "%@lumen-lifts.example", "", "' or 1=1 --", "a\u0000b"]) {
      expect(await findPlatformPerson(email)).toBeNull();
    }
  });

  it("streams every open account once", async () => {
    const all: Holder[] = [];
    for await (const batch of streamAudience()) all.push(...batch);
    const users = smallRows().users ?? [];
    expect(all).toHaveLength(users.filter(({ closed_at }) => closed_at === null).length);
    expect(new Set(all.map(({ userId }) => userId)).size).toBe(all.length);
    const { userId, email, language, timeZone } = people.noor;
    expect(all).toContainEqual({ userId, email, language, timeZone });
  });

  it("counts a company's people and owners", async () => {
    expect(await countCompanyMembers(people.ada.companyId ?? "")).toEqual({ people: 14, owners: 1 });
  });
});

describe("reaching the demo's rows", () => {
  it("shows a person all of their categories, and nothing of a colleague", async () => {
    const max = await rowsOf(people.max, "person");
    const expected = smallRows();
    const mine = (table: string, column: string) =>
      (expected[table] ?? []).filter((row) => row[column] === people.max.userId);
    expect(max.users).toHaveLength(1);
    expect(max.schedule_entries).toHaveLength(mine("schedule_entries", "user_id").length);
    expect(max.attachments).toHaveLength(mine("attachments", "uploaded_by").length);
    expect(max.user_sessions).toHaveLength(mine("user_sessions", "user_id").length);
    expect(max.work_orders?.every((row) => [row.created_by, row.assigned_to].includes(people.max.userId))).toBe(true);
    expect(max.usage_events?.every((row) => row.user_id === people.max.userId || row.user_id === null)).toBe(true);
    for (const note of max.work_order_notes ?? []) {
      if (note.author_id === people.max.userId) expect(note.body).not.toBeNull();
      else expect([note.body, note.mentioned]).toEqual([null, null]);
    }
  });

  it("L4: redacts field by field", async () => {
    const max = await rowsOf(people.max, "person");
    expect(max.users?.[0]).not.toHaveProperty("password_hash");
    expect(max.work_orders?.[0]).not.toHaveProperty("description");
    expect(max.work_orders?.[0]).toHaveProperty("title");
    expect(Object.keys(max.companies?.[0] ?? {})).toEqual(["id", "name", "created_at", "closed_at"]);
  });

  it("follows a verified second address to a report that knows nothing else", async () => {
    const ada = await rowsOf(people.ada, "person");
    expect(ada.error_reports).toContainEqual(expect.objectContaining({ message: hostile.script }));
    expect(ada.invoices).toHaveLength(4);
  });

  it("keeps hostile values as they are", async () => {
    const max = await rowsOf(people.max, "person");
    const bodies = new Set(max.work_order_notes?.map(({ body }) => body));
    for (const value of Object.values(hostile)) expect(bodies).toContain(value);
    expect(max.work_order_notes?.some(({ body }) => String(body).length === 1_000_000)).toBe(true);
  });

  it("S19: isolates companies from each other and companies from people who do not own them", async () => {
    const noor = await rowsOf(people.noor, "company");
    const ada = await rowsOf(people.ada, "company");
    for (const [name, rows] of Object.entries(ada)) {
      const theirs = new Set(noor[name]?.map((row) => JSON.stringify(row)));
      expect(rows.filter((row) => theirs.has(JSON.stringify(row)))).toEqual([]);
    }
    expect(ada.clients).toHaveLength(40);
    expect(noor.clients).toHaveLength(25);
    await expect(openReach(homeSystem(), subject(people.max), "company")).rejects.toThrow(/does not own/);
    await expect(
      openReach(homeSystem(), { ...subject(people.ada), platformCompanyId: people.noor.companyId }, "company"),
    ).rejects.toThrow(/does not own/);
  });

  it("knows nobody by an address that was never proved to the platform", async () => {
    const client = new pg.Client({ connectionString: process.env.PLATFORM_DATABASE_URL });
    await client.connect();
    const verify = (at: string | null) =>
      client.query("update users set email_verified_at = $2 where id::text = $1", [people.noor.userId, at]);
    try {
      await verify(null);
      expect(await findPlatformPerson(people.noor.email)).toBeNull();
    } finally {
      await verify("2025-01-01");
      await client.end();
    }
  });

  it("S19: lets a closed account own nothing, though its person may still ask for their own", async () => {
    const client = new pg.Client({ connectionString: process.env.PLATFORM_DATABASE_URL });
    await client.connect();
    try {
      await client.query("update users set closed_at = now() where id::text = $1", [people.noor.userId]);
      expect((await findPlatformPerson(people.noor.email))?.owner).toBe(false);
      await expect(openReach(homeSystem(), subject(people.noor), "company")).rejects.toThrow(/does not own/);
      expect(Object.keys(await rowsOf(people.noor, "person"))).toContain("users");
    } finally {
      await client.query("update users set closed_at = null where id::text = $1", [people.noor.userId]);
      await client.end();
    }
  });

  it("counts what it would export", async () => {
    for (const scope of ["person", "company"] as const) {
      const rows = await rowsOf(people.ada, scope);
      const counted = await countReached(subject(people.ada), scope);
      expect(counted.map(({ collection, rows }) => [collection.name, rows])).toEqual(
        Object.entries(rows).map(([name, found]) => [name, found.length]),
      );
    }
  });

  it("selects exactly the exported fields, in order", async () => {
    const reach = await openReach(homeSystem(), subject(people.ada), "person");
    for (const collection of reach.collections) {
      const { fields } = await reach.client.query(reach.query(collection));
      expect(fields.map(({ name }) => name)).toEqual(exportedFields(collection, "person").map(({ name }) => name));
    }
    await reach.close();
    expect(dataMap().systems).toHaveLength(1);
  });
});
