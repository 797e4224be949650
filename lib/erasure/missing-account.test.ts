import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, it } from "vitest";
import { collection, from, mapOf } from "@/test/strangers/shape";
import { everything, strangerPerTest } from "@/test/strangers/try-out";
import { missingAccounts } from "./missing-account";

// What `npm run erasure:preview` and `erasure:run` say of an id that no account has.

const run = promisify(execFile);
const open = strangerPerTest();
let folder = "";
afterEach(async () => {
  if (folder) await rm(folder, { recursive: true });
  folder = "";
});

const id = ["integer", { pk: true }] satisfies Parameters<typeof collection>[2][string];
const map = mapOf(
  {
    person: {
      ...{ collection: "people", id: "id", email: "mail", closed: "closed", company: "company" },
      owner: { field: "owner", is: ["true"] },
    },
    company: { collection: "companies", id: "id", closed: "closed" },
  },
  [
    collection("companies", { scope: "company", company: "id" }, { id, closed: "timestamptz" }),
    collection("people", {}, { id, mail: "text", closed: "timestamptz", company: "integer", owner: "boolean" }),
    collection("notes", {}, { id, person: ["integer", { refs: [from("people.id")] }] }),
  ],
);
const schema = `create table companies (id int primary key, closed timestamptz);
  create table people (id int primary key, mail text, closed timestamptz, company int, owner boolean);
  create table notes (id int primary key, person int);
  insert into people values (1, 'a@x.example'); insert into notes values (1, 9);`;
const nobody =
  "theirs: no account has that id. It was looked for in public.people, column id (integer): give the value that stands there, no address. An account that was erased before may be gone from there.";

it("says where an account was looked for and what its id is, and of a company likewise", async () => {
  const { map: theirs } = await open({ schema, map });
  const missing = (person: string, company: string | null = null) =>
    missingAccounts(theirs, { platformUserId: person, platformCompanyId: company }, company ? "company" : "person");
  expect(await missing("1")).toEqual([]);
  for (const none of ["2", "a@x.example", "01", "\0", ""]) expect(await missing(none)).toEqual([nobody]);
  expect(await missing("1", "5")).toEqual([
    "theirs: no company has that id. It was looked for in public.companies, column id (integer): give the value that stands there. A company that was erased before may be gone from there.",
  ]);
});

it("ends the commands with 1 where nothing is held either, and erases what somebody without an account left", async () => {
  const { map: _, client, url } = await open({ schema, map });
  folder = await mkdtemp(join(tmpdir(), "tc-missing-"));
  await writeFile(join(folder, "theirs.yml"), map);
  const env = { ...process.env, PLATFORM_DATABASE_URL: url, STRANGER_DATABASE_URL: url };
  const command = (person: string, ...more: string[]) =>
    run(process.execPath, ["--import", "tsx", "bin/erasure.ts", "--map", folder, "--person", person, ...more], { env });
  const doing = (person: string) => ["--run", "--copy", "--confirm", person, "--receipt", join(folder, "receipt.json")];
  const before = await everything(client);
  await expect(command("2")).rejects.toMatchObject({ code: 1, stderr: `${nobody}\nNothing is held of it.\n` });
  await expect(command("a@x.example")).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(nobody) });
  await expect(command("2", ...doing("2"))).rejects.toMatchObject({
    code: 1,
    stderr: `${nobody}\nNothing was erased.\n`,
  });
  expect(await everything(client)).toEqual(before);
  const { stdout, stderr } = await command("9");
  expect(stderr).toContain(nobody);
  expect(stdout).toContain("notes");
  await command("9", ...doing("9"));
  expect(await everything(client)).toEqual(before.filter((row) => !row.startsWith("public.notes")));
});

it("says what is wrong with an option in one sentence", async () => {
  const command = (...options: string[]) => run(process.execPath, ["--import", "tsx", "bin/erasure.ts", ...options]);
  for (const wrong of [["--person"], ["--persons", "1"]])
    await expect(command(...wrong)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^.*option.*\n$/i),
    });
});
