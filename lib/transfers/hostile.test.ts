import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { dropDatabase, testDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { sha256Hex } from "../crypto/hash";
import { homeSystem } from "../data-map/load";
import { resetEnv } from "../env";
import { ZipWriter } from "../exports/zip";
import { type Imported, importRows } from "./import-rows";
import { newWrappedKey, unwrapKey, writeChunk } from "./incoming-files";
import { checkFiles, type Manifest, matchCollections, readManifest } from "./incoming-manifest";
import { IncomingZip } from "./incoming-zip";
import { filesByPath } from "./stage-rows";
import type { IncomingRow } from "./states";

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

type Rows = Record<string, Record<string, unknown>[]>;
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

const lines = (rows: Record<string, unknown>[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** Writes a package of these files into sealed storage, as if it had come in. */
async function packed(
  files: [string, string | Buffer][],
): Promise<{ row: IncomingRow; zip: () => Promise<IncomingZip> }> {
  const pieces: Buffer[] = [];
  const writer = new ZipWriter({ write: async (data) => void pieces.push(Buffer.from(data)) }, Temporal.Now.instant());
  for (const [name, content] of files) await writer.add(name, Buffer.from(content));
  await writer.finish();
  const bytes = Buffer.concat(pieces);
  const id = randomUUID();
  const wrappedKey = newWrappedKey(id);
  const chunkBytes = 64 * 1024;
  const key = unwrapKey(id, wrappedKey);
  for (let from = 0; from < bytes.length; from += chunkBytes)
    await writeChunk(key, { id, part: 1, chunk: from / chunkBytes }, bytes.subarray(from, from + chunkBytes));
  const manifest = files.find(([name]) => name === "datapackage.json")?.[1] ?? "";
  const row = {
    id,
    chunkBytes,
    parts: [{ bytes: bytes.length, sha256: "" }],
    sha256: sha256Hex(manifest),
  } as IncomingRow;
  return { row, zip: () => IncomingZip.open(row, key, { unpacked: 10_000_000 }) };
}

type Listed = { name: string; path: string; content: string | Buffer; rowCount?: number; fields?: string[] };
const listed = ({ name, path, content, rowCount, fields }: Listed) => ({
  ...{ name, path, hash: `sha256:${sha256Hex(Buffer.from(content))}`, bytes: Buffer.from(content).length },
  ...(rowCount === undefined ? {} : { rowCount }),
  ...(fields ? { schema: { fields: fields.map((field) => ({ name: field })) } } : {}),
});

async function take(rows: Rows, { address = "robin@journey.example", more = [] as Listed[] } = {}): Promise<Imported> {
  const data = Object.entries(rows).map(([name, all]) => ({
    ...{ name: `${name}-json`, path: `data/${name}.json`, content: lines(all), rowCount: all.length },
    fields: [...new Set(all.flatMap((row) => Object.keys(row)))],
  }));
  const all = [...data, ...more];
  const manifest = JSON.stringify({ resources: all.map(listed) });
  const made = await packed([
    ...all.map(({ path, content }) => [path, content] as [string, string]),
    ["datapackage.json", manifest],
  ]);
  const zip = await made.zip();
  const read = await readManifest(zip, made.row.sha256);
  await checkFiles(zip, read);
  const { arrived } = matchCollections(read);
  const order = { home: homeSystem(), zip, arrived, files: filesByPath(read.resources), address };
  return importRows(platform.url, order, async () => {});
}

async function refused(rows: Rows, reason: string, options: Parameters<typeof take>[1] = {}): Promise<void> {
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
