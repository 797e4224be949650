import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { type Form, inForm } from "./pairs";

// Words that are read as what the other end of a link holds, row by row.

let client: pg.Client;
let name = "";
beforeAll(async () => {
  const database = await createDatabase();
  name = database.name;
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await dropDatabase(name);
});

const read = async (form: Form, words: string) => {
  const { rows } = await client.query(`select ${inForm(form, "w.v")}::text as read from (values ($1::text)) w(v)`, [
    words,
  ]);
  return rows[0]?.read;
};
const id = "6f000000-0000-4000-8000-00000000000a";

it.each<[Form, string, string | null]>([
  ["whole", " +007.000\n", "7"],
  ["whole", "9223372036854775808", null],
  ["whole", "7.5", null],
  ["whole", "", null],
  ["whole", "0x7", null],
  ["number", "-7.50", "-7.50"],
  ["number", "1e5", null],
  ["uuid", id.toUpperCase(), id],
  ["uuid", `{${id}}`, id],
  ["uuid", ` ${id.replaceAll("-", "")} `, id],
  ["uuid", "6f00-0000-0000-4000-8000-0000-0000-000a", id],
  ["uuid", "6f0000000-000-4000-8000-00000000000a", null],
  ["uuid", "--------", null],
  ["uuid", `${"-".repeat(8)}-0000-4000-8000-00000000000a`, null],
  ["uuid", "\u00e9f000000-0000-4000-8000-00000000000a", null],
  ["uuid", "nobody", null],
])("%s of %j", async (form, words, expected) => {
  expect(await read(form, words)).toBe(expected);
});

it("numbers of more digits than any column holds are none, and end no erasure", async () => {
  for (const form of ["whole", "number"] as const)
    for (const length of [500, 140_000]) expect(await read(form, "9".repeat(length))).toBe(null);
});

describe("many rows", () => {
  beforeAll(() =>
    client.query(
      "create temp table ids as select n::text as whole, gen_random_uuid()::text as uuid from generate_series(1, 50000) n",
    ),
  );

  it.each<["whole" | "uuid"]>([["whole"], ["uuid"]])(
    "are read as %s in little more time than to look at them",
    async (form) => {
      const timed = async (sql: string) => {
        const all: number[] = [];
        for (let time = 0; time < 3; time++) {
          const { rows } = await client.query(
            `explain (analyze, timing off, summary, format json) select count(*) from ids where ${sql}`,
          );
          all.push(rows[0]["QUERY PLAN"][0]["Execution Time"]);
        }
        return Math.min(...all);
      };
      const looked = await timed(`${form} collate "C" ~ '^[-0-9a-f]+$'`);
      // It took 30 and 20 times as long while the patterns counted.
      expect(await timed(`${inForm(form, form)} is not null`)).toBeLessThan(looked * 10);
    },
  );
});
