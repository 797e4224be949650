import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { testDatabase } from "@/test/database";
import { foreignMap } from "@/test/foreign-platform";
import { openForeignPlatform } from "@/test/open-foreign-platform";
import { makeStaff } from "@/test/people";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { emptyList } from "@/test/suppressions";
import { systemCtx } from "../context";
import { parseMap } from "../data-map/parse";
import type { DataMap } from "../data-map/types";
import { closeDatabases } from "../db/client";
import { resetEnv } from "../env";
import { onFaultPoint } from "../faults";
import { eraseByCommand } from "./erase-by-command";
import { eraseSubject, previewErasure } from "./erase-subject";
import { replayErasures } from "./replay-erasures";
import { verifyReceipt } from "./verify-receipt";

// Two systems, of which the one without people comes first.

const trustCenter = testDatabase();
const open = strangerPerTest();
const map: DataMap = { systems: parseMap("club.yml", foreignMap) };
let platform: Awaited<ReturnType<typeof openForeignPlatform>>;
let folder = "";
let said: string[] = [];

beforeEach(async () => {
  await emptyList(trustCenter.sql);
  await trustCenter.sql`truncate ended_accounts, legal_holds`;
  folder = await mkdtemp(join(tmpdir(), "tc-receipt-"));
  said = [];
  platform = await openForeignPlatform();
});
afterEach(async () => {
  onFaultPoint();
  await platform.close();
  await rm(folder, { recursive: true });
});

const listed = async () => (await trustCenter.sql`select 1 from suppressions where line is not null`).length;
const erase = (file: string, isTrial = false, isCopy = false) =>
  eraseByCommand(
    { map, subject: { platformUserId: "m1", platformCompanyId: "1" }, scope: "person" },
    { file, isTrial, isCopy, say: (line) => said.push(line) },
  );
const tokenSaid = () => /--link\): ([\w-]{43})/.exec(said.join("\n"))?.[1] ?? "";

it("R9: whom the command line erased is erased again after a restore", async () => {
  await erase(join(folder, "r.json"));
  const erased = await platform.dump();
  expect(await listed()).toBe(1);
  await platform.close();
  platform = await openForeignPlatform();
  expect(await platform.dump()).not.toEqual(erased);
  expect(await replayErasures(systemCtx("test"), map)).toMatchObject({ found: 1, failures: [] });
  expect(await platform.dump()).toEqual(erased);
});

describe("an id that is typed in another form than the platform's own", () => {
  it.each([
    ["uuid", "6f000000-0000-4000-8000-00000000000a", "6F000000-0000-4000-8000-00000000000A"],
    ["integer", "7", "07"],
    ["numeric(10,2)", "7.00", "7"],
  ])("R9: leads to the same account after a restore (%s)", async (type, stored, typed) => {
    const key: [string, { pk: true }] = [type, { pk: true }];
    const person = {
      collection: "people",
      id: "id",
      email: "mail",
      company: "firm",
      owner: { field: "id", is: [stored] },
    };
    const stranger = {
      schema: `create table firms (id ${type} primary key); create table people (id ${type} primary key, firm ${type}, mail text);
        insert into firms values ('${stored}'); insert into people values ('${stored}', '${stored}', 'a@x.example')`,
      map: mapOf({ person, company: { collection: "firms", id: "id" } }, [
        collection("firms", { scope: "company" }, { id: key }),
        collection(
          "people",
          { scope: "both", company: "firm" },
          {
            id: key,
            firm: [type, { refs: [from("firms.id", { scope: "company" })] }],
            mail: ["text", { identity: "email" }],
          },
        ),
      ]),
    };
    for (const scope of ["person", "company"] as const) {
      await emptyList(trustCenter.sql);
      await trustCenter.sql`truncate ended_accounts`;
      const first = await open(stranger);
      await eraseByCommand(
        { map: first.map, subject: { platformUserId: typed, platformCompanyId: typed }, scope },
        { file: join(folder, `${scope}.json`), isTrial: false, say: () => {} },
      );
      const erased = await everything(first.client);
      expect(await trustCenter.sql`select platform_user_id as id from ended_accounts`).toEqual([{ id: stored }]);
      const restored = await open(stranger);
      expect(await replayErasures(systemCtx("test"), restored.map)).toMatchObject({ found: 1, failures: [] });
      expect(await everything(restored.client)).toEqual(erased);
    }
  });
});

it("S32: whom the command line erased is noted, to be forgotten here as well", async () => {
  await erase(join(folder, "r.json"));
  const noted = await trustCenter.sql`select platform_user_id, ended_at is not null as ended from ended_accounts`;
  expect(noted.map((row) => ({ ...row }))).toEqual([{ platform_user_id: "m1", ended: true }]);
});

it("a trial on a copy puts nobody on the list", async () => {
  await erase(join(folder, "r.json"), true);
  expect(await trustCenter.sql`select 1 from ended_accounts`).toHaveLength(0);
  expect(await listed()).toBe(0);
  expect(said.join()).toContain("this was a trial");
});

it("refuses before the first row goes when the receipt has no place, and says so", async () => {
  const before = await platform.dump();
  const taken = join(folder, "taken.json");
  await writeFile(taken, "mine");
  await expect(erase(taken)).rejects.toThrow(/taken\.json, and there is a file already\. Nothing was erased/);
  await expect(erase(join(folder, "nowhere", "r.json"))).rejects.toThrow(/it cannot be written \(ENOENT\)/);
  expect(await readFile(taken, "utf8")).toBe("mine");
  expect(await platform.dump()).toEqual(before);
  expect(await listed()).toBe(0);
});

it("keeps the receipt of the systems that were done when the next one refuses", async () => {
  await platform.client.query(`
    create function public.refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end';
    create trigger refuse before delete on "Club Data"."Member List" for each row execute function public.refuse()`);
  const file = join(folder, "r.json");
  await expect(erase(file)).rejects.toThrow();
  const bytes = await readFile(file);
  expect(await listed()).toBe(1);
  const { receipt } = JSON.parse(bytes.toString());
  expect(receipt).toMatchObject({ incomplete: true, systems: [{ name: "newsletter" }] });
  expect(verifyReceipt(bytes, { account: { id: "m1", token: tokenSaid() } })).toMatchObject({
    ok: true,
    isTheirs: true,
  });
  // Done again it is whole, and says so.
  await platform.client.query(`drop trigger refuse on "Club Data"."Member List"`);
  await erase(join(folder, "again.json"));
  const again = JSON.parse(await readFile(join(folder, "again.json"), "utf8")).receipt;
  expect(again).not.toHaveProperty("incomplete");
  expect(again.systems).toHaveLength(2);
});

it("leaves no file and no line of the list when nothing was erased", async () => {
  await platform.client.query(`drop table public.opens`);
  const file = join(folder, "r.json");
  await expect(erase(file)).rejects.toThrow();
  expect(existsSync(file)).toBe(false);
  expect(said).toEqual(["Nothing was erased."]);
  expect(await listed()).toBe(0);
});

it("what stops a later system and can be known beforehand keeps the first one whole too", async () => {
  await platform.client.query(`alter table "Club Data"."Badges" rename to "Gone"`);
  const before = await platform.dump();
  const file = join(folder, "r.json");
  const gone = "club.Badges: there is no table Club Data.Badges (any more)";
  await expect(erase(file)).rejects.toThrow(gone);
  const order = { map, subject: { platformUserId: "m1", platformCompanyId: "1" }, scope: "person" as const };
  await expect(eraseSubject(order)).rejects.toThrow(gone);
  expect(await platform.dump()).toEqual(before);
  expect(existsSync(file)).toBe(false);
  expect(said).toEqual(["Nothing was erased."]);
  expect(await listed()).toBe(0);
});

it("does not say so of what stopped once it was about to last", async () => {
  onFaultPoint(async (name) => {
    if (name !== "suppression.written") return;
    onFaultPoint();
    await platform.client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
  });
  await expect(erase(join(folder, "r.json"))).rejects.toThrow();
  expect(said).toEqual([
    "It stopped when the changes were about to last, so they may have: run it again, and what is left goes.",
  ]);
});

/** Everything of m1 in one collection of the home system, another's row that names them as well. */
async function holdOn(collection: string): Promise<void> {
  const [one, two] = [await makeStaff("officer"), await makeStaff("officer")];
  await trustCenter.sql`
    insert into legal_holds (id, scope, platform_user_id, system, collection, ground, note, requested_by, requested_at)
    values (gen_random_uuid(), 'person', 'm1', 'club', ${collection}, 'legal-claim', 'x', ${one.staffId}, now())`;
  await trustCenter.sql`update legal_holds set set_by = ${two.staffId}, set_at = now()`;
}
const rowOf = async () =>
  (await platform.client.query(`select * from "Club Data"."Member List" where uid = 'm1'`)).rows;

it("what a legal hold keeps stays, is told, and nobody counts as ended until it went", async () => {
  await holdOn("Member List");
  const before = await rowOf();
  expect(before).toHaveLength(1);
  const done = await erase(join(folder, "r.json"));
  expect(await rowOf()).toEqual(before);
  expect(done.flatMap(({ fates }) => fates)).toContainEqual(
    expect.objectContaining({ collection: "Member List", held: 2, deleted: 0 }),
  );
  expect(said.join()).toContain("2 rows stay as they are for a legal hold");
  expect(await trustCenter.sql`select 1 from ended_accounts where ended_at is not null`).toHaveLength(0);
  await trustCenter.sql`truncate legal_holds`;
  await erase(join(folder, "again.json"));
  expect(await rowOf()).toEqual([]);
  expect(await trustCenter.sql`select 1 from ended_accounts where ended_at is not null`).not.toHaveLength(0);
});

describe("while nobody can say which legal holds stand", () => {
  let address: string | undefined;
  const pointAt = async (url: string | undefined) => {
    await closeDatabases();
    if (url === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = url;
    resetEnv();
  };
  beforeEach(() => {
    address = process.env.DATABASE_URL;
  });
  afterEach(() => pointAt(address));

  it.each([
    ["its database does not answer", "postgres://nobody:x@127.0.0.1:1/nothing"],
    ["its variables are not set", undefined],
  ])("nothing is erased: %s; a copy is", async (_, url) => {
    const before = await platform.dump();
    const file = join(folder, "r.json");
    await pointAt(url);
    const refused = /^Nothing was erased: the trust center's database cannot be asked which legal holds stand/;
    await expect(erase(file)).rejects.toThrow(refused);
    await expect(erase(file, true)).rejects.toThrow(refused);
    expect(existsSync(file)).toBe(false);
    expect(await platform.dump()).toEqual(before);
    await erase(file, true, true);
    expect(await rowOf()).toEqual([]);
  });

  it("a copy is previewed and erased without any variable, fields that are hashed as well", async () => {
    const person = { collection: "people", id: "id", email: "mail", closed: "closed" };
    const key: [string, { pk: true }] = ["integer", { pk: true }];
    const fields = { person: ["integer", { refs: [from("people.id")] }], town: ["text", { erasure: "hash" }] } as const;
    const theirs = await open({
      schema: `create table people (id int primary key, mail text, closed timestamptz); create table visits (id int primary key, person int, town text);
        insert into people values (1, 'zebra@x.example'); insert into visits values (1, 1, 'zebra town'), (2, 1, 'zebra town')`,
      map: mapOf({ person }, [
        collection("people", {}, { id: key, mail: "text", closed: "timestamptz" }),
        collection("visits", { erasure: "anonymise" }, { id: key, ...structuredClone(fields) } as never),
      ]),
    });
    await pointAt(undefined);
    vi.stubEnv("AUTH_SECRET", undefined);
    try {
      const asked = {
        map: theirs.map,
        subject: { platformUserId: "1", platformCompanyId: null },
        scope: "person",
      } as const;
      await previewErasure(asked);
      await eraseByCommand(asked, { file: join(folder, "h.json"), isTrial: true, isCopy: true, say: () => {} });
    } finally {
      vi.unstubAllEnvs();
      resetEnv();
    }
    const { rows } = await theirs.client.query(
      "select person, count(distinct town)::int as towns, min(town) as town from public.visits group by 1",
    );
    expect(rows).toEqual([{ person: null, towns: 1, town: expect.stringMatching(/^erased-/) }]);
  });
});
