import { readFileSync } from "node:fs";
import { eq } from "drizzle-orm";
import type postgres from "postgres";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holders, stream } from "@/test/notices";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { recordAudit } from "../audit/record";
import { type Ctx, type StaffCtx, systemCtx, visitorCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { highlights, policyApprovals, policyVersions } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { currentHash } from "../policy/approval";
import { announced, inForce } from "../policy/queries";
import { announceVersion } from "./announce-version";
import { deliverNotice } from "./deliver-notice";
import { freezeRecipients } from "./freeze-recipients";
import { earliestEffect, noticeHours } from "./notice-period";
import { myNotices, noticeProgress, recipientsPage } from "./queries";

const database = testDatabase();
let number = 500;
// A text has to agree with the configuration to be announced.
const source = readFileSync(new URL("../../policy/operno/2.md", import.meta.url), "utf8");

type Officer = Awaited<ReturnType<typeof makeStaff>>;

async function draft(author: Officer, effectiveAt: Temporal.Instant | null, words = "plain") {
  const [versionId, markdown] = [newId(), `${source}\nThis one is ${words}.\n`];
  await withTransaction(systemCtx("test"), async (tx) => {
    await tx.db.insert(policyVersions).values({
      id: versionId,
      number: number++,
      title: "A version",
      markdown,
      sha256: sha256Hex(markdown),
      authorId: author.staffId,
      effectiveAt,
    });
    await tx.db.insert(highlights).values({
      id: newId(),
      versionId,
      kind: "new-recipient",
      clauseId: "share",
      sentence: `A new recipient: ${words}.`,
      position: 0,
    });
    await tx.db.update(policyVersions).set({ submittedAt: tx.now }).where(eq(policyVersions.id, versionId));
  });
  return versionId;
}

const approve = (versionId: string, author: Officer, approver: Officer) =>
  withTransaction(systemCtx("test"), async (tx) => {
    const [version] = await tx.db.select().from(policyVersions).where(eq(policyVersions.id, versionId));
    if (!version) throw new Error("no version");
    const boundTo = await currentHash(tx, version);
    const values = {
      id: newId(),
      versionId,
      authorId: author.staffId,
      approverId: approver.staffId,
      boundTo,
      detail: {},
    };
    await tx.db.insert(policyApprovals).values(values);
  });

const soon = () =>
  Temporal.Now.instant()
    .add({ hours: noticeHours + 72 })
    .round("microsecond");

async function approved(effectiveAt = soon(), words = "plain") {
  const [author, approver] = [await makeStaff("officer"), await makeStaff("officer")];
  const versionId = await draft(author, effectiveAt, words);
  await approve(versionId, author, approver);
  return { versionId, author, approver, ctx: staffCtx(author, "officer") as StaffCtx };
}

describe("announcing a version", () => {
  it("R1: makes text public, notice, audit entry and job at once, once for fifty clicks", async () => {
    const { versionId, ctx } = await approved();
    // The first use of the queue connects it; a click need not wait for that behind another's lock.
    await withTransaction(systemCtx("test"), (tx) => enqueue(tx, "notice.freeze", { noticeId: newId() }));
    const answers = await Promise.all(Array.from({ length: 50 }, () => announceVersion(ctx, { versionId })));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(
      answers.filter((answer) => !answer.ok).every((answer) => !answer.ok && answer.reason === "already-done"),
    ).toBe(true);
    const rows = await database.sql`select id, created_by from notices where version_id = ${versionId}`;
    expect(rows).toHaveLength(1);
    const jobs =
      await database.sql`select 1 from pgboss.job where name = 'notice.freeze' and data->>'noticeId' = ${rows[0]?.id}`;
    expect(jobs).toHaveLength(1);
    const entries =
      await database.sql`select 1 from audit_entries where action = 'policy-version.announced' and object_id = ${versionId}`;
    expect(entries).toHaveLength(1);
    expect(await announced(visitorCtx())).toMatchObject({ id: versionId });
    await database.sql`update policy_versions set withdrawn_at = now() where id = ${versionId}`;
  });

  it("S1, S14: is an officer's power with a fresh proof", async () => {
    const { versionId, author } = await approved();
    const stale = staffCtx(author, "officer");
    if (stale.actor.kind === "staff") stale.actor.steppedUpAt = Temporal.Now.instant().subtract({ minutes: 6 });
    const others: Ctx[] = [
      visitorCtx(),
      holderCtx(await makePerson()),
      staffCtx(await makeStaff("agent"), "agent"),
      staffCtx(await makeStaff("auditor"), "auditor"),
    ];
    for (const ctx of others)
      expect(await announceVersion(ctx, { versionId })).toMatchObject({ reason: "not-allowed" });
    expect(await announceVersion(stale, { versionId })).toMatchObject({ reason: "step-up-required" });
    const officer = staffCtx(author, "officer");
    expect(await announceVersion(officer, { versionId: newId() })).toMatchObject({ reason: "not-found" });
    expect(await announceVersion(officer, { versionId: "1; drop table notices" })).toMatchObject({
      reason: "invalid-input",
    });
  });

  it("S15: needs a second officer's approval of exactly this text, highlights and time", async () => {
    const [author, approver] = [await makeStaff("officer"), await makeStaff("officer")];
    const ctx = staffCtx(author, "officer");
    const versionId = await draft(author, soon());
    expect(await announceVersion(ctx, { versionId })).toMatchObject({ reason: "not-approved" });
    await expect(approve(versionId, author, author)).rejects.toThrow();
    await approve(versionId, author, approver);
    const other = `${source}\nSomebody added this.\n`;
    const edits = [
      (sql: postgres.Sql) =>
        sql`update policy_versions set effective_at = effective_at + interval '1 day' where id = ${versionId}`,
      (sql: postgres.Sql) =>
        sql`update policy_highlights set sentence = 'Nothing changes.' where version_id = ${versionId}`,
      (sql: postgres.Sql) =>
        sql`update policy_versions set markdown = ${other}, sha256 = ${sha256Hex(other)} where id = ${versionId}`,
    ];
    for (const edit of edits) {
      await expect(edit(database.sql), "in review").rejects.toThrow(/cannot change/);
      // Past the triggers, as who owns the database can.
      await database.sql.begin(async (sql) => {
        await sql`set local session_replication_role = replica`;
        await edit(sql as unknown as postgres.Sql);
      });
      expect(await announceVersion(ctx, { versionId })).toMatchObject({ reason: "not-approved" });
    }
    await approve(versionId, author, approver);
    expect(await announceVersion(ctx, { versionId })).toMatchObject({ ok: true });
    await database.sql`update policy_versions set withdrawn_at = now() where id = ${versionId}`;
  });

  it("change.notice: refuses an effect before everybody can have had thirty days", async () => {
    const now = Temporal.Now.instant();
    const { versionId, ctx } = await approved(earliestEffect(now).subtract({ hours: 1 }).round("microsecond"));
    expect(await announceVersion(ctx, { versionId })).toMatchObject({ reason: "too-early" });
    const { versionId: none, ctx: other } = await approved(null as never);
    expect(await announceVersion(other, { versionId: none })).toMatchObject({ reason: "too-early" });
  });

  it("the version in force does not change before its notice reached everybody", async () => {
    const { versionId, ctx } = await approved();
    const answer = await announceVersion(ctx, { versionId });
    const noticeId = answer.ok ? answer.value.noticeId : "";
    const later: Ctx = { ...visitorCtx(), clock: () => Temporal.Now.instant().add({ hours: 24 * 60 }) };
    expect((await inForce(later))?.id).not.toBe(versionId);
    expect((await announced(later))?.id).toBe(versionId);
    await freezeRecipients(systemCtx("job"), { noticeId }, () => stream(holders(5)));
    await deliverNotice(systemCtx("job"), { noticeId });
    expect((await inForce(later))?.id).toBe(versionId);
    expect((await inForce(visitorCtx()))?.id).not.toBe(versionId);
    await database.sql`update policy_versions set withdrawn_at = now() where id = ${versionId}`;
  });
});

describe("the ledger", () => {
  it("S1: staff page through it, a person sees their own rows only", async () => {
    const people = holders(7);
    const mine = await makePerson({ platformUserId: people[2]?.userId ?? "" });
    const stranger = await makePerson({ platformUserId: "somebody-else" });
    const { versionId, ctx } = await approved();
    const answer = await announceVersion(ctx, { versionId });
    const noticeId = answer.ok ? answer.value.noticeId : "";
    await freezeRecipients(systemCtx("job"), { noticeId }, () => stream(people));
    await deliverNotice(systemCtx("job"), { noticeId });
    const seen = await myNotices(holderCtx(mine));
    expect(seen).toMatchObject([
      { address: people[2]?.email, state: "delivered", events: [{ type: "email.delivered" }] },
    ]);
    const [mail] =
      await database.sql`select html, text, subject from mailbox where recipient = ${people[2]?.email ?? ""}`;
    expect(mail?.text).toContain("New recipient");
    expect(await myNotices(holderCtx(stranger))).toEqual([]);
    expect(await myNotices(visitorCtx())).toEqual([]);
    const first = await recipientsPage(ctx, { noticeId, limit: 4 });
    const rest = await recipientsPage(ctx, { noticeId, limit: 4, after: String(first.at(-1)?.id) });
    expect(new Set([...first, ...rest].map((row) => row.address))).toEqual(
      new Set(people.map((person) => person.email)),
    );
    expect(await recipientsPage(ctx, { noticeId, state: "bounced" })).toEqual([]);
    expect(await recipientsPage(holderCtx(mine), { noticeId })).toEqual([]);
    expect(await noticeProgress(holderCtx(mine), { noticeId })).toBeNull();
    expect(await noticeProgress(ctx, { noticeId })).toMatchObject({
      total: 7,
      states: { delivered: 7 },
      short: 0,
      batches: { total: 1, sent: 1 },
    });
  });

  it("S31: addresses, names and content reach no audit entry, no job and no sealed row in clear", async () => {
    const canary = `canary${newId().slice(-8)}`;
    const people = holders(3, canary);
    const { versionId, ctx } = await approved(soon(), `words-${canary}`);
    const answer = await announceVersion(ctx, { versionId });
    const noticeId = answer.ok ? answer.value.noticeId : "";
    await freezeRecipients(systemCtx("job"), { noticeId }, () => stream(people));
    await withTransaction(systemCtx("test"), (tx) =>
      recordAudit(tx, { action: "test.control", object: { type: "test", id: canary } }),
    );
    const batches = await database.sql`select body from notice_batches where notice_id = ${noticeId}`;
    expect(batches.every((batch) => !batch.body.toString("latin1").includes(canary))).toBe(true);
    await deliverNotice(systemCtx("job"), { noticeId });
    const search = async (table: string) =>
      (
        await database.sql.unsafe(
          `select 1 from ${table} t where t::text like '%${canary}%' or t::text like '%${Buffer.from(canary).toString("hex")}%'`,
        )
      ).length;
    // The control entry shows that the search finds what is there.
    expect(await search("audit_entries")).toBe(1);
    for (const table of ["audit_payloads", "pgboss.job", "notice_batches", "notice_events", "notices"]) {
      expect([table, await search(table)]).toEqual([table, 0]);
    }
  });
});
