import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dropDatabase, testDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { type How, listed, packed, type Rows, takePackage } from "@/test/incoming-package";
import { resetEnv } from "../env";
import type { Imported } from "./import-rows";
import { checkFiles, type Manifest, readManifest } from "./incoming-manifest";
import { leftOut } from "./left-out";

testDatabase();
let platform = { name: "", url: "" };
let client: pg.Client;
let storage = "";
/** Who was here before: a company with an owner, a client and a job. */
const victim = { company: randomUUID(), user: randomUUID(), client: 77, order: 78 };

beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), "tc-hostile-"));
});
afterAll(() => rm(storage, { recursive: true, force: true }));
afterEach(async () => {
  await client.end();
  await dropDatabase(platform.name);
});
beforeEach(async () => {
  platform = await platformDatabase("empty");
  Object.assign(process.env, { STORAGE_DIR: storage, PLATFORM_DATABASE_URL: platform.url });
  resetEnv();
  client = new pg.Client({ connectionString: platform.url });
  await client.connect();
  await client.query(
    `with c as (insert into companies (id, name, created_at) values ('${victim.company}', 'Victim', now()))
     insert into users (id, company_id, email, email_verified_at, role, password_hash, created_at)
     values ('${victim.user}', '${victim.company}', 'victim@journey.example', now(), 'owner', 'secret', now());
     insert into clients (id, company_id, name, created_at) values (${victim.client}, '${victim.company}', 'Theirs', now());
     insert into work_orders (id, company_id, client_id, number, title, status, created_at)
     values (${victim.order}, '${victim.company}', ${victim.client}, 'A-1', 'Theirs', 'open', now())`,
  );
});

const at = "2026-01-02T03:04:05+00:00";

/** A company as an honest sender would send it; a test makes it a hostile one. */
function company(): Rows {
  const [id, user] = [randomUUID(), randomUUID()];
  return {
    companies: [{ id, name: "Robin's", created_at: at }],
    users: [
      {
        id: user,
        company_id: id,
        email: "robin@journey.example",
        email_verified_at: at,
        role: "owner",
        created_at: at,
      },
    ],
    clients: [{ id: 1, company_id: id, name: "A client", created_at: at }],
    sites: [{ id: 1, client_id: 1, label: "A site" }],
    work_orders: [
      { id: 1, company_id: id, client_id: 1, number: "R-1", title: "A job", status: "open", created_at: at },
    ],
    work_order_notes: [{ id: 1, work_order_id: 1, author_id: user, mentioned: [user], body: "A note", created_at: at }],
    usage_events: [{ id: 1, occurred_at: at, company_id: id, user_id: user, feature: "a", action: "b" }],
  };
}

/** What the platform has of everything, for comparing. */
async function everything(): Promise<string> {
  const names = Object.keys(company());
  const { rows } = await client.query(
    names.map((name) => `select '${name}' as t, to_jsonb(r)::text as row from ${name} r`).join(" union all "),
  );
  return JSON.stringify(rows.map(({ t, row }) => `${t} ${row}`).toSorted());
}

const take = (rows: Rows, how: How = {}): Promise<Imported> => takePackage(platform.url, rows, how);

async function refused(rows: Rows, reason: string, options: How = {}): Promise<void> {
  const before = await everything();
  await expect(take(rows, options)).rejects.toThrow(new RegExp(`^${reason}$`));
  expect(await everything()).toBe(before);
}

describe("S1: a package cannot reach what is here already", () => {
  it("an honest one is taken, so that the others are refused for what they do", async () => {
    expect((await take(company())).rows).toBe(7);
    const { rows } = await client.query(
      "select c.name from work_orders w join clients c on c.id = w.client_id order by 1",
    );
    expect(rows.map(({ name }) => name)).toEqual(["A client", "Theirs"]);
  });

  it("puts nobody into a company of somebody else", async () => {
    const rows = company();
    rows.users?.push({
      ...{ id: randomUUID(), company_id: victim.company, email: "evil@journey.example", role: "owner", created_at: at },
    });
    await refused(rows, "other-company users");
  });

  it("says nothing in the name of a company of somebody else, where no foreign key would stop it", async () => {
    const rows = company();
    rows.usage_events?.push({ id: 2, occurred_at: at, company_id: victim.company, feature: "a", action: "b" });
    await refused(rows, "other-company usage_events");
  });

  it("hangs nothing on somebody else's records", async () => {
    const site = company();
    site.sites?.push({ id: 2, client_id: victim.client, label: "Planted" });
    await refused(site, "points-elsewhere sites");
    const note = company();
    note.work_order_notes?.push({ id: 2, work_order_id: victim.order, body: "Planted", created_at: at });
    await refused(note, "points-elsewhere work_order_notes");
    const mention = company();
    Object.assign(mention.work_order_notes?.[0] ?? {}, { mentioned: [victim.user] });
    await refused(mention, "points-elsewhere work_order_notes");
  });

  it("changes or replaces nobody", async () => {
    const rows = company();
    Object.assign(rows.companies?.[0] ?? {}, { id: victim.company });
    for (const row of [
      ...(rows.users ?? []),
      ...(rows.clients ?? []),
      ...(rows.work_orders ?? []),
      ...(rows.usage_events ?? []),
    ])
      Object.assign(row, { company_id: victim.company });
    await refused(rows, "taken companies");
    const same = company();
    same.users?.push({ ...same.users[0], id: randomUUID(), email: "victim@journey.example" });
    await refused(same, "taken users");
  });

  it("is one company, owned by the address that was proved", async () => {
    const two = company();
    two.companies?.push({ id: randomUUID(), name: "Another", created_at: at });
    await refused(two, "not-owner");
    await refused(company(), "not-owner", { address: "somebody@journey.example" });
    const worker = company();
    Object.assign(worker.users?.[0] ?? {}, { role: "technician" });
    await refused(worker, "not-owner");
    await refused({ ...company(), companies: [] }, "no-company");
  });

  it("proves no address but the one that was proved here", async () => {
    const rows = company();
    const id = rows.companies?.[0]?.id;
    rows.users?.push({
      id: randomUUID(),
      company_id: id,
      email: "anna@journey.example",
      email_verified_at: at,
      role: "office",
      created_at: at,
    });
    await take(rows);
    const { rows: found } = await client.query(
      "select email from users where company_id = $1 and email_verified_at is not null",
      [id],
    );
    expect(found).toEqual([{ email: "robin@journey.example" }]);
  });

  it("S21: is values and never words of SQL", async () => {
    const rows = company();
    const text = "'; drop table users; --";
    Object.assign(rows.companies?.[0] ?? {}, { name: text });
    expect((await take(rows)).rows).toBe(7);
    const { rows: found } = await client.query("select 1 from companies where name = $1", [text]);
    expect(found).toHaveLength(1);
    const odd = company();
    Object.assign(odd.clients?.[0] ?? {}, { 'name") select 1; --': "x" });
    // A column that is none of ours makes it another shape: it stays out, and nothing may lean on it.
    await refused(odd, "points-elsewhere sites");
  });

  it("a value that does not fit, a row too few, a file that is not there: all of it or nothing", async () => {
    const unfit = company();
    Object.assign(unfit.companies?.[0] ?? {}, { employees: "many" });
    await refused(unfit, "unfit-value companies");
    const file = company();
    Object.assign(file.users?.[0] ?? {}, { avatar: "files/../../etc/passwd" });
    await refused(file, "missing-file users");
    const dangling = company();
    Object.assign(dangling.work_orders?.[0] ?? {}, { client_id: 4711 });
    await refused(dangling, "incomplete work_orders");
  });
});

describe("S1: what a package may not choose", () => {
  it("is billed by nothing that the sender says, and the person is told", async () => {
    const rows = company();
    Object.assign(rows.companies?.[0] ?? {}, { plan: "enterprise", trial_ends_on: "2099-01-01" });
    const id = rows.companies?.[0]?.id;
    const invoice = {
      issued_on: "2026-01-01",
      due_on: "2026-02-01",
      currency: "EUR",
      amount: 9,
      lines: [],
      paid_at: at,
    };
    rows.invoices = [
      { id: randomUUID(), company_id: id, number: "I-9", billing_email: "victim@journey.example", ...invoice },
    ];
    const { contents } = await take(rows);
    const { rows: found } = await client.query("select plan, trial_ends_on from companies where id = $1", [id]);
    expect(found).toEqual([{ plan: "team", trial_ends_on: null }]);
    expect((await client.query("select 1 from invoices")).rows).toEqual([]);
    expect(leftOut(contents)).toEqual([
      { what: "Company: Plan", why: "set by us alone, so it begins here as for everybody" },
      { what: "Company: Trial ends on", why: "set by us alone, so it begins here as for everybody" },
      { what: "Invoices", why: expect.stringContaining("counted here alone") },
    ]);
  });

  it("claims no loose rows: an identity that leads on is made anew, alike everywhere", async () => {
    await client.query("insert into error_reports values (gen_random_uuid(), null, 'HW-1', 'm', null, null, now())");
    const rows = company();
    const user = rows.users?.[0]?.id;
    const device = { user_id: user, first_seen_at: at, last_seen_at: at };
    rows.devices = ["HW-1", "HW-1", "HW-2"].map((hardware_id) => ({ id: randomUUID(), hardware_id, ...device }));
    await take(rows);
    const { rows: found } = await client.query("select hardware_id from devices order by 1");
    const made = found.map(({ hardware_id }) => hardware_id);
    expect(made).toHaveLength(3);
    expect(new Set(made).size).toBe(2);
    expect(made).not.toContain("HW-1");
    expect(made).not.toContain("HW-2");
  });

  it("brings no key that rows here still name, of a device, a person or a company that is gone", async () => {
    const gone = randomUUID();
    const put = (column: string) =>
      client.query(
        `insert into usage_events (id, occurred_at, ${column}, feature, action) values (9, now(), $1, 'a', 'b')`,
        [gone],
      );
    await put("device_id");
    const rows = company();
    const device = { user_id: rows.users?.[0]?.id, hardware_id: "HW", first_seen_at: at, last_seen_at: at };
    rows.devices = [{ id: gone, ...device }];
    await refused(rows, "claimed usage_events");
    await client.query("delete from usage_events");
    await put("company_id");
    const account = company();
    Object.assign(account.companies?.[0] ?? {}, { id: gone });
    for (const row of Object.values(account).flat()) if ("company_id" in row) row.company_id = gone;
    await refused(account, "claimed usage_events");
  });

  it("makes no second account of an address that differs in case alone", async () => {
    const rows = company();
    rows.users?.push({ ...rows.users[0], id: randomUUID(), role: "office", email: "Victim@Journey.example" });
    await refused(rows, "taken users");
  });

  it("H4: JSON that is nested without end, or text that no index holds, refuses it like any value that does not fit", async () => {
    const rows = company();
    const made = JSON.stringify(rows.users?.[0]);
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const content = `${made.slice(0, -1)},"settings":${deep}}\n`;
    const fields = [...Object.keys(rows.users?.[0] ?? {}), "settings"];
    const more = [{ name: "users-json", path: "data/users.json", content, rowCount: 1, fields }];
    const { users: _, ...rest } = rows;
    await refused(rest, "unfit-value users", { more });
    const long = company();
    Object.assign(long.users?.[0] ?? {}, { email: `${randomBytes(9000).toString("hex")}@journey.example` });
    await refused(long, "not-owner");
    long.users?.push({ ...company().users?.[0], company_id: long.companies?.[0]?.id });
    // Postgres names no table for what is too large.
    await refused(long, "unfit-value");
  });

  it("two at once: the same company comes in once, and two companies whose counted keys are the same both come in", async () => {
    const rows = company();
    const same = await Promise.allSettled([take(rows), take(rows)]);
    expect(same.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const others = [company(), company()];
    for (const [nth, one] of others.entries())
      Object.assign(one.users?.[0] ?? {}, { email: `robin-${nth}@journey.example` });
    const both = await Promise.all(others.map((one, nth) => take(one, { address: `robin-${nth}@journey.example` })));
    expect(both.map((one) => one.rows)).toEqual([7, 7]);
  });
});

describe("S23: what lies in a package", () => {
  const names = [
    "../outside",
    "data/../../x",
    "/etc/passwd",
    "data\\x",
    "C:/x",
    "a//b",
    "data/\u0000x",
    "con\ntrol",
    "",
  ];

  it.each(names)("has no name that leads elsewhere: %j", async (name) => {
    const { zip } = await packed([
      [name, "x"],
      ["datapackage.json", "{}"],
    ]);
    await expect(zip()).rejects.toThrow(/^(file-name|no-zip)$/);
  });

  it("is listed, once, with its own hash", async () => {
    const content = "x";
    const resource = listed({ name: "a", path: "a.txt", content });
    const attempts: [Manifest["resources"], [string, string][], string][] = [
      [
        [resource],
        [
          ["a.txt", content],
          ["b.txt", content],
        ],
        "unlisted-file",
      ],
      [[resource, { ...resource, name: "b" }], [["a.txt", content]], "listed-twice"],
      [[{ ...resource, bytes: 2 }], [["a.txt", content]], "file-digest"],
      [[resource], [["a.txt", "y"]], "file-digest"],
      [[resource], [], "missing-file"],
    ];
    for (const [resources, files, word] of attempts) {
      const manifest = JSON.stringify({ resources });
      const { row, zip } = await packed([...files, ["datapackage.json", manifest]]);
      const opened = await zip();
      await expect(checkFiles(opened, await readManifest(opened, row.sha256))).rejects.toThrow(word);
    }
    const { zip } = await packed([["datapackage.json", "{}"]]);
    await expect(readManifest(await zip(), "0".repeat(64))).rejects.toThrow("manifest-digest");
    const twice = await packed([
      ["datapackage.json", "{}"],
      ["datapackage.json", "{}"],
    ]);
    await expect(twice.zip()).rejects.toThrow("file-name");
  });

  it("does not unpack to more than is taken", async () => {
    const { zip } = await packed([["a.txt", Buffer.alloc(11_000_000)]]);
    await expect(zip()).rejects.toThrow("too-large-unpacked");
  });

  it("is a ZIP", async () => {
    const { row, zip } = await packed([["a.txt", "x"]]);
    Object.assign(row.parts[0] ?? {}, { bytes: 20 });
    await expect(zip()).rejects.toThrow("no-zip");
  });
});
