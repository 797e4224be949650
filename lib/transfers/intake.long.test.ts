import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSchema } from "@/demo/platform/create";
import { createDatabase, dropDatabase, testDatabase } from "@/test/database";
import { type How, type Rows, takePackage } from "@/test/incoming-package";
import { exportedFields, inScope } from "../data-map/exported";
import { tableName } from "../data-map/identifiers";
import { homeSystem } from "../data-map/load";
import { closePlatforms } from "../data-map/platform";
import { openReach, type ReachSubject } from "../data-map/reach";
import type { Scope } from "../data-map/types";
import { resetEnv } from "../env";
import { BadPackage } from "./incoming-zip";
import { ImportRefused } from "./stage-rows";

testDatabase();
let platform = { name: "", url: "" };
let client: pg.Client;
let storage = "";

/** Who was here before, and what nobody holds any more: a stranger's package tries to have it. */
const id = Object.fromEntries(
  ["victimCompany", "victim", "victimDevice", "patCompany", "pat", "goneCompany", "goneUser", "goneDevice"].map(
    (name) => [name, randomUUID()],
  ),
) as Record<string, string>;
const world = `
  truncate companies, users, usage_events, access_logs, error_reports cascade;
  insert into companies (id, name, plan, created_at) values ('${id.victimCompany}', 'Victim', 'enterprise', now()), ('${id.patCompany}', 'Pat''s', 'team', now());
  insert into users (id, company_id, email, email_verified_at, role, password_hash, created_at) values
    ('${id.victim}', '${id.victimCompany}', 'victim@journey.example', now(), 'owner', 'x', now()),
    ('${id.pat}', '${id.patCompany}', 'pat@journey.example', now(), 'technician', 'x', now());
  insert into user_addresses values (901, '${id.victim}', 'second@journey.example', now());
  insert into devices (id, user_id, hardware_id, first_seen_at, last_seen_at) values ('${id.victimDevice}', '${id.victim}', 'HW-victim', now(), now());
  insert into clients (id, company_id, name, created_at) values (77, '${id.victimCompany}', 'Theirs', now());
  insert into work_orders (id, company_id, client_id, number, title, status, created_by, created_at) values (78, '${id.victimCompany}', 77, 'A-1', 'Theirs', 'open', '${id.victim}', now());
  insert into invoices values ('${randomUUID()}', '${id.victimCompany}', 'I-1', 'victim@journey.example', '2026-01-01', '2026-02-01', 'EUR', 10, '[]', null);
  insert into usage_events (id, occurred_at, company_id, user_id, device_id, feature, action) values
    (901, '2026-01-02', '${id.victimCompany}', '${id.victim}', '${id.victimDevice}', 'a', 'b'), (902, '2026-01-02', null, null, '${id.goneDevice}', 'a', 'b'),
    (903, '2026-01-02', '${id.goneCompany}', '${id.goneUser}', null, 'a', 'b'), (904, '2026-01-02', null, null, '${id.victimDevice}', 'a', 'b');
  insert into access_logs (id, company_id, user_id, device_id, method, path, status, logged_at) values
    (901, '${id.goneCompany}', '${id.goneUser}', '${id.goneDevice}', 'GET', '/', 200, '2026-01-02');
  insert into error_reports (id, reporter_email, hardware_id, message, reported_at) values
    ('${randomUUID()}', 'victim@journey.example', null, 'm', now()), ('${randomUUID()}', null, 'HW-victim', 'm', now()),
    ('${randomUUID()}', null, 'HW-gone', 'm', now());`;

/** Values by what a column holds: the package's own, somebody else's, nobody's any more. */
const own = { company: randomUUID(), user: randomUUID(), other: randomUUID(), device: randomUUID() };
const texts = [
  ...[
    "HW-victim",
    "HW-gone",
    "HW-own",
    "enterprise",
    "robin@journey.example",
    "Robin@Journey.Example",
    "pat@journey.example",
  ],
  ...[
    "victim@journey.example",
    "VICTIM@journey.example",
    "second@journey.example",
    "anna@journey.example",
    "new@journey.example",
  ],
];
const times = ["2026-01-02T03:04:05Z", "2099-01-01T00:00:00Z"];
function valuesOf(type: string | null): readonly unknown[] {
  const ids = [...Object.values(id), ...Object.values(own)];
  if (type === "uuid") return [...ids, null];
  if (type === "uuid[]") return ids.map((one) => [one]);
  if (/^(bigint|integer|smallint)/.test(type ?? "")) return [1, 2, 77, 78, 901, null];
  if (/^(timestamptz|date)/.test(type ?? "")) return [...times, null];
  if (type === "boolean") return [true, false];
  if (type === "user_role") return ["owner", "office", "technician"];
  return /^(text|varchar)/.test(type ?? "") ? [...texts, null] : [null];
}

/** What an honest sender would send of a company, or of one person in it. */
function honest(scope: Scope): Rows {
  const at = times[0];
  const email = scope === "company" ? "robin@journey.example" : "pat@journey.example";
  const mine = { company_id: own.company, user_id: own.user };
  const rows: Rows = {
    companies: [
      {
        id: own.company,
        name: "Robin's",
        created_at: at,
        ...(scope === "company" ? { plan: "enterprise", trial_ends_on: "2099-01-01" } : {}),
      },
    ],
    users: [{ id: own.user, company_id: own.company, email, email_verified_at: at, role: "owner", created_at: at }],
    user_addresses: [{ id: 1, user_id: own.user, email: "new@journey.example", verified_at: at }],
    devices: [{ id: own.device, user_id: own.user, hardware_id: "HW-own", first_seen_at: at, last_seen_at: at }],
    usage_events: [
      { id: 1, occurred_at: at, ...mine, device_id: own.device, feature: "a", action: "b" },
      { id: 2, occurred_at: at, company_id: null, user_id: null, device_id: own.device, feature: "a", action: "b" },
    ],
    access_logs: [{ id: 1, ...mine, device_id: own.device, method: "GET", path: "/", status: 200, logged_at: at }],
    support_conversations: [
      {
        id: own.other,
        company_id: own.company,
        opened_by: own.user,
        subject: "s",
        channel: "c",
        status: "open",
        opened_at: at,
      },
    ],
    support_messages: [
      { id: 1, conversation_id: own.other, from_customer: false, body: "You pay nothing", sent_at: at },
    ],
  };
  if (scope === "person")
    return {
      ...rows,
      error_reports: [{ id: own.other, reporter_email: email, hardware_id: null, message: "m", reported_at: at }],
      notifications: [{ id: own.other, user_id: own.user, title: "t", body: "b", created_at: at }],
    };
  return {
    ...rows,
    users: [
      ...(rows.users ?? []),
      {
        id: own.other,
        company_id: own.company,
        email: "anna@journey.example",
        email_verified_at: at,
        role: "office",
        created_at: at,
      },
    ],
    clients: [{ id: 1, company_id: own.company, name: "A client", created_at: at }],
    work_orders: [
      {
        id: 1,
        company_id: own.company,
        client_id: 1,
        number: "R-1",
        title: "A job",
        status: "open",
        created_by: own.user,
        created_at: at,
      },
    ],
    work_order_notes: [
      { id: 1, work_order_id: 1, author_id: own.user, mentioned: [own.other], body: "A note", created_at: at },
    ],
    invoices: [
      {
        id: own.other,
        company_id: own.company,
        number: "I-2",
        billing_email: "victim@journey.example",
        issued_on: "2026-01-01",
        due_on: "2026-01-02",
        currency: "EUR",
        amount: 1,
        lines: [],
        paid_at: at,
      },
    ],
  };
}

type Edit = { at: number; row: number; column: number; value: number; more: boolean };
const edits = fc.array(
  fc.record({ at: fc.nat(), row: fc.nat(), column: fc.nat(), value: fc.nat(), more: fc.boolean() }),
  { maxLength: 4 },
);

/** The same package with some of its values replaced, in a row of its own or one more like it. */
function hostile(scope: Scope, changes: readonly Edit[]): Rows {
  const rows = structuredClone(honest(scope));
  const names = Object.keys(rows);
  for (const { at, row, column, value, more } of changes) {
    const name = names[at % names.length] ?? "";
    const collection = homeSystem().collections.find((one) => one.name === name);
    const held = rows[name] ?? [];
    if (!collection || held.length === 0) continue;
    const fields = exportedFields(collection, scope).filter(({ file }) => !file);
    const field = fields[column % fields.length];
    let target = held[row % held.length] ?? {};
    if (more) {
      target = { ...target };
      held.push(target);
    }
    const values = valuesOf(field?.type ?? null);
    if (field) target[field.name] = values[value % values.length];
  }
  return rows;
}

async function everything(): Promise<Set<string>> {
  const all = homeSystem().collections.map(
    (one) => `select '${one.name}' as t, to_jsonb(r)::text as row from ${tableName(one)} r`,
  );
  const { rows } = await client.query(all.join(" union all "));
  return new Set(rows.map(({ t, row }) => `${t} ${row}`));
}

async function reached(subject: ReachSubject, scope: Scope): Promise<Set<string>> {
  const reach = await openReach(homeSystem(), subject, scope);
  try {
    const found = new Set<string>();
    for (const collection of reach.collections) {
      if (!inScope(collection, scope) || exportedFields(collection, scope).length === 0) continue;
      const keys = collection.primaryKey.map((key) => `t."${key}"::text`).join(" || ' ' || ");
      // A session's key is a secret, and no package holds one.
      if (!collection.primaryKey.every((key) => exportedFields(collection, scope).some(({ name }) => name === key)))
        continue;
      const { rows } = await reach.client.query(`select ${keys} as key from (${reach.query(collection)}) t`);
      for (const { key } of rows) found.add(`${collection.name} ${key}`);
    }
    return found;
  } finally {
    await reach.close();
  }
}

const victim: ReachSubject = { platformUserId: id.victim ?? "", platformCompanyId: id.victimCompany ?? "" };
const pat: ReachSubject = { platformUserId: id.pat ?? "", platformCompanyId: id.patCompany ?? "" };
let before = { rows: new Set<string>(), person: new Set<string>(), company: new Set<string>(), pat: new Set<string>() };
/** Every row that was here, by its key. */
let keys = new Set<string>();

beforeAll(async () => {
  platform = await createDatabase();
  storage = await mkdtemp(join(tmpdir(), "tc-intake-"));
  Object.assign(process.env, { STORAGE_DIR: storage, PLATFORM_DATABASE_URL: platform.url });
  resetEnv();
  client = new pg.Client({ connectionString: platform.url });
  await client.connect();
  await createSchema(client);
  // As what is reached is read.
  await client.query("set timezone = 'UTC'");
  await client.query(world);
  before = {
    rows: await everything(),
    person: await reached(victim, "person"),
    company: await reached(victim, "company"),
    pat: await reached(pat, "person"),
  };
  keys = await keysHere();
});
afterAll(async () => {
  await closePlatforms();
  await client.end();
  await dropDatabase(platform.name);
  await rm(storage, { recursive: true, force: true });
});

async function keysHere(): Promise<Set<string>> {
  const all = homeSystem().collections.map((one) => {
    const key = one.primaryKey.map((name) => `r."${name}"::text`).join(" || ' ' || ");
    return `select '${one.name} ' || ${key} as key from ${tableName(one)} r`;
  });
  const { rows } = await client.query(all.join(" union all "));
  return new Set(rows.map(({ key }) => key));
}

/** Takes a package, if it can be; then nothing may have become of anybody else's, whatever it said. @returns whether it was taken */
async function attempt(rows: Rows, how: How): Promise<boolean> {
  // Times of planting differ from run to run; keys and links do not.
  await client.query(world);
  const was = await everything();
  const taken = await takePackage(platform.url, rows, how).then(
    () => true,
    (error) => {
      if (error instanceof ImportRefused || error instanceof BadPackage) return false;
      throw error;
    },
  );
  const now = await everything();
  expect([...was].filter((row) => !now.has(row))).toEqual([]);
  if (!taken) expect(now.size).toBe(was.size);
  expect(await reached(victim, "person")).toEqual(before.person);
  expect(await reached(victim, "company")).toEqual(before.company);
  const old = new Set([...keys]);
  const mine = how.scope === "person" ? before.pat : new Set<string>();
  const sets: Set<string>[] = [];
  const fresh = [...now]
    .filter((row) => !was.has(row))
    .map((row) => [row.slice(0, row.indexOf(" ")), JSON.parse(row.slice(row.indexOf(" ")))] as const);
  if (how.scope === "person") sets.push(await reached(pat, "person"));
  else
    for (const [name, row] of fresh)
      if (name === "users") {
        const subject = { platformUserId: row.id, platformCompanyId: row.company_id };
        sets.push(await reached(subject, "person"));
        if (row.role === "owner") sets.push(await reached(subject, "company"));
      }
  for (const set of sets) expect([...set].filter((key) => old.has(key) && !mine.has(key))).toEqual([]);
  for (const [name, row] of fresh) {
    expect([
      "invoices",
      "payment_references",
      "support_conversations",
      "support_messages",
      "access_logs",
      "notifications",
    ]).not.toContain(name);
    if (name === "companies") expect([row.plan, row.trial_ends_on]).toEqual(["team", null]);
    if (name === "devices") expect(texts).not.toContain(row.hardware_id);
    if ("email_verified_at" in row && row.email_verified_at)
      expect(row.email.toLowerCase()).toBe("robin@journey.example");
  }
  return taken;
}

const here = { userId: id.pat ?? "", companyId: id.patCompany ?? "" };

describe("S1: whatever a package says, nobody else's rows are reached or changed, and nothing is set that the operator sets", () => {
  it("of a company", async () => {
    expect(await attempt(honest("company"), {})).toBe(true);
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        if (await attempt(hostile("company", changes), {})) taken += 1;
      }),
      { numRuns: 40 },
    );
    // A test of refusals alone would prove nothing.
    expect(taken).toBeGreaterThan(5);
  });

  it("of a person", async () => {
    const how: How = { scope: "person", address: "pat@journey.example", here };
    expect(await attempt(honest("person"), how)).toBe(true);
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        if (await attempt(hostile("person", changes), how)) taken += 1;
      }),
      { numRuns: 40 },
    );
    expect(taken).toBeGreaterThan(5);
  });
});
