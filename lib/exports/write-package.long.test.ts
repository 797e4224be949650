import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { dropDatabase, testDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { holderCtx, makePerson } from "@/test/people";
import { readZip } from "@/test/read-zip";
import { systemCtx } from "../context";
import { exportedFields, inScope } from "../data-map/exported";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { quoted } from "../data-map/identifiers";
import { dataMap } from "../data-map/load";
import { openReach, type ReachSubject } from "../data-map/reach";
import { cases, packageProgress, packages } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { onFaultPoint } from "../faults";
import { newId, newReference } from "../ids";
import { runTs } from "../process/run-ts";
import { createPackage } from "./create-package";
import { openDownload } from "./open-download";
import { packageDetail } from "./queries";
import { writePackage } from "./write-package";

const database = testDatabase();
let platform = { name: "", url: "" };
let client: pg.Client;
let storage = "";

beforeAll(async () => {
  platform = await platformDatabase();
  storage = await mkdtemp(join(tmpdir(), "tc-packages-"));
  process.env.PLATFORM_DATABASE_URL = platform.url;
  process.env.STORAGE_DIR = storage;
  resetEnv();
  client = new pg.Client({ connectionString: platform.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await dropDatabase(platform.name);
  await rm(storage, { recursive: true, force: true });
});
afterEach(async () => {
  onFaultPoint();
  await client.query("rollback");
});

type Asked = { packageId: string; personId: string; caseId: string; subject: ReachSubject };

async function ask(address: string, scope: "person" | "company" = "person"): Promise<Asked> {
  const found = await findPlatformPerson(address);
  if (!found) throw new Error("the demo has nobody of this address");
  const held = { platformUserId: found.userId, platformCompanyId: found.companyId, platformOwner: found.owner };
  // The platform is asked again by this address before a company's package opens; it is one person's only.
  if (scope === "company") await database.sql`update people set email = id || '@example.test' where email = ${address}`;
  const personId = await makePerson({ ...held, ...(scope === "company" ? { email: address } : {}) });
  return {
    ...(await askFor(personId, scope)),
    subject: { platformUserId: found.userId, platformCompanyId: found.companyId },
  };
}

function askFor(personId: string, scope: "person" | "company" = "person") {
  return withTransaction(holderCtx(personId), async (tx) => {
    const caseId = newId();
    await tx.db.insert(cases).values({
      id: caseId,
      reference: newReference(),
      kind: "access",
      scope,
      channel: "dashboard",
      subjectId: personId,
      requesterId: personId,
    });
    return { caseId, personId, ...(await createPackage(tx, { caseId, personId, scope })) };
  });
}

const write = (packageId: string, partBytes?: number) =>
  writePackage(systemCtx("job:package.write"), { packageId }, partBytes ? { partBytes } : {});

const rowOf = async (packageId: string) => {
  const [row] = await withRead(systemCtx("test"), (tx) =>
    tx.db.select().from(packages).where(eq(packages.id, packageId)),
  );
  if (!row) throw new Error("no such package");
  return row;
};

/** Downloads every part as its person does, and unpacks all into one map. */
async function unpack({ packageId, personId }: Asked | { packageId: string; personId: string }) {
  const ctx = holderCtx(personId);
  const detail = await packageDetail(ctx, packageId);
  if (!detail.ok) throw new Error(detail.reason);
  const files = new Map<string, Buffer>();
  for (const part of detail.value.parts) {
    const opened = await openDownload(ctx, { packageId, position: part.position, range: null, ifRange: null });
    if (!opened.ok || !opened.value.body) throw new Error("not opened");
    const pieces: Buffer[] = [];
    for await (const piece of opened.value.body) pieces.push(Buffer.from(piece));
    const zip = Buffer.concat(pieces);
    expect(zip.length).toBe(part.bytes);
    expect(createHash("sha256").update(zip).digest("hex")).toBe(part.sha256);
    for (const [name, content] of await readZip(zip)) files.set(name, content);
  }
  return { files, detail: detail.value };
}

type Descriptor = {
  created: string;
  resources: {
    name: string;
    path: string | string[];
    hash: string;
    bytes: number;
    rowCount?: number;
    schema?: { fields: { name: string }[]; defused?: string[] };
  }[];
};

const joined = (files: Map<string, Buffer>, path: string | string[]) =>
  Buffer.concat([path].flat().map((one) => files.get(one) ?? Buffer.from("missing")));

const companyOwner = "ada.winter@lumen-lifts.example";
const technician = "max.brandt@lumen-lifts.example";

describe("a written package", () => {
  it.each([
    [technician, "person"],
    [companyOwner, "company"],
  ] as const)(
    "P1, P5: holds for %s (%s) exactly the rows that the platform has, and they can be put back",
    async (address, scope) => {
      const asked = await ask(address, scope);
      await write(asked.packageId);
      const { files, detail } = await unpack(asked);
      expect(detail.state).toBe("ready");
      const manifest = JSON.parse(String(files.get("datapackage.json"))) as Descriptor;
      expect(
        createHash("sha256")
          .update(files.get("datapackage.json") ?? "")
          .digest("hex"),
      ).toBe(detail.sha256);
      for (const resource of manifest.resources) {
        const content = joined(files, resource.path);
        expect(`sha256:${createHash("sha256").update(content).digest("hex")}`).toBe(resource.hash);
        expect(content.length).toBe(resource.bytes);
      }
      const listed = manifest.resources.flatMap(({ path }) => path);
      expect([...files.keys()].filter((name) => !listed.includes(name))).toEqual(["datapackage.json"]);

      let rows = 0;
      restored = 0;
      for (const system of dataMap().systems) {
        const reach = await openReach(system, asked.subject, scope);
        const wanted = system.collections.filter((one) => inScope(one, scope) && exportedFields(one, scope).length > 0);
        for (const collection of wanted) {
          const lines = files.get(`data/${collection.name}.json`)?.toString();
          expect(lines, collection.name).toBeDefined();
          const select = reach.query(collection);
          const { rows: held } = await reach.client.query<{ row: string }>(
            `select row_to_json(t)::text as row from (${select}) t`,
          );
          const packed = (lines ?? "").split("\n").slice(0, -1);
          // Where bytes are, the package has a path; that they are the same is compared below.
          const fileFields = exportedFields(collection, scope).filter(({ file }) => file);
          const alike = (row: string) =>
            fileFields.reduce((text, { name }) => text.replace(new RegExp(`("${name}":)"[^"]*"`), "$1file"), row);
          expect(packed.map(alike).toSorted()).toEqual(held.map(({ row }) => alike(row)).toSorted());
          rows += packed.length;

          // Back into a table of the same types: from JSON as it is, from CSV with the apostrophes taken off.
          const names = exportedFields(collection, scope).map(({ name }) => quoted(name));
          const compare = async (from: string) => {
            const { rows: differing } = await client.query(
              `(select to_jsonb(a) from ${from} a except all select to_jsonb(b) from wanted b)
             union all (select to_jsonb(b) from wanted b except all select to_jsonb(a) from ${from} a)`,
            );
            expect(differing, collection.name).toEqual([]);
          };
          await client.query("begin");
          const table = `${quoted(collection.table.schema)}.${quoted(collection.table.name)}`;
          await client.query(
            `create temporary table wanted on commit drop as select ${names.join(", ")} from ${table} with no data`,
          );
          await client.query(
            "create temporary table from_json (like wanted) on commit drop; create temporary table from_csv (like wanted) on commit drop",
          );
          const put = (into: string, json: string[]) =>
            client.query(
              `insert into ${into} select r.* from unnest($1::text[]) line, json_populate_record(null::${into}, line::json) r`,
              [json],
            );
          await put(
            "wanted",
            held.map(({ row }) => row),
          );
          await put("from_json", packed);
          await bytesBack("from_json", fileFields, files);
          await compare("from_json");
          const resource = manifest.resources.find(({ name }) => name === `${collection.name}-csv`);
          const defused = resource?.schema?.defused ?? [];
          const text = names.map((name) => `${name} text`).join(", ");
          await client.query(`create temporary table raw (${text}) on commit drop`);
          await copyIn("raw", files.get(`data/${collection.name}.csv`) ?? Buffer.alloc(0));
          const { rows: types } = await client.query<{ name: string; type: string }>(
            `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
              where attrelid = 'wanted'::regclass and attnum > 0 order by attnum`,
          );
          const cells = types.map(({ name, type }) => {
            const cell = defused.includes(name) ? `regexp_replace(${quoted(name)}, '^''', '')` : quoted(name);
            return `(${cell})::${type}`;
          });
          await client.query(`insert into from_csv select ${cells.join(", ")} from raw`);
          await bytesBack("from_csv", fileFields, files);
          await compare("from_csv");
          await client.query("commit");
        }
        await reach.close();
      }
      expect(rows).toBeGreaterThan(scope === "company" ? 500 : 50);
      expect(detail.rows).toBe(rows);
      expect(restored).toBeGreaterThan(0);
      const restoredPaths = [...files.keys()].filter((name) => name.startsWith("files/"));
      expect(restored).toBe(2 * restoredPaths.length);
    },
  );

  /** Puts the files' bytes where their paths are, which were read as bytes themselves. */
  let restored = 0;
  async function bytesBack(table: string, fields: { name: string }[], files: Map<string, Buffer>): Promise<void> {
    for (const { name } of fields) {
      const column = quoted(name);
      const { rows } = await client.query<{ path: Buffer }>(
        `select ${column} as path from ${table} where ${column} is not null`,
      );
      for (const { path } of rows) {
        const content = files.get(path.toString());
        expect(content, path.toString()).toBeDefined();
        await client.query(`update ${table} set ${column} = $1 where ${column} = $2`, [content, path]);
        restored++;
      }
    }
  }

  /** COPY FROM STDIN with the one statement that pg offers for it. */
  async function copyIn(table: string, data: Buffer): Promise<void> {
    const done = Promise.withResolvers<void>();
    const copy = {
      submit: (connection: pg.Connection) => connection.query(`copy ${table} from stdin with (format csv, header)`),
      handleCopyInResponse: (connection: { sendCopyFromChunk(data: Buffer): void; endCopyFrom(): void }) => {
        connection.sendCopyFromChunk(data);
        connection.endCopyFrom();
      },
      handleCommandComplete: () => {},
      handleReadyForQuery: () => done.resolve(),
      handleError: (error: Error) => done.reject(error),
    };
    client.query(copy);
    await done.promise;
  }

  it("S22: has no CSV cell that a spreadsheet would run, and keeps numbers numbers", async () => {
    const asked = await ask(companyOwner, "company");
    await write(asked.packageId);
    const { files } = await unpack(asked);
    const manifest = JSON.parse(String(files.get("datapackage.json"))) as Descriptor;
    let [texts, numbers] = [0, 0];
    for (const { name, path, schema } of manifest.resources) {
      if (!name.endsWith("-csv")) continue;
      const fields = (schema?.fields ?? []) as { name: string; type: string }[];
      await client.query(
        `create temporary table cells (${fields.map((field) => `${quoted(field.name)} text`).join(", ")})`,
      );
      await copyIn("cells", joined(files, path));
      for (const field of fields) {
        const number = field.type === "integer" || field.type === "number";
        const { rows } = await client.query<{ cell: string }>(
          `select ${quoted(field.name)} as cell from cells where ${quoted(field.name)} ~ '^[=+\\-@\\t\\r]'`,
        );
        if (number) for (const { cell } of rows) expect(cell).toMatch(/^-?[\d.]+(e[+-]?\d+)?$/i);
        else expect(rows, `${name} ${field.name}`).toEqual([]);
        numbers += number ? rows.length : 0;
        if (!number) {
          const { rowCount } = await client.query(
            `select 1 from cells where ${quoted(field.name)} ~ '^''[=+\\-@\\t\\r'']'`,
          );
          texts += rowCount ?? 0;
        }
      }
      await client.query("drop table cells");
    }
    // The demo does hold some of them, or this shows nothing.
    expect(texts).toBeGreaterThan(0);
    expect(numbers).toBeGreaterThanOrEqual(0);
  });

  it("S19: a company's package opens for its owner alone, as the platform knows it at the moment of the download", async () => {
    const asked = await ask(companyOwner, "company");
    await write(asked.packageId);
    const open = () =>
      openDownload(holderCtx(asked.personId), {
        packageId: asked.packageId,
        position: 1,
        range: "bytes=0-0",
        ifRange: null,
      });
    const url = process.env.PLATFORM_DATABASE_URL;
    const opened = await open();
    if (opened.ok) for await (const _ of opened.value.body ?? []);
    expect(opened.ok).toBe(true);
    await client.query("update users set role = 'office' where email = $1", [companyOwner]);
    try {
      expect(await open()).toEqual({ ok: false, reason: "not-found" });
      process.env.PLATFORM_DATABASE_URL = "postgres://nobody:x@127.0.0.1:1/none";
      resetEnv();
      expect(await open()).toEqual({ ok: false, reason: "cannot-check" });
    } finally {
      process.env.PLATFORM_DATABASE_URL = url;
      resetEnv();
      await client.query("update users set role = 'owner' where email = $1", [companyOwner]);
    }
  });

  it("S19: a company's package stays that company's when its owner comes to own another", async () => {
    const asked = await ask(companyOwner, "company");
    await write(asked.packageId);
    const before = await database.sql`select platform_company_id from people where id = ${asked.personId}`;
    const other = newId();
    const waiting = await askFor(asked.personId, "company");
    await database.sql`update people set platform_company_id = ${other} where id = ${asked.personId}`;
    await database.sql`update packages set platform_company_id = ${other} where id = ${asked.packageId}`;
    const input = { packageId: asked.packageId, position: 1, range: "bytes=0-0", ifRange: null };
    expect(await openDownload(holderCtx(asked.personId), input)).toEqual({ ok: false, reason: "not-found" });
    // One not yet written is not written for the other company either.
    await write(waiting.packageId);
    const [row] = await database.sql`select failure from packages where id = ${waiting.packageId}`;
    expect(row?.failure).toBe("not-owner");
    await database.sql`update people set platform_company_id = ${before[0]?.platform_company_id} where id = ${asked.personId}`;
  });

  it("S23: explains itself without a script or anything remote; names are ours; what is left out is listed", async () => {
    const asked = await ask(companyOwner, "company");
    await write(asked.packageId);
    const { files } = await unpack(asked);
    for (const name of files.keys()) expect(name).toMatch(/^([a-z]+\/|files\/[a-z0-9-]+\/)?[a-z0-9._-]+$/i);
    for (const name of ["index.html", "statement.html"]) {
      const html = String(files.get(name));
      expect(html).toContain("default-src 'none'");
      const tags = html.match(/<[^>]*>/g) ?? [];
      const allowed =
        /^<(!doctype html|\/?(html|head|title|style|body|h1|h2|p|ul|li|a|code|div|table|thead|tbody|tr|th|td|bdi|strong|details|summary)|meta)\b/;
      expect(tags.filter((tag) => !allowed.test(tag))).toEqual([]);
      expect(tags.filter((tag) => /\s(on\w+|src|style|href)=(?!"[a-z])/i.test(tag))).toEqual([]);
      for (const [, to] of html.matchAll(/<a href="([^"]*)"/g)) expect(files.has(to ?? "")).toBe(true);
    }
    const omitted = JSON.parse(String(files.get("omitted.json"))) as { reason: string; ground: string }[];
    expect(omitted.length).toBeGreaterThan(0);
    for (const { reason, ground } of omitted) expect(reason.length * ground.length).toBeGreaterThan(0);
    const statement = JSON.parse(String(files.get("statement.json")));
    expect(statement.purposes).toHaveLength(6);
    expect(statement.recipients.length).toBeGreaterThan(0);
    expect(statement.categories.length).toBeGreaterThan(3);
  });

  it("holds nothing, and says so, for somebody the platform does not know", async () => {
    const asked = await askFor(await makePerson());
    await write(asked.packageId);
    const { files, detail } = await unpack(asked);
    expect(detail.rows).toBe(0);
    expect(String(files.get("statement.html"))).toContain("knows nobody by your address");
    expect([...files.keys()].some((name) => name.startsWith("data/"))).toBe(false);
  });

  it("P2: comes in parts under one manifest when it is large", async () => {
    const asked = await ask(companyOwner, "company");
    await write(asked.packageId, 150_000);
    const { files, detail } = await unpack(asked);
    expect(detail.parts.length).toBeGreaterThan(1);
    for (const part of detail.parts) expect(part.bytes).toBeLessThanOrEqual(150_000);
    const manifest = JSON.parse(String(files.get("datapackage.json"))) as Descriptor;
    for (const { path, hash } of manifest.resources) {
      expect(`sha256:${createHash("sha256").update(joined(files, path)).digest("hex")}`).toBe(hash);
    }
  });

  it("S31: leaves no address in job payloads, audit entries or progress, and nothing readable on the disk", async () => {
    const asked = await ask(technician);
    await write(asked.packageId);
    const [jobs, entries] = await Promise.all([
      database.sql`select data::text as text from pgboss.job where name like 'package.%'`,
      database.sql`select convert_from(canonical, 'UTF8') || payload::text as text from audit_entries join audit_payloads on entry_id = id`,
    ]);
    for (const { text } of [...jobs, ...entries]) expect(text).not.toMatch(/@|Brandt|Winter/);
    for (const name of await readdir(join(storage, asked.packageId))) {
      const bytes = await readFile(join(storage, asked.packageId, name));
      expect(bytes.includes("PK\u0003\u0004") || bytes.includes("index.html")).toBe(false);
    }
  });
});

describe("a try that does not get through", () => {
  const manifestOf = async (asked: Asked) => String((await unpack(asked)).files.get("datapackage.json"));

  it("R8, H1: killed at any point, a retry gives the same manifest and offers nothing before it is whole", async () => {
    const asked = await ask(technician);
    const places: string[] = [];
    onFaultPoint((name) => void places.push(name));
    await write((await askFor(asked.personId)).packageId);
    // The first and the last time of every named place.
    const deaths = new Set(places.flatMap((name) => [places.indexOf(name), places.lastIndexOf(name)]));
    expect(new Set(places).size).toBeGreaterThanOrEqual(6);
    for (const die of deaths) {
      let reached = 0;
      onFaultPoint((name) => {
        if (reached++ === die) throw Object.assign(new Error(`died at ${name}`), { name: "FaultForTests" });
      });
      await expect(write(asked.packageId), places[die]).rejects.toThrow("died at");
      // Nothing is offered, and no file of a broken try is left behind.
      expect((await rowOf(asked.packageId)).readyAt).toBeNull();
      expect(await readdir(join(storage, asked.packageId)).catch(() => [])).toEqual([]);
    }
    onFaultPoint();
    await write(asked.packageId);
    expect((await rowOf(asked.packageId)).fence).toBe(deaths.size + 1);
    const manifest = await manifestOf(asked);
    // Another package of the same person, never interrupted, has the same data files.
    const again = await askFor(asked.personId);
    await write(again.packageId);
    const hashes = (text: string) =>
      (JSON.parse(text) as Descriptor).resources
        .filter(({ name }) => /-(json|csv)$|^files\//.test(name))
        .map(({ name, hash }) => `${name} ${hash}`);
    expect(hashes(manifest)).toEqual(hashes(await manifestOf({ ...asked, ...again })));
  });

  it("H3: a worker that is really killed leaves files that are never offered, and the next one gets through", async () => {
    const asked = await ask(technician);
    const places = ["package.disk-write", "package.published"];
    for (const place of places) {
      const { command, args } = runTs("test/write-and-die.ts", asked.packageId, place);
      const child = spawn(command, args, { env: { ...process.env, TC_PROCESS: "worker" }, stdio: "ignore" });
      const [, signal] = (await once(child, "exit")) as [number | null, string | null];
      expect(signal, place).toBe("SIGKILL");
      expect((await rowOf(asked.packageId)).readyAt).toBeNull();
      // One part; beside it, while it is written, the sealed list of its files.
      const left = await readdir(join(storage, asked.packageId));
      expect(left.filter((name) => !name.endsWith(".0.sealed.writing"))).toHaveLength(1);
      const offered = await openDownload(holderCtx(asked.personId), {
        packageId: asked.packageId,
        position: 1,
        range: null,
        ifRange: null,
      });
      expect(offered).toEqual({ ok: false, reason: "not-ready" });
    }
    await write(asked.packageId);
    expect(await readdir(join(storage, asked.packageId))).toEqual([`${places.length + 1}.1.sealed`]);
    await unpack(asked);
  }, 60_000);

  it("R2: a job that runs again after it was ready changes nothing", async () => {
    const asked = await ask(technician);
    await write(asked.packageId);
    const before = await rowOf(asked.packageId);
    await write(asked.packageId);
    expect(await rowOf(asked.packageId)).toEqual(before);
  });

  it("R3: a paused worker that wakes after another took over writes nothing", async () => {
    const asked = await ask(technician);
    const [paused, wake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let first = true;
    onFaultPoint(async (name) => {
      if (name !== "package.rename" || !first) return;
      first = false;
      paused.resolve();
      await wake.promise;
    });
    const slow = write(asked.packageId);
    await paused.promise;
    await write(asked.packageId);
    const won = await rowOf(asked.packageId);
    expect(won.fence).toBe(2);
    expect(won.readyAt).not.toBeNull();
    wake.resolve();
    await slow.catch(() => {});
    expect(await rowOf(asked.packageId)).toEqual(won);
    expect(await readdir(join(storage, asked.packageId))).toEqual(["2.1.sealed"]);
    await unpack(asked);
  });

  it("R13: says that the disk is full, offers nothing, and gets through once there is room", async () => {
    const asked = await ask(technician);
    onFaultPoint((name) => {
      if (name === "package.disk-write") {
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
      }
    });
    await write(asked.packageId);
    const full = await rowOf(asked.packageId);
    expect(full).toMatchObject({ failure: "disk-full", failedAt: null, readyAt: null });
    expect(await readdir(join(storage, asked.packageId)).catch(() => [])).toEqual([]);
    const detail = await packageDetail(holderCtx(asked.personId), asked.packageId);
    expect(detail.ok && detail.value).toMatchObject({ state: "retrying", failure: { kind: "disk-full" } });
    const [again] = await database.sql`
      select start_after > now() + interval '30 seconds' as later from pgboss.job
      where name = 'package.write' and data->>'packageId' = ${asked.packageId} order by created_on desc limit 1`;
    expect(again?.later).toBe(true);
    onFaultPoint();
    await write(asked.packageId);
    expect(await rowOf(asked.packageId)).toMatchObject({ failure: null, failedAt: null });
    await unpack(asked);
  });

  it("P4: a collection that cannot be read fails the package by its name, and the person is told", async () => {
    const role = `reader_${newId().replaceAll("-", "")}`;
    const url = new URL(platform.url);
    await client.query(`create role ${role} login password 'reader'; grant usage on schema public to ${role};
      grant select on all tables in schema public to ${role}; grant temporary on database ${platform.name} to ${role};
      revoke select on work_order_notes from ${role}`);
    url.username = role;
    url.password = "reader";
    process.env.PLATFORM_DATABASE_URL = url.href;
    resetEnv();
    try {
      const asked = await askFor(await makePerson({ platformUserId: (await knownUser(technician)).userId }));
      await write(asked.packageId);
      const row = await rowOf(asked.packageId);
      expect(row.failure).toBe("operno.work_order_notes");
      expect(row.failedAt).not.toBeNull();
      expect(await readdir(join(storage, asked.packageId)).catch(() => [])).toEqual([]);
      const [mail] =
        await database.sql`select count(*)::int as n from outgoing_mails where template = 'package-failed' and person_id = ${asked.personId}`;
      expect(mail?.n).toBe(1);
    } finally {
      process.env.PLATFORM_DATABASE_URL = platform.url;
      resetEnv();
      await client.query(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it("a platform that does not answer is tried again, then said", async () => {
    const asked = await ask(technician);
    const url = new URL(platform.url);
    url.port = "1";
    process.env.PLATFORM_DATABASE_URL = url.href;
    resetEnv();
    try {
      await write(asked.packageId);
      expect(await rowOf(asked.packageId)).toMatchObject({ failure: "operno", failedAt: null });
      for (let n = 0; n < 5; n++) await write(asked.packageId);
      expect((await rowOf(asked.packageId)).failedAt).not.toBeNull();
    } finally {
      process.env.PLATFORM_DATABASE_URL = platform.url;
      resetEnv();
    }
  });

  it("R15: stops at once when the worker drains, and the next run finishes it", async () => {
    const asked = await ask(technician);
    const stop = new AbortController();
    onFaultPoint((name) => {
      if (name === "package.collection") stop.abort();
    });
    await expect(
      writePackage(systemCtx("job"), { packageId: asked.packageId }, { signal: stop.signal }),
    ).rejects.toThrow();
    onFaultPoint();
    expect((await rowOf(asked.packageId)).readyAt).toBeNull();
    await write(asked.packageId);
    await unpack(asked);
  });

  it("progress counts every collection and ends complete", async () => {
    const asked = await ask(technician);
    await write(asked.packageId);
    const progress = await withRead(systemCtx("test"), (tx) =>
      tx.db.select().from(packageProgress).where(eq(packageProgress.packageId, asked.packageId)),
    );
    const row = await rowOf(asked.packageId);
    expect(progress).toHaveLength(row.collectionsTotal);
    expect(progress.every(({ doneAt }) => doneAt !== null)).toBe(true);
    expect(progress.reduce((sum, { rows }) => sum + rows, 0)).toBe(row.rowsEstimated);
  });

  const knownUser = async (address: string) => {
    const found = await findPlatformPerson(address);
    if (!found) throw new Error("nobody");
    return found;
  };
});

it("storage that may not be written is no matter of the data, and the job is run again", async () => {
  const asked = await ask(technician);
  const locked = await mkdtemp(join(tmpdir(), "tc-locked-"));
  process.env.STORAGE_DIR = join(locked, "file");
  await import("node:fs/promises").then(({ writeFile }) => writeFile(join(locked, "file"), ""));
  resetEnv();
  try {
    await expect(write(asked.packageId)).rejects.toThrow();
    expect(await rowOf(asked.packageId)).toMatchObject({ failure: null, failedAt: null, readyAt: null });
  } finally {
    process.env.STORAGE_DIR = storage;
    resetEnv();
    await chmod(locked, 0o700);
    await rm(locked, { recursive: true });
  }
});
