import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import type { Collection } from "../data-map/types";
import { assignedNow, stampedColumns } from "./stamped";

let client: pg.Client;
let name: string;
beforeAll(async () => {
  const made = await createDatabase();
  name = made.name;
  client = new pg.Client({ connectionString: made.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await dropDatabase(name);
});

it.each<[string, string[]]>([
  ["begin new.updated_at = now(); return new; end", ["updated_at"]],
  [
    "BEGIN NEW.Changed := CURRENT_TIMESTAMP; NEW.\"At\" := clock_timestamp() at time zone 'UTC'; RETURN NEW; END",
    ["changed", "At"],
  ],
  [
    "begin if new.* is distinct from old.* then new.ms = extract(epoch from now()) * 1000; end if; return new; end",
    ["ms"],
  ],
  ["begin /* who */ new.updated_at -- when\n := now(); return new; end", ["updated_at"]],
  // What was in the row tells of the person, so it has to be seen whether it is emptied.
  ["begin new.mail := lower(new.mail); return new; end", []],
  ["begin new.seen := greatest(old.seen, now()); return new; end", []],
  ["begin if new.at = now() then raise 'no'; end if; return new; end", []],
  ["begin -- new.at := now();\n return new; end", []],
])("%s writes the time into %j", (body, columns) => {
  expect(assignedNow(body)).toEqual(columns);
});

it("finds the triggers that act on whoever erases, also those of a partition", async () => {
  await client.query(
    `create function stamp() returns trigger language plpgsql as $$ begin new.at := now(); return new; end $$;
     create table parts (id int, at timestamptz) partition by list (id); create table parts_1 partition of parts for values in (1);
     create trigger s before update on parts_1 for each row execute function stamp();
     create table off (at timestamptz); create trigger s before update on off for each row execute function stamp();
     alter table off disable trigger s;
     create table sparing (at timestamptz); create trigger s before update on sparing for each row when (current_user <> 'eraser') execute function stamp();
     create table born (at timestamptz); create trigger s before insert on born for each row execute function stamp();
     create extension moddatetime; create table in_c (at timestamptz);
     create trigger s before update on in_c for each row execute function moddatetime (at);
     create table later (at timestamptz); create trigger s after update on later for each row execute function stamp();`,
  );
  const collections = ["parts", "off", "sparing", "born", "in_c", "later"].map(
    (table) => ({ table: { schema: "public", name: table } }) as Collection,
  );
  const found = await stampedColumns(client, collections);
  expect(found.map(({ name, column }) => `${name}.${column}`).sort()).toEqual(["in_c.at", "parts.at"]);
});
