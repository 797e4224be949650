import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import { collection, mapOf } from "@/test/strangers/shape";
import { strangerPerTest } from "@/test/strangers/try-out";
import { blockersByCommand } from "./find-blockers";

// What `npm run erasure:run` asks before it begins, by whatever map.

const run = promisify(execFile);
const open = strangerPerTest();
let folder = "";
afterEach(async () => {
  if (folder) await rm(folder, { recursive: true });
});

it("names a sole owner, who closes what is not theirs, and what is unpaid; the command refuses until it is told to go on", async () => {
  const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
  const schema = `create table companies (id int primary key, closed timestamptz);
    create table people (id int primary key, mail text, company int, owner boolean, closed timestamptz);
    create table bills (id int primary key, company int, paid timestamptz);
    insert into companies values (1), (2); insert into bills values (1, 1, null), (2, 2, now());
    insert into people values (1, 'a@x.example', 1, true), (2, 'b@x.example', 1, false), (3, 'c@x.example', 2, true), (4, 'd@x.example', null, false)`;
  const company = { scope: "company", company: "company", role: "shared" };
  const map = mapOf(
    {
      person: {
        ...{ collection: "people", id: "id", email: "mail", closed: "closed", company: "company" },
        owner: { field: "owner", is: ["true"] },
      },
      company: { collection: "companies", id: "id", closed: "closed" },
    },
    [
      collection("companies", { ...company, company: "id" }, { id, closed: "timestamptz" }),
      collection(
        "people",
        { scope: "both", company: "company" },
        { id, mail: "text", company: "integer", owner: "boolean", closed: "timestamptz" },
      ),
      collection(
        "bills",
        { ...company, label: "Bills", open: { field: "paid", is: null } },
        { id, company: "integer", paid: "timestamptz" },
      ),
    ],
  );
  const { map: theirs, client, url } = await open({ schema, map });
  const asked = (person: string, closes: string | null = null) =>
    blockersByCommand(
      theirs,
      { platformUserId: person, platformCompanyId: closes },
      closes === null ? "person" : "company",
    );
  expect(await asked("1")).toEqual([expect.stringMatching(/the only owner of a company that others work in/)]);
  expect(await asked("1", "1")).toEqual(["Still open: Bills (1)."]);
  expect(await asked("2", "1")).toEqual([expect.stringMatching(/do not own that company/)]);
  for (const free of [await asked("2"), await asked("3"), await asked("3", "2"), await asked("4"), await asked("9")])
    expect(free).toEqual([]);

  folder = await mkdtemp(join(tmpdir(), "tc-unsettled-"));
  await writeFile(join(folder, "theirs.yml"), map);
  const env = { ...process.env, PLATFORM_DATABASE_URL: url, STRANGER_DATABASE_URL: url };
  const erasure = (...how: string[]) =>
    run(process.execPath, ["--import", "tsx", "bin/erasure.ts", "--map", folder, ...how], { env });
  const command = (...more: string[]) => erasure("--run", "--copy", "--person", "1", "--confirm", "1", ...more);
  const isThere = async () => (await client.query("select 1 from public.people where id = 1")).rowCount === 1;
  await expect(command()).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("To be settled first: They are the only owner"),
    stderr: expect.stringContaining("Nothing was erased. Settle it, or add --unsettled"),
  });
  expect(await isThere()).toBe(true);
  await command("--unsettled", "--receipt", join(folder, "receipt.json"));
  expect(await isThere()).toBe(false);
  // Whoever closed a company owns it no more; what a hold kept, or a fall left, goes all the same when it is run again.
  const closing = ["--person", "2", "--company", "1"];
  expect((await erasure(...closing)).stdout).toMatch(/To be settled first: They do not own[\s\S]*companies/);
  const again = ["--run", "--copy", "--confirm", "1", "--receipt", join(folder, "again.json"), ...closing];
  await expect(erasure(...again)).rejects.toMatchObject({ stderr: expect.stringContaining("Nothing was erased") });
  await erasure(...again, "--unsettled");
  expect((await client.query("select 1 from public.companies where id = 1")).rowCount).toBe(0);
});
