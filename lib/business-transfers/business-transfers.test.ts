import { randomInt } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { type StaffRole, visitorCtx } from "../context";
import { sha256Hex } from "../crypto/hash";
import { newId } from "../ids";
import { approveTransfer } from "./approve-transfer";
import { draftTransfer, type TransferInput } from "./draft-transfer";
import { publishTransfer } from "./publish-transfer";
import { publicTransfers, tellingVersions, transfersForDesk } from "./queries";
import { withdrawTransfer } from "./withdraw-transfer";

const database = testDatabase();
afterEach(async () => {
  await database.sql`truncate business_transfers`;
});
const officer = async (role: StaffRole = "officer") => staffCtx(await makeStaff(role), role);
const today = Temporal.Now.plainDateISO("UTC");
const input: TransferInput = {
  ...{ kind: "acquisition", recipient: "Larkfield Software AG", country: "Austria", ground: "legitimate-interest" },
  categories: ["collect.account", "collect.work-orders"],
  text: "Larkfield buys the business and goes on with the service under the same policy.",
  happensOn: today.add({ days: 60 }).toString(),
};

async function drafted(more: Partial<TransferInput> = {}) {
  const by = await officer();
  const made = await draftTransfer(by, { ...input, ...more });
  if (!made.ok) throw new Error(made.reason);
  const { transferId } = made.value;
  const [row] = await database.sql`select sha256 from business_transfers where id = ${transferId}`;
  return { by, transferId, boundTo: String(row?.sha256) };
}
/** An announced version without an author, so that no approval is asked for. */
async function announced(effectiveInDays: number, kind = "new-recipient"): Promise<number> {
  const [id, number, markdown] = [newId(), randomInt(1000, 2_000_000_000), "# Privacy"];
  await database.sql`
    insert into policy_versions (id, number, title, markdown, sha256, announced_at, effective_at)
    values (${id}, ${number}, 'Privacy', ${markdown}, ${sha256Hex(markdown)}, now(), now() + make_interval(days => ${effectiveInDays}))`;
  await database.sql`
    insert into policy_highlights (id, version_id, kind, clause_id, sentence, position)
    values (${newId()}, ${id}, ${kind}, 'sharing', 'The business goes over.', 0)`;
  return number;
}

describe("a business transfer", () => {
  it("S15: is written by one officer and approved by another, bound to the hash of what they read", async () => {
    const one = await drafted();
    expect(await approveTransfer(one.by, one)).toEqual({ ok: false, reason: "same-person" });
    const second = await officer();
    expect(await approveTransfer(second, { ...one, boundTo: "0".repeat(64) })).toEqual({
      ok: false,
      reason: "conflict",
    });
    expect((await approveTransfer(second, one)).ok).toBe(true);
    expect(await approveTransfer(second, one)).toEqual({ ok: false, reason: "already-done" });
    const { sql } = database;
    const [row] =
      await sql`select requested_by, sha256 from business_transfers where id = ${(await drafted()).transferId}`;
    await expect(
      sql`update business_transfers set approved_by = requested_by, approved_at = now(), approved_sha256 = sha256 where sha256 = ${row?.sha256}`,
    ).rejects.toThrow(/business_transfers_two_people/);
    for (const change of ["text = 'Other'", "recipient = 'Other'", "happens_at = now()", "categories = '{}'"])
      await expect(
        sql.unsafe(`update business_transfers set ${change} where id = '${one.transferId}'`),
      ).rejects.toThrow(/does not change/);
  });

  it("is published only with an announced version that names a new recipient, before its day", async () => {
    const one = await drafted();
    const second = await officer();
    const number = await announced(31);
    expect(await publishTransfer(second, { ...one, number })).toEqual({ ok: false, reason: "not-approved" });
    await approveTransfer(second, one);
    expect(await publishTransfer(second, { ...one, number: 3_000 })).toEqual({ ok: false, reason: "not-announced" });
    expect(await publishTransfer(second, { ...one, number: await announced(31, "wording") })).toEqual({
      ...{ ok: false, reason: "not-announced" },
    });
    expect(await publishTransfer(second, { ...one, number: await announced(90) })).toEqual({
      ...{ ok: false, reason: "too-early" },
    });
    expect(await publicTransfers(visitorCtx())).toEqual([]);
    expect((await publishTransfer(second, { ...one, number })).ok).toBe(true);
    expect(await publicTransfers(visitorCtx())).toMatchObject([
      { recipient: "Larkfield Software AG", version: number, withdrawnAt: null },
    ]);
    expect((await tellingVersions(second)).map((each) => each.number)).toContain(number);
    // Without the use case the database says the same.
    const other = await drafted();
    await approveTransfer(second, other);
    const wrong = await announced(31, "wording");
    await expect(
      database.sql`update business_transfers set published_at = now(),
        version_id = (select id from policy_versions where number = ${wrong}) where id = ${other.transferId}`,
    ).rejects.toThrow(/no announced version tells/);
    await expect(database.sql`delete from business_transfers where id = ${one.transferId}`).rejects.toThrow(/stays/);
  });

  it("leaves the notice period, and can be withdrawn in the open", async () => {
    const by = await officer();
    expect(await draftTransfer(by, { ...input, happensOn: today.add({ days: 20 }).toString() })).toEqual({
      ...{ ok: false, reason: "too-early" },
    });
    const one = await drafted();
    const second = await officer();
    await approveTransfer(second, one);
    await publishTransfer(second, { ...one, number: await announced(31) });
    expect((await withdrawTransfer(second, one)).ok).toBe(true);
    expect(await withdrawTransfer(second, one)).toEqual({ ok: false, reason: "already-done" });
    const [shown] = await publicTransfers(visitorCtx());
    expect(shown?.withdrawnAt).not.toBeNull();
    expect((await transfersForDesk(second))[0]?.state).toBe("withdrawn");
  });

  it("S1: is the officers' who proved it lately; a draft is shown to staff alone", async () => {
    const one = await drafted();
    const stale = await officer();
    const long = Temporal.Now.instant().subtract({ hours: 1 });
    const unproved = { ...stale, actor: { ...stale.actor, steppedUpAt: long } } as typeof stale;
    const holder = holderCtx(await makePerson());
    for (const [ctx, reason] of [
      [await officer("agent"), "not-allowed"],
      [await officer("auditor"), "not-allowed"],
      [unproved, "step-up-required"],
      [holder, "not-allowed"],
    ] as const) {
      const refused = { ok: false, reason };
      expect(await draftTransfer(ctx, input)).toEqual(refused);
      expect(await approveTransfer(ctx, one)).toEqual(refused);
      expect(await withdrawTransfer(ctx, one)).toEqual(refused);
      expect(await publishTransfer(ctx, { ...one, number: 1 })).toEqual(refused);
    }
    expect(await publicTransfers(holder)).toEqual([]);
    expect(await transfersForDesk(holder)).toEqual([]);
  });
});
