import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { collection, from, mapOf, to } from "@/test/strangers/shape";
import { checked, everything, type Opened, strangerPerTest } from "@/test/strangers/try-out";
import { eraseSubject, inEachSystem } from "./erase-subject";
import { ErasurePutOff, expectTurn, patience, takeTurn } from "./one-at-a-time";
import { eraseInSystem } from "./run-system";

// Two people share an address by rows of a table in between.

const waits = patience.seconds;
const open = strangerPerTest();
let opened: Opened;
beforeEach(async () => {
  opened = await open({
    schema: `create table people (id int primary key, mail text, closed timestamptz);
        create table addresses (id int primary key, street text);
        create table homes (person int not null references people, address int not null references addresses, primary key (person, address));
        insert into people values (1, 'one@x.example'), (2, 'two@x.example'), (3, 'three@x.example');
        insert into addresses values (1, 'of both'), (2, 'lasting');
        insert into homes values (1, 1), (2, 1), (3, 2)`,
    map: mapOf({ person: { collection: "people", id: "id", email: "mail", closed: "closed" } }, [
      collection(
        "people",
        {},
        { id: ["integer", { pk: true }], mail: ["text", { identity: "email" }], closed: "timestamptz" },
      ),
      collection("addresses", {}, { id: ["integer", { pk: true }], street: "text" }),
      collection(
        "homes",
        {},
        {
          person: ["integer", { pk: true, refs: [from("people.id")] }],
          address: ["integer", { pk: true, refs: [to("addresses.id")] }],
        },
      ),
    ]),
  });
});
afterEach(async () => {
  patience.seconds = waits;
});

const subject = (id: string) => ({ platformUserId: id, platformCompanyId: null });
const erase = (id: string) => eraseSubject({ map: opened.map, subject: subject(id), scope: "person" });
/** Erases, and does something just before it lasts. */
const erasing = (id: string, meanwhile: () => Promise<void>) =>
  inEachSystem({ map: opened.map, subject: subject(id), scope: "person" }, (at, order) =>
    eraseInSystem(at, order, meanwhile),
  );
async function session(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: opened.url });
  client.on("error", () => {});
  await client.connect();
  return client;
}
const lasting = ["public.addresses 2|lasting", "public.homes 3|2", "public.people 3|three@x.example|~"];

it("two who share a row and are erased at once leave none that is nobody's", async () => {
  expect(await checked(opened.map)).toEqual([]);
  let second: Promise<unknown> = Promise.resolve();
  await erasing("1", async () => {
    second = erase("2");
    // Had it not to wait, it would be done by now.
    await new Promise((done) => setTimeout(done, 1500));
  });
  await second;
  expect(await everything(opened.client)).toEqual(lasting);
});

it("waiting is bounded: whoever is put off has changed nothing, and may come again", async () => {
  patience.seconds = 1;
  let before: string[] = [];
  await erasing("1", async () => {
    before = await everything(opened.client);
    await expect(erase("2")).rejects.toThrow(ErasurePutOff);
    expect(await everything(opened.client)).toEqual(before);
  });
  await erase("2");
  expect(await everything(opened.client)).toEqual(lasting);
});

it("a turn ends with its session, however that ends", async () => {
  patience.seconds = 1;
  const [dead, left] = [await session(), await session()];
  await takeTurn(dead, "theirs");
  const { rows } = await dead.query<{ pid: number }>("select pg_backend_pid() as pid");
  await expect(erase("1")).rejects.toThrow(ErasurePutOff);
  await opened.client.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
  await erase("1");
  await takeTurn(left, "theirs");
  await left.end();
  await erase("2");
  expect(await everything(opened.client)).toEqual(lasting);
});

it("a session that a pooler changed is nobody's turn", async () => {
  const [ours, another] = [await session(), await session()];
  await takeTurn(ours, "theirs");
  await expectTurn(ours, "theirs");
  await expect(expectTurn(another, "theirs")).rejects.toThrow(/theirs: .*pooler/);
  await Promise.all([ours.end(), another.end()]);
});
