import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDatabase, dropDatabase } from "@/test/database";
import { currentTransaction, hasLasted, numberOf } from "./lasting";

const made: string[] = [];
let [url, elsewhere] = ["", ""];
let client: pg.Client;

beforeAll(async () => {
  for (const at of [0, 1]) {
    const database = await createDatabase();
    made.push(database.name);
    if (at === 0) url = database.url;
    else elsewhere = database.url;
  }
  client = new pg.Client({ connectionString: url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  for (const name of made) await dropDatabase(name);
});

const transaction = async (end: "commit" | "rollback") => {
  await client.query("begin");
  const name = await currentTransaction(client);
  await client.query(end);
  return name;
};

describe("whether a transaction lasted", () => {
  it("is known in its own database, by its number", async () => {
    const [lasted, lost] = [await transaction("commit"), await transaction("rollback")];
    expect([await hasLasted(url, lasted), await hasLasted(url, lost)]).toEqual([true, false]);
    // As it was noted by earlier releases.
    expect(numberOf(lasted)).toMatch(/^[0-9]+$/);
    expect(await hasLasted(url, numberOf(lasted))).toBe(true);
  });

  it("is not, while it still runs", async () => {
    await client.query("begin");
    const name = await currentTransaction(client);
    await expect(hasLasted(url, name)).rejects.toThrow(/still runs/);
    await client.query("rollback");
  });

  it("R9: a number that a restored cluster did not give out yet did not last", async () => {
    const [number = "", place = ""] = (await transaction("commit")).split("@");
    const later = String(BigInt(number) + 1_000_000_000n);
    expect([await hasLasted(url, later), await hasLasted(url, `${later}@${place}`)]).toEqual([false, false]);
  });

  it("R9: one of another cluster or database is never trusted, though its number was given out here as well", async () => {
    const lasted = await transaction("commit");
    const [number = "", place = ""] = lasted.split("@");
    const [cluster = "", database] = place.split(".");
    expect(cluster).toMatch(/^[0-9]{15,}$/);
    expect(await hasLasted(url, `${number}@${BigInt(cluster) + 1n}.${database}`)).toBe(false);
    expect(await hasLasted(elsewhere, lasted)).toBe(false);
  });

  it("an ordinary login may ask, and one that may not is known by what it is itself", async () => {
    await client.query("create role lasting_login login password 'x'");
    const own = new URL(url);
    own.username = "lasting_login";
    own.password = "x";
    const nameOf = async () => {
      const login = new pg.Client({ connectionString: own.href });
      await login.connect();
      const name = await currentTransaction(login);
      await login.end();
      return name;
    };
    expect((await nameOf()).split("@")[1]).toBe((await transaction("commit")).split("@")[1]);
    await client.query("revoke execute on function pg_control_system() from public");
    const name = await nameOf();
    expect(name).toMatch(/^[0-9]+@r[0-9]+\.[0-9]+$/);
    expect(await hasLasted(own.href, name)).toBe(true);
    await client.query("drop role lasting_login");
  });
});
