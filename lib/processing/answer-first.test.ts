import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import nextConfig from "@/next.config";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson } from "@/test/people";
import { sha256Hex } from "../crypto/hash";
import { resetEnv } from "../env";
import { fixedHeaders } from "../http/fixed-headers";
import { newId } from "../ids";
import { answerFirst, takeOver } from "./answer-first";
import { restrictUse } from "./restrict-use";

const database = testDatabase();
const key = "k".repeat(64);
let server: Server;
let origin = "";
const passed: string[] = [];

beforeAll(async () => {
  process.env.PLATFORM_API_KEY_HASHES = sha256Hex(key);
  resetEnv();
  server = createServer((request, response) => {
    passed.push(`${request.method} ${request.url}`);
    response.end("next");
  });
  takeOver(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const ask = (path: string, authorization = `Bearer ${key}`, method = "GET") =>
  fetch(`${origin}/api/v1/processing/${path}`, { method, headers: { authorization } });

it("L7: what stands is answered before Next.js, and a refusal is counted once the answer is there", async () => {
  const platformUserId = `u-${newId()}`;
  const personId = await makePerson({ platformUserId });
  await restrictUse(holderCtx(personId), { purpose: "", basis: "claims", idempotencyKey: newId() });
  const answers = await Promise.all(Array.from({ length: 30 }, () => ask(`${platformUserId}?purpose=communication`)));
  for (const answer of answers) {
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ subject: platformUserId, allowed: false, reason: "restriction" });
  }
  const [counted] =
    await database.sql`select sum(count)::int as n from processing_refusals where subject = ${platformUserId}`;
  expect(counted?.n).toBe(30);
  expect(passed).toEqual([]);
});

it("S8: carries what every answer of the site carries", async () => {
  const [all] = (await nextConfig.headers?.()) ?? [];
  expect(all?.headers).toEqual(Object.entries(fixedHeaders).map(([name, value]) => ({ key: name, value })));
  const { headers } = await ask("somebody?purpose=communication");
  for (const [name, value] of Object.entries(fixedHeaders)) expect(headers.get(name)).toBe(value);
  expect(headers.get("cache-control")).toBe("no-store");
});

it("L7: a name said twice, a second subject, a misspelt use or no key gets no answer that could be taken for one", async () => {
  for (const query of [
    "",
    "?purpose=communicaton",
    "?purpose=improvement&purpose=security",
    "?purpose=security&subject=other",
  ])
    expect((await ask(`somebody${query}`)).status, query).toBe(400);
  for (const authorization of ["", "Bearer x", `Bearer ${"x".repeat(64)}`])
    expect((await ask("somebody?purpose=security", authorization)).status).toBe(401);
});

it("everything that is not plainly a question goes on to Next.js", async () => {
  passed.length = 0;
  const others = ["changes", "changes?after=3", "some%20body?purpose=security", "a/b", ""];
  for (const path of others) expect(await (await ask(path)).text()).toBe("next");
  expect(await (await ask("somebody?purpose=security", undefined, "DELETE")).text()).toBe("next");
  expect(passed).toHaveLength(others.length + 1);
});

it("finds the process's server with its first request, which is answered already", async () => {
  answerFirst();
  const other = createServer((_request, response) => response.end("next"));
  await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
  const { port } = other.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/api/v1/processing/somebody?purpose=security`;
  for (let n = 0; n < 2; n++) {
    const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
    expect(await answer.json()).toMatchObject({ subject: "somebody", allowed: true });
  }
  expect(await (await fetch(`http://127.0.0.1:${port}/privacy`)).text()).toBe("next");
  other.close();
  other.closeAllConnections();
});

it("R12: while the database does not answer it says so, and nobody is allowed anything", async () => {
  await database.sql`alter function tc_processing_standing(text[]) rename to tc_processing_standing_away`;
  const answer = await ask("somebody?purpose=communication");
  await database.sql`alter function tc_processing_standing_away(text[]) rename to tc_processing_standing`;
  expect(answer.status).toBe(500);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(await answer.json()).not.toHaveProperty("allowed");
  expect((await ask("somebody?purpose=communication")).status).toBe(200);
});
