import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropDatabase, testDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { readZip } from "@/test/read-zip";
import { mailsTo } from "@/test/sign-in";
import { type StaffRole, systemCtx } from "../context";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { resetEnv } from "../env";
import { expirePackages } from "../exports/expire-packages";
import { heldPackage } from "../exports/held-package";
import { openDownload } from "../exports/open-download";
import { packageDetail } from "../exports/queries";
import { reissuePackage } from "../exports/reissue-package";
import { writePackage } from "../exports/write-package";
import { newId } from "../ids";
import { completeDataRequest } from "./complete-data-request";
import { decideCase } from "./decide-case";
import { lookAtPackage } from "./look-at-package";
import { caseForSubject } from "./queries";
import { redactPackage } from "./redact-package";
import { releasePackage } from "./release-package";
import { submitDataRequest } from "./submit-data-request";

const database = testDatabase();
let platform = { name: "", url: "" };
let storage = "";

beforeAll(async () => {
  platform = await platformDatabase();
  storage = await mkdtemp(join(tmpdir(), "tc-packages-"));
  process.env.PLATFORM_DATABASE_URL = platform.url;
  process.env.STORAGE_DIR = storage;
  resetEnv();
});
afterAll(async () => {
  await dropDatabase(platform.name);
  await rm(storage, { recursive: true, force: true });
});

/** Everything is a risk here: one row is enough. */
const limits = { rows: 1, companyRows: null, rowsOfOthers: null, freshCompany: false };
const job = () => systemCtx("job:package.write");
async function write(packageId: string) {
  await writePackage(job(), { packageId }, { limits });
  await completeDataRequest(job(), { packageId });
}

/** A request whose package was written and is kept back. */
async function held() {
  const found = await findPlatformPerson("noor.haddad@brightpipe.example");
  if (!found) throw new Error("the demo has nobody of this address");
  const personId = await makePerson({ platformUserId: found.userId, platformCompanyId: found.companyId });
  const ctx = holderCtx(personId);
  const asked = await submitDataRequest(ctx, { kind: "access", scope: "person", idempotencyKey: newId() });
  if (!asked.ok) throw new Error(asked.reason);
  const { caseId, reference } = asked.value;
  const [pack] = await database.sql`select id from packages where case_id = ${caseId}`;
  const packageId = String(pack?.id);
  await write(packageId);
  return { ctx, personId, caseId, reference, packageId, email: `p-${personId}@example.test` };
}

const colleague = async (role: StaffRole = "agent") => {
  const who = await makeStaff(role);
  return { ...who, ctx: staffCtx(who, role) };
};
const rowOf = async (packageId: string) => (await database.sql`select * from packages where id = ${packageId}`)[0];
const shaOf = async (packageId: string) => String((await rowOf(packageId))?.sha256);
const mails = async (email: string) => (await mailsTo(database.sql, email)).map(({ template }) => template);
const download = (one: Awaited<ReturnType<typeof held>>) =>
  openDownload(one.ctx, { packageId: one.packageId, position: 1, range: null, ifRange: null });

async function files(one: Awaited<ReturnType<typeof held>>) {
  const opened = await download(one);
  if (!opened.ok || !opened.value.body) throw new Error("not opened");
  const pieces: Buffer[] = [];
  for await (const piece of opened.value.body) pieces.push(Buffer.from(piece));
  return readZip(Buffer.concat(pieces));
}

describe("a package above the configured risk", () => {
  it("S15: waits written, opens for nobody, and goes out after two different people looked at what is in it", async () => {
    const one = await held();
    expect((await packageDetail(one.ctx, one.packageId)).ok).toBe(true);
    expect(await download(one)).toEqual({ ok: false, reason: "not-ready" });
    expect(await mails(one.email)).not.toContain("package-ready");
    const seen = await caseForSubject(one.ctx, one.reference);
    expect(seen?.status).toMatchObject({ word: "Being checked", who: "we" });
    expect(seen?.nextClock).not.toBeNull();
    const [a, b] = [await colleague(), await colleague("officer")];
    const desk = await heldPackage(a.ctx, one.caseId);
    expect(desk).toMatchObject({ risks: ["rows"], looks: [], released: false, rewriting: false });
    expect(desk?.collections.some(({ aboutOthers, rows }) => aboutOthers && rows > 0)).toBe(true);

    const sha256 = await shaOf(one.packageId);
    const input = { packageId: one.packageId, sha256 };
    expect(await lookAtPackage((await colleague("auditor")).ctx, input)).toEqual({ ok: false, reason: "not-allowed" });
    expect(await lookAtPackage(a.ctx, { ...input, sha256: "0".repeat(64) })).toEqual({ ok: false, reason: "conflict" });
    expect(await lookAtPackage(a.ctx, input)).toEqual({ ok: true, value: { released: false } });
    await releasePackage(job(), one);
    expect(await download(one)).toEqual({ ok: false, reason: "not-ready" });
    expect(await lookAtPackage(a.ctx, input)).toEqual({ ok: false, reason: "same-person" });
    expect(await lookAtPackage(b.ctx, input)).toEqual({ ok: true, value: { released: true } });
    await releasePackage(job(), one);
    await releasePackage(job(), one);
    expect((await files(one)).has("index.html")).toBe(true);
    expect((await mails(one.email)).filter((template) => template === "package-ready")).toHaveLength(1);
    expect((await caseForSubject(one.ctx, one.reference))?.decision).toBe("completed");
  });

  it("S15: is never shown as written anew with the fingerprint of what lay there before", async () => {
    const one = await held();
    const a = await colleague();
    const parts = ["operno/users/phone"];
    const left = { packageId: one.packageId, parts, rows: "all", ground: "rights-of-others" } as const;
    expect((await redactPackage(a.ctx, left)).ok).toBe(true);
    const before = await shaOf(one.packageId);
    // The desk has read the package and waits for what is to be left out; meanwhile it is written.
    let desk: ReturnType<typeof heldPackage> | undefined;
    await database.sql.begin(async (sql) => {
      await sql`lock table package_redactions in access exclusive mode`;
      desk = heldPackage(a.ctx, one.caseId);
      await expect
        .poll(() => sql`select from pg_locks where not granted and relation = 'package_redactions'::regclass`)
        .toHaveLength(1);
      await sql`update packages set sha256 = ${"f".repeat(64)} where id = ${one.packageId}`;
      await sql`update package_redactions set applied_at = now() where package_id = ${one.packageId}`;
    });
    expect(await desk).toMatchObject({ sha256: before, rewriting: true });
    expect(await heldPackage(a.ctx, one.caseId)).toMatchObject({ sha256: "f".repeat(64), rewriting: false });
  });

  it("S15: the database refuses what the code would forget: no look, one person twice, or another text", async () => {
    const one = await held();
    const offer = () => database.sql`update packages set ready_at = now() where id = ${one.packageId}`;
    await expect(offer()).rejects.toThrow(/two people/);
    const a = await colleague();
    const look = (staffId: string, sha256: string) =>
      database.sql`insert into package_looks (id, package_id, staff_id, sha256) values (${newId()}, ${one.packageId}, ${staffId}, ${sha256})`;
    const sha = await shaOf(one.packageId);
    await look(a.staffId, sha);
    await expect(look(a.staffId, sha)).rejects.toThrow(/package_looks_one/);
    await look((await colleague()).staffId, "f".repeat(64));
    await expect(offer()).rejects.toThrow(/two people/);
    await expect(database.sql`update package_looks set sha256 = ${sha}`).rejects.toThrow(/append-only/);
    await expect(database.sql`delete from package_looks`).rejects.toThrow(/append-only/);
  });

  it("L4: what staff leave out is gone from it and listed with reason and ground; earlier looks count no more", async () => {
    const one = await held();
    const [a, b] = [await colleague(), await colleague()];
    const before = await shaOf(one.packageId);
    await lookAtPackage(a.ctx, { packageId: one.packageId, sha256: before });
    const parts = ["operno/users/phone", "operno/platform_messages/*"];
    const input = { packageId: one.packageId, parts, rows: "all", ground: "rights-of-others" } as const;
    expect(await redactPackage(a.ctx, { ...input, parts: ["operno/users/id"] })).toEqual({
      ok: false,
      reason: "invalid-input",
    });
    expect(await redactPackage(a.ctx, input)).toEqual({ ok: true, value: { parts: 2 } });
    // Until it is written anew nobody can let the old one out.
    expect(await lookAtPackage(b.ctx, { packageId: one.packageId, sha256: before })).toEqual({
      ...{ ok: false, reason: "not-ready" },
    });
    await write(one.packageId);
    await write(one.packageId);
    const sha256 = await shaOf(one.packageId);
    expect(sha256).not.toBe(before);
    expect((await heldPackage(a.ctx, one.caseId))?.looks).toEqual([]);
    for (const { ctx } of [a, b])
      expect((await lookAtPackage(ctx, { packageId: one.packageId, sha256 })).ok).toBe(true);
    await releasePackage(job(), one);
    const unpacked = await files(one);
    const user = JSON.parse(String(unpacked.get("data/users.json")));
    expect(Object.keys(user)).toContain("email");
    expect(Object.keys(user)).not.toContain("phone");
    expect([...unpacked.keys()].some((name) => name.includes("platform_messages"))).toBe(false);
    const omitted = JSON.parse(String(unpacked.get("omitted.json")));
    expect(omitted).toContainEqual(
      expect.objectContaining({ collection: "users", field: "phone", ground: "GDPR Art. 15(4)" }),
    );
    expect(omitted).toContainEqual(expect.objectContaining({ collection: "platform_messages", field: null }));
    // Made again, it leaves out the same, and is looked at again.
    await database.sql`update packages set expires_at = now() - interval '1 minute' where id = ${one.packageId}`;
    const again = await reissuePackage(one.ctx, one);
    if (!again.ok) throw new Error(again.reason);
    await writePackage(job(), { packageId: again.value.packageId }, { limits: { ...limits, rows: null } });
    expect(await rowOf(again.value.packageId)).toMatchObject({ ready_at: null });
    await expect(
      database.sql`update packages set ready_at = now() where id = ${again.value.packageId}`,
    ).rejects.toThrow(/two people/);
  });

  it("L4: only in rows of others, the value is empty there and stays in one's own", async () => {
    const one = await held();
    const [a, b] = [await colleague(), await colleague()];
    const input = { packageId: one.packageId, parts: ["operno/platform_messages/body"], rows: "others" as const };
    expect((await redactPackage(a.ctx, { ...input, ground: "rights-of-others" })).ok).toBe(true);
    await write(one.packageId);
    const sha256 = await shaOf(one.packageId);
    for (const { ctx } of [a, b]) await lookAtPackage(ctx, { packageId: one.packageId, sha256 });
    await releasePackage(job(), one);
    const rows = String((await files(one)).get("data/platform_messages.json"))
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    const [user] = await database.sql`select platform_user_id as id from people where id = ${one.personId}`;
    const mine = rows.filter(({ sender_id }) => sender_id === user?.id);
    expect(mine.length).toBeGreaterThan(0);
    for (const row of mine) expect(row.body).not.toBeNull();
    for (const row of rows.filter(({ sender_id }) => sender_id !== user?.id)) expect(row.body).toBeNull();
  });

  it("a request that is declined meanwhile is never handed out, and its file goes", async () => {
    const one = await held();
    const a = await colleague();
    const [row] = await database.sql`select revision from cases where id = ${one.caseId}`;
    const declined = await decideCase(a.ctx, {
      ...{ caseId: one.caseId, revision: row?.revision, text: "No.", decision: "declined", ground: "not-applicable" },
    });
    expect(declined.ok).toBe(true);
    await releasePackage(job(), one);
    await expirePackages(job());
    expect((await rowOf(one.packageId))?.stopped_at).not.toBeNull();
    expect(await readdir(join(storage, one.packageId)).catch(() => [])).toEqual([]);
  });
});
