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
