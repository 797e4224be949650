import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { systemCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { importVersion } from "../policy/import-version";
import { changedClauses } from "./clauses";
import { savedRepliesFor, savedReply } from "./queries";
import { retireReply } from "./retire-reply";
import { saveReply } from "./save-reply";

const database = testDatabase();
const at = (iso: string) => Temporal.Instant.from(iso);
const first = readFileSync("policy/operno/1.md", "utf8");
const second = readFileSync("policy/operno/2.md", "utf8");

beforeAll(async () => {
  const times = { announcedAt: at("2025-05-28T00:00:00Z"), effectiveAt: at("2025-05-28T00:00:00Z") };
  expect((await importVersion(systemCtx("test"), { number: 1, markdown: first, ...times })).ok).toBe(true);
});

const agent = async (role: "agent" | "officer" = "agent", clock?: () => Temporal.Instant) => {
  const who = await makeStaff(role);
  return { ...who, ctx: staffCtx(who, role, clock) };
};
const title = () => `How long we keep logs ${newId().slice(-6)}`;

describe("saved replies", () => {
  it("rest on clauses as they read, and are flagged once a newer version says it otherwise", async () => {
    const { ctx, ...who } = await agent();
    const [changes, stays] = ["retention", "contact"];
    const saved = await saveReply(ctx, { title: title(), body: "Two years.", clauses: [changes, stays] });
    if (!saved.ok) throw new Error(saved.reason);
    const { replyId } = saved.value;
    expect(await savedReply(ctx, replyId)).toMatchObject({ check: [], checkedAgainst: 1, clauses: [changes, stays] });

    const effectiveAt = Temporal.Now.instant().add({ hours: 24 * 40 });
    const today = Temporal.Now.plainDateISO("UTC").toString();
    const times = { announcedAt: Temporal.Now.instant(), effectiveAt };
    expect(
      (
        await importVersion(systemCtx("test"), {
          number: 2,
          markdown: second.replace(/^updated: .*$/m, `updated: ${today}`),
          ...times,
        })
      ).ok,
    ).toBe(true);
    expect((await savedReply(ctx, replyId))?.check).toMatchObject([{ id: changes, what: "will-change" }]);
    const later = staffCtx(who, "agent", () => effectiveAt.add({ hours: 1 }));
    const then = await savedReply(later, replyId);
    expect(then?.check).toMatchObject([{ id: changes, what: "changed" }]);
    // Saved again as it is: somebody checked it.
    expect(
      (await saveReply(later, { replyId, revision: 0, title: title(), body: "One year.", clauses: [changes, stays] }))
        .ok,
    ).toBe(true);
    expect(await savedReply(later, replyId)).toMatchObject({ check: [], checkedAgainst: 2 });
  });

  it("are changed by who wrote them and by officers, at the state that they saw; the database says the same", async () => {
    const [mine, other, officer] = [await agent(), await agent(), await agent("officer")];
    const saved = await saveReply(mine.ctx, { title: title(), body: "So." });
    if (!saved.ok) throw new Error(saved.reason);
    const edit = { replyId: saved.value.replyId, revision: 0, title: title(), body: "Or so." };
    expect(await saveReply(other.ctx, edit)).toEqual({ ok: false, reason: "not-allowed" });
    await withTransaction(other.ctx, (tx) =>
      tx.db.execute(`update saved_replies set body = 'x' where id = '${edit.replyId}'`),
    );
    expect((await savedReply(mine.ctx, edit.replyId))?.body).toBe("So.");
    expect((await saveReply(officer.ctx, edit)).ok).toBe(true);
    expect(await saveReply(mine.ctx, edit)).toEqual({ ok: false, reason: "conflict" });
    expect(await saveReply(mine.ctx, { title: edit.title, body: "Twice." })).toEqual({
      ok: false,
      reason: "name-taken",
    });
    expect(await saveReply(mine.ctx, { title: title(), body: "So.", clauses: ["no-such-clause"] })).toMatchObject({
      ...{ ok: false, reason: "invalid-input" },
    });
    expect(await retireReply(other.ctx, edit)).toEqual({ ok: false, reason: "not-found" });
    expect((await retireReply(mine.ctx, edit)).ok).toBe(true);
    expect(await savedReply(mine.ctx, edit.replyId)).toBeNull();
    expect((await saveReply(mine.ctx, { title: edit.title, body: "Anew." })).ok).toBe(true);
  });

  it("S19: are nobody's but staff's", async () => {
    const holder = holderCtx(await makePerson());
    expect(await savedRepliesFor(holder)).toEqual([]);
    expect(await saveReply(holder, { title: title(), body: "So." })).toEqual({ ok: false, reason: "not-allowed" });
    const auditor = await makeStaff("auditor");
    const ctx = staffCtx(auditor, "auditor");
    expect(await saveReply(ctx, { title: title(), body: "So." })).toEqual({ ok: false, reason: "not-allowed" });
    expect((await savedRepliesFor(ctx)).length).toBeGreaterThan(0);
    expect(database.url).toContain("tc_");
  });
});

it("what changed is what reads otherwise, and nothing else", () => {
  const clause = fc.record({ id: fc.constantFrom("a", "b", "c"), sha256: fc.constantFrom("1", "2") });
  const clauses = fc.uniqueArray(clause, { selector: ({ id }) => id });
  fc.assert(
    fc.property(clauses, clauses, fc.option(clauses), (rests, now, next) => {
      const named = (list: typeof now) => list.map((one) => ({ ...one, heading: one.id }));
      const policy = { number: 1, inForce: named(now), next: next && { number: 2, clauses: named(next) } };
      const found = changedClauses(rests, policy).map(({ id }) => id);
      for (const { id, sha256 } of rests) {
        const same = (list: typeof now) => list.some((one) => one.id === id && one.sha256 === sha256);
        expect(found.includes(id)).toBe(!(same(now) && (next === null || same(next))));
      }
    }),
  );
});
