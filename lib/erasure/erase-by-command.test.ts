import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { foreignMap } from "@/test/foreign-platform";
import { openForeignPlatform } from "@/test/open-foreign-platform";
import { emptyList } from "@/test/suppressions";
import { systemCtx } from "../context";
import { parseMap } from "../data-map/parse";
import type { DataMap } from "../data-map/types";
import { eraseByCommand } from "./erase-by-command";
import { replayErasures } from "./replay-erasures";
import { verifyReceipt } from "./verify-receipt";

// Two systems, of which the one without people comes first.

const trustCenter = testDatabase();
const map: DataMap = { systems: parseMap("club.yml", foreignMap) };
let platform: Awaited<ReturnType<typeof openForeignPlatform>>;
let folder = "";
let said: string[] = [];

beforeEach(async () => {
  await emptyList(trustCenter.sql);
  await trustCenter.sql`truncate ended_accounts`;
  folder = await mkdtemp(join(tmpdir(), "tc-receipt-"));
  said = [];
  platform = await openForeignPlatform();
});
afterEach(async () => {
  await platform.close();
  await rm(folder, { recursive: true });
});

const listed = async () => (await trustCenter.sql`select 1 from suppressions where line is not null`).length;
const erase = (file: string, isTrial = false) =>
  eraseByCommand(
    { map, subject: { platformUserId: "m1", platformCompanyId: "1" }, scope: "person" },
    { file, isTrial, say: (line) => said.push(line) },
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
  expect(said).toEqual([]);
  expect(await listed()).toBe(0);
});
