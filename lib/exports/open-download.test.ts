import { mkdir, mkdtemp, readdir, readFile, readlink, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { type Actor, type Ctx, systemCtx, visitorCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { caseClocks, cases, packageDownloads, packages } from "../db/schema";
import { withRead, withTransaction } from "../db/transaction";
import { resetEnv } from "../env";
import { newId, newReference } from "../ids";
import { createPackage } from "./create-package";
import { expirePackages } from "./expire-packages";
import { type Download, openDownload } from "./open-download";
import { myPackages, packageDetail, packageProgressOf } from "./queries";
import { reissuePackage } from "./reissue-package";
import { packageByToken, stopPackage } from "./stop-package";
import { writePackage } from "./write-package";

const database = testDatabase();
let storage = "";
beforeAll(async () => {
  storage = await mkdtemp(join(tmpdir(), "tc-downloads-"));
  process.env.STORAGE_DIR = storage;
  resetEnv();
});
afterAll(() => rm(storage, { recursive: true, force: true }));

const job = (clock?: () => Temporal.Instant) => systemCtx("job:package", clock);
const now = () => Temporal.Now.instant();

async function ask(personId: string, ctx: Ctx = holderCtx(personId)) {
  return withTransaction(ctx, async (tx) => {
    const caseId = newId();
    await tx.db.insert(cases).values({
      id: caseId,
      reference: newReference(),
      kind: "access",
      channel: "dashboard",
      subjectId: personId,
      requesterId: personId,
    });
    const startedAt = tx.now;
    await tx.db
      .insert(caseClocks)
      .values({ id: newId(), caseId, rule: "policy-72h", startedAt, dueAt: startedAt.add({ hours: 72 }) });
    return { caseId, ...(await createPackage(tx, { caseId, personId, scope: "person" })) };
  });
}

/** The platform knows none of these people, so a package is small and needs no platform. */
async function ready() {
  const personId = await makePerson();
  const asked = await ask(personId);
  await writePackage(job(), asked, { systems: [] });
  return { personId, ...asked };
}

const input = (packageId: string, range: string | null = null) => ({ packageId, position: 1, range, ifRange: null });

async function read(download: Download): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of download.body ?? []) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function get(ctx: Ctx, packageId: string, range: string | null = null) {
  const opened = await openDownload(ctx, input(packageId, range));
  if (!opened.ok) throw new Error(opened.reason);
  return { ...opened.value, bytes: await read(opened.value) };
}

const mails = async (template: string, personId: string) => {
  const [row] = await database.sql<{ n: number }[]>`
    select count(*)::int as n from outgoing_mails where template = ${template} and person_id = ${personId}`;
  return row?.n;
};

describe("a download", () => {
  it("P2: gives the same bytes in ranges as at once, whatever the ranges are", async () => {
    const { personId, packageId } = await ready();
    const ctx = holderCtx(personId);
    const whole = await get(ctx, packageId);
    expect(sha256Hex(whole.bytes)).toBe(whole.sha256);
    expect(whole.partial).toBe(false);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.size - 1), fc.nat(whole.size - 1), async (a, b) => {
        const [start, end] = a < b ? [a, b] : [b, a];
        const piece = await get(ctx, packageId, `bytes=${start}-${end}`);
        expect(piece.partial).toBe(true);
        expect(piece.bytes.equals(whole.bytes.subarray(start, end + 1))).toBe(true);
      }),
      { numRuns: 15 },
    );
    const resumed = Buffer.concat([
      (await get(ctx, packageId, "bytes=0-999")).bytes,
      (await get(ctx, packageId, "bytes=1000-")).bytes,
    ]);
    expect(resumed.equals(whole.bytes)).toBe(true);
    const outside = await openDownload(ctx, input(packageId, `bytes=${whole.size}-`));
    expect(outside.ok && outside.value.range).toBeNull();
    const other = await openDownload(ctx, { ...input(packageId, "bytes=5-9"), ifRange: '"another"' });
    expect(other.ok && other.value.partial).toBe(false);
    if (other.ok) await read(other.value);
  });

  it("S14, P3: needs a step-up of the last five minutes, at every request", async () => {
    const { personId, packageId } = await ready();
    const ctx = holderCtx(personId);
    if (ctx.actor.kind !== "holder") throw new Error("no holder");
    const never: Ctx = { ...ctx, actor: { ...ctx.actor, steppedUpAt: null } };
    const stale: Ctx = { ...ctx, actor: { ...ctx.actor, steppedUpAt: now().subtract({ minutes: 5, seconds: 5 }) } };
    for (const one of [never, stale]) {
      expect(await openDownload(one, input(packageId))).toEqual({ ok: false, reason: "step-up-required" });
      expect(await openDownload(one, input(packageId, "bytes=0-1"))).toEqual({ ok: false, reason: "step-up-required" });
    }
  });

  it("S14: opens nothing on a device first seen a moment ago, until its time is over", async () => {
    const { personId, packageId } = await ready();
    const ctx = holderCtx(personId);
    if (ctx.actor.kind !== "holder") throw new Error("no holder");
    const from = (freshUntil: Temporal.Instant): Ctx => ({ ...ctx, actor: { ...ctx.actor, freshUntil } as Actor });
    const soon = from(now().add({ hours: 1 }));
    for (const headOnly of [false, true]) {
      expect(await openDownload(soon, { ...input(packageId), headOnly })).toEqual({ ok: false, reason: "fresh-wait" });
    }
    // A foreign package still looks like a missing one.
    const { packageId: foreign } = await ready();
    expect(await openDownload(soon, input(foreign))).toEqual({ ok: false, reason: "not-found" });
    expect((await get(from(now().subtract({ seconds: 1 })), packageId)).size).toBeGreaterThan(0);
  });

  it("S19, S7: is nobody else's; a foreign one and a missing one are the same", async () => {
    const { packageId } = await ready();
    const stranger = holderCtx(await makePerson());
    const officer = await makeStaff("officer");
    for (const ctx of [stranger, visitorCtx(), staffCtx(officer, "officer"), holderCtx(officer.personId)]) {
      for (const id of [packageId, newId(), "not-an-id", ""]) {
        expect(await openDownload(ctx, input(id))).toEqual({ ok: false, reason: "not-found" });
        expect(await packageDetail(ctx, id)).toEqual({ ok: false, reason: "not-found" });
        expect(await packageProgressOf(ctx, id)).toEqual({ ok: false, reason: "not-found" });
        expect(await stopPackage(ctx, { packageId: id })).toEqual({ ok: false, reason: "not-found" });
        // A power: the fresh proof is asked for before any row is looked at, so it tells nothing of the id either.
        const reason = ctx.actor.kind === "visitor" ? "step-up-required" : "not-found";
        expect(await reissuePackage(ctx, { packageId: id })).toEqual({ ok: false, reason });
      }
      expect(await myPackages(ctx)).toEqual([]);
    }
    for (const position of [0, 2, 99]) {
      const own = await ready();
      const answer = await openDownload(holderCtx(own.personId), { ...input(own.packageId), position });
      expect(answer).toEqual({ ok: false, reason: "not-found" });
    }
  });

  it("P3: is told once however many ranges it took, and told when it is left unfinished", async () => {
    const { personId, packageId } = await ready();
    const ctx = holderCtx(personId);
    for (const range of ["bytes=0-99", "bytes=100-199", "bytes=200-", "bytes=0-0"]) await get(ctx, packageId, range);
    expect(await mails("package-downloaded", personId)).toBe(1);
    const rows = await withRead(job(), (tx) =>
      tx.db.select().from(packageDownloads).where(eq(packageDownloads.packageId, packageId)),
    );
    // The range after the end began another download, which was left.
    expect(rows.map(({ completedAt }) => completedAt !== null).sort()).toEqual([false, true]);
    await expirePackages(job());
    expect(await mails("package-downloaded", personId)).toBe(1);
    // Nor do more of the same session and part: whoever holds it could fill the mailbox (S17).
    for (const range of ["bytes=-1", "bytes=-1", "bytes=3-"]) await get(ctx, packageId, range);
    await expirePackages(job(() => now().add({ minutes: 20 })));
    expect(await mails("package-downloaded", personId)).toBe(1);
    const other = holderCtx(personId);
    await get(other, packageId, "bytes=0-0");
    await expirePackages(job(() => now().add({ minutes: 20 })));
    await expirePackages(job(() => now().add({ minutes: 40 })));
    expect(await mails("package-downloaded", personId)).toBe(2);
    // One that goes on after it was told of as left is told of as finished, once.
    for (const range of ["bytes=1-", "bytes=1-"]) await get(other, packageId, range);
    expect(await mails("package-downloaded", personId)).toBe(3);
  });

  it.runIf(process.platform === "linux")(
    "holds no file open for somebody who leaves, before the first byte or after",
    async () => {
      const { personId, packageId } = await ready();
      const descriptors = async () => {
        const open = await readdir("/proc/self/fd");
        const targets = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")));
        return targets.filter((target) => target.includes(packageId)).length;
      };
      const opened = await openDownload(holderCtx(personId), input(packageId));
      if (!opened.ok) throw new Error(opened.reason);
      expect(await descriptors()).toBe(0);
      await opened.value.body?.next();
      expect(await descriptors()).toBe(1);
      await opened.value.body?.return();
      expect(await descriptors()).toBe(0);
    },
  );

  it("R8: of a file that was cut or altered on the disk is refused or broken off, never wrong", async () => {
    const { personId, packageId } = await ready();
    const path = join(storage, packageId, "1.1.sealed");
    const sealed = await readFile(path);
    const altered = Buffer.from(sealed);
    altered[40] = (altered[40] ?? 0) ^ 1;
    await writeFile(path, altered);
    const opened = await openDownload(holderCtx(personId), input(packageId));
    if (!opened.ok) throw new Error(opened.reason);
    await expect(read(opened.value)).rejects.toThrow("does not open");
    // It is over at once, and can be made again.
    expect(await openDownload(holderCtx(personId), input(packageId))).toEqual({ ok: false, reason: "expired" });
    expect((await reissuePackage(holderCtx(personId), { packageId })).ok).toBe(true);
    await database.sql`update packages set expires_at = now() + interval '1 day' where id = ${packageId}`;
    await truncate(path, sealed.length - 1);
    expect(await openDownload(holderCtx(personId), input(packageId))).toEqual({ ok: false, reason: "damaged" });
  });

  it("S32: of another person's file put in its place does not open", async () => {
    const [a, b] = [await ready(), await ready()];
    const theirs = await readFile(join(storage, b.packageId, "1.1.sealed"));
    await writeFile(join(storage, a.packageId, "1.1.sealed"), theirs);
    const opened = await openDownload(holderCtx(a.personId), input(a.packageId));
    if (opened.ok) await expect(read(opened.value)).rejects.toThrow("does not open");
    else expect(opened.reason).toBe("damaged");
  });
});

describe("the end of a package", () => {
  it("P2: is kept seven days, then file, key and download are gone, and it is made again for nothing", async () => {
    const { personId, packageId } = await ready();
    await expirePackages(job(() => now().add({ hours: 7 * 24 - 1 })));
    expect(await readdir(join(storage, packageId))).toHaveLength(1);
    const later = () => now().add({ hours: 7 * 24 + 1 });
    const ctx = holderCtx(personId, later);
    expect(await openDownload(ctx, input(packageId))).toEqual({ ok: false, reason: "expired" });
    await expirePackages(job(later));
    await expect(readdir(join(storage, packageId))).rejects.toThrow("ENOENT");
    const [row] = await withRead(job(), (tx) => tx.db.select().from(packages).where(eq(packages.id, packageId)));
    expect(row).toMatchObject({ wrappedKey: null });
    expect(row?.removedAt).not.toBeNull();
    expect(await openDownload(holderCtx(personId), input(packageId))).toEqual({ ok: false, reason: "expired" });

    // R7: fifty clicks make one.
    const made = await Promise.all(Array.from({ length: 50 }, () => reissuePackage(ctx, { packageId })));
    expect(new Set(made.map((one) => (one.ok ? one.value.packageId : one.reason))).size).toBe(1);
    const [first] = made;
    if (!first?.ok) throw new Error("not made");
    expect(first.value.packageId).not.toBe(packageId);
    await writePackage(job(), first.value, { systems: [] });
    await get(holderCtx(personId), first.value.packageId);
  });

  it("sweeps what belongs to nothing and leaves what is not ours", async () => {
    const { packageId } = await ready();
    const stray = newId();
    await mkdir(join(storage, stray));
    await writeFile(join(storage, stray, "1.1.sealed"), "x");
    await writeFile(join(storage, packageId, "0.1.sealed"), "x");
    await writeFile(join(storage, packageId, "1.2.sealed.writing"), "x");
    await writeFile(join(storage, "README"), "of the administrator");
    await expirePackages(job());
    expect(await readdir(join(storage, packageId))).toEqual(["1.1.sealed"]);
    const left = await readdir(storage);
    expect(left).toContain("README");
    expect(left).not.toContain(stray);
  });

  it("R10: puts a package whose job was lost back into the queue", async () => {
    const asked = await ask(await makePerson());
    const waiting = async () =>
      (
        await database.sql`select 1 from pgboss.job where name = 'package.write' and state < 'completed' and data->>'packageId' = ${asked.packageId}`
      ).length;
    expect(await waiting()).toBe(1);
    await database.sql`update pgboss.job set state = 'failed' where data->>'packageId' = ${asked.packageId}`;
    await expirePackages(job());
    expect(await waiting()).toBe(0);
    await expirePackages(job(() => now().add({ minutes: 16 })));
    await expirePackages(job(() => now().add({ minutes: 17 })));
    expect(await waiting()).toBe(1);
  });

  it("R10: gives a package up whose job was lost too often, and tells its person once", async () => {
    const personId = await makePerson();
    const { packageId } = await ask(personId);
    await database.sql`update pgboss.job set state = 'failed' where data->>'packageId' = ${packageId}`;
    await database.sql`update packages set fence = 20 where id = ${packageId}`;
    await expirePackages(job(() => now().add({ minutes: 16 })));
    await expirePackages(job(() => now().add({ minutes: 17 })));
    const detail = await packageDetail(holderCtx(personId), packageId);
    expect(detail.ok && detail.value).toMatchObject({
      state: "failed",
      failure: { kind: "unreadable", what: "The copy as a whole, after many tries" },
    });
    const mails =
      await database.sql`select 1 from outgoing_mails where template = 'package-failed' and person_id = ${personId}`;
    expect(mails).toHaveLength(1);
    const audit =
      await database.sql`select 1 from audit_entries where action = 'package.failed' and object_id = ${packageId}`;
    expect(audit).toHaveLength(1);
  });
});

describe("S14: a request from a fresh device", () => {
  async function fresh() {
    const personId = await makePerson();
    const until = now().add({ hours: 24 });
    const plain = holderCtx(personId);
    if (plain.actor.kind !== "holder") throw new Error("no holder");
    const ctx: Ctx = { ...plain, actor: { ...plain.actor, freshUntil: until } };
    return { personId, until, ...(await ask(personId, ctx)) };
  }

  it("waits 24 hours, is told at once, and does not begin early", async () => {
    const { personId, packageId } = await fresh();
    expect(await mails("package-requested", personId)).toBe(1);
    const seen = await packageDetail(holderCtx(personId), packageId);
    expect(seen.ok && seen.value.state).toBe("waiting");
    await writePackage(job(), { packageId }, { systems: [] });
    expect((await packageDetail(holderCtx(personId), packageId)).ok).toBe(true);
    const [early] = await database.sql`select fence from packages where id = ${packageId}`;
    expect(early?.fence).toBe(0);
    const [queued] =
      await database.sql`select min(start_after) > now() + interval '23 hours' as later from pgboss.job where data->>'packageId' = ${packageId}`;
    expect(queued?.later).toBe(true);
    await writePackage(
      job(() => now().add({ hours: 25 })),
      { packageId },
      { systems: [] },
    );
    const [late] = await database.sql`select ready_at is not null as ready from packages where id = ${packageId}`;
    expect(late?.ready).toBe(true);
  });

  it("is stopped by one click in the mail or on the page, with its case and clocks; opening the link changes nothing", async () => {
    const { packageId, caseId, personId } = await fresh();
    const token = "t".repeat(43);
    await database.sql`update packages set stop_token_hash = ${sha256Hex(token)} where id = ${packageId}`;
    expect(await packageByToken(visitorCtx(), "wrong".repeat(9))).toBeNull();
    expect(await packageByToken(visitorCtx(), token)).toMatchObject({ state: "open" });
    expect(await packageByToken(visitorCtx(), token)).toMatchObject({ state: "open" });
    expect(await stopPackage(visitorCtx(), { token: "wrong".repeat(9) })).toEqual({ ok: false, reason: "not-found" });
    expect(await stopPackage(visitorCtx(), { token })).toEqual({ ok: true, value: { packageId } });
    expect(await stopPackage(visitorCtx(), { token })).toEqual({ ok: false, reason: "already-done" });
    const [left] = await database.sql`
      select c.decision, c.closed_at is not null as closed, k.stopped_at is not null as stopped
      from cases c join case_clocks k on k.case_id = c.id where c.id = ${caseId}`;
    expect(left).toEqual({ decision: "cancelled", closed: true, stopped: true });
    await writePackage(
      job(() => now().add({ hours: 25 })),
      { packageId },
      { systems: [] },
    );
    const seen = await packageDetail(holderCtx(personId), packageId);
    expect(seen.ok && seen.value.state).toBe("stopped");

    const other = await fresh();
    const holder = holderCtx(other.personId);
    if (holder.actor.kind !== "holder") throw new Error("no holder");
    // Protecting oneself needs no step-up.
    const stale: Ctx = { ...holder, actor: { ...holder.actor, steppedUpAt: null } };
    expect((await stopPackage(stale, { packageId: other.packageId })).ok).toBe(true);
  });
});

it("a person whose key was destroyed gets nothing any more, from old files either", async () => {
  const { personId, packageId } = await ready();
  await database.sql`update person_keys set wrapped = null, destroyed_at = now() where person_id = ${personId}`;
  expect(await openDownload(holderCtx(personId), input(packageId))).toEqual({ ok: false, reason: "key-destroyed" });
  const again = await ask(personId);
  await writePackage(job(), again, { systems: [] });
  const seen = await packageDetail(holderCtx(personId), again.packageId);
  expect(seen.ok && seen.value).toMatchObject({ state: "failed", failure: { kind: "key-destroyed" } });
});
