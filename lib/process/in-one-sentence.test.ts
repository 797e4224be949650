import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createDatabase, dropDatabase, testDatabase } from "@/test/database";
import { closeDatabases, type DatabaseRole, openDatabase } from "../db/client";
import { ErasureRefused } from "../erasure/catalog";
import { inOneSentence } from "./in-one-sentence";

testDatabase();
let made: { name: string; url: string };
beforeEach(async () => {
  made = await createDatabase();
});
afterEach(async () => {
  await closeDatabases();
  await dropDatabase(made.name);
});

const caught = async (role: string): Promise<unknown> => {
  const { db } = openDatabase(role as DatabaseRole, made.url);
  try {
    await db.execute(sql`select 1 from retention_sweeps`);
  } catch (error) {
    return error;
  }
  return null;
};

it("says what to do about a database of the trust center's that nobody has made yet, with its roles or without", async () => {
  for (const role of ["tc_worker", "tc_nobody"])
    expect(inOneSentence(await caught(role)), role).toMatch(/has not been made yet\. Run `npm start` once/);
});

it("hands on what is meant for whoever runs a command, and nothing that nobody expects", () => {
  expect(inOneSentence(new ErasureRefused("people: 1 rows were still found"))).toBe("people: 1 rows were still found");
  expect(inOneSentence(new TypeError("x is not a function"))).toBeNull();
  expect(inOneSentence(null)).toBeNull();
});
