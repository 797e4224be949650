import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadMap } from "./load";

const dataset = {
  fides_key: "mine",
  data_categories: ["user"],
  trust: { connection: "PLATFORM_DATABASE_URL" },
  collections: [
    {
      name: "jobs",
      trust: { scope: "none", ground: "No people" },
      fields: [{ name: "id", trust: { type: "integer" } }],
    },
  ],
};
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tc-map-"));
});
afterEach(() => rm(folder, { recursive: true }));

it("names a wrong file by the folder that was asked for", async () => {
  await writeFile(join(folder, "mine.yml"), "dataset: 1");
  expect(() => loadMap(folder)).toThrow(`${join(folder, "mine.yml")}:1:`);
  await writeFile(join(folder, "mine.yml"), JSON.stringify({ dataset: [dataset] }));
  expect(() => loadMap(folder)).toThrow(`${folder}: exactly one dataset must say under trust.person`);
  // The installation's own, as it is called from the project's folder.
  expect(() => loadMap(resolve("data-map/nowhere"))).toThrow("nowhere: there is no such folder");
});

it("names a system that no request finds, since nothing at home gives the identity it knows people by, unless it is about clients", async () => {
  const text = (name: string, meta = {}, trust = {}) => ({ name, fides_meta: meta, trust: { type: "text", ...trust } });
  const table = (name: string, trust: object, more: object[] = []) => ({
    ...{ name, fields: [text("id", { primary_key: true }), ...more] },
    trust: { category: "collect.account", role: "owner", retention: "account", erasure: "delete", ...trust },
  });
  const client = { client: { role: "owner", erasure: "delete" } };
  const write = (followed: object, of: object, identity: string) => {
    const home = {
      ...dataset,
      trust: {
        ...dataset.trust,
        person: { collection: "users", id: "id", email: "email", company: "firm", owner: { field: "firm", is: ["1"] } },
        company: { collection: "firms", id: "id", name: "id" },
        clients: { collection: "guests", id: "id", name: "id", email: "id" },
      },
      collections: [
        table("firms", { scope: "company" }),
        table("users", { scope: "both", company: "firm" }, [
          ...[text("firm"), text("email", { identity: "email" }, followed)],
        ]),
        table("guests", { scope: "company", company: "firm", ...client }, [text("firm")]),
      ],
    };
    const readers = table("readers", { scope: "person", ...of }, [text("known", { identity })]);
    const letters = { ...dataset, fides_key: "letters", collections: [readers] };
    return writeFile(join(folder, "both.yml"), JSON.stringify({ dataset: [home, letters] }));
  };
  await write({}, {}, "email");
  expect(() => loadMap(folder)).toThrow(
    "letters.readers: nothing leads here for a person: say `follow` of a field of mine that holds the identity by which letters knows people",
  );
  await write({ follow: true }, {}, "email");
  expect(loadMap(folder).systems.map(({ name }) => name)).toEqual(["mine", "letters"]);
  await write({}, client, "client_id");
  expect(loadMap(folder).systems).toHaveLength(2);
});
