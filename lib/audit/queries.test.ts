import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { systemCtx, visitorCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { auditActions, auditPage } from "./queries";
import { recordAudit } from "./record";

testDatabase();

const write = (action: string, id: string) =>
  withTransaction(systemCtx("test"), (tx) =>
    recordAudit(tx, { action, object: { type: "thing", id }, payload: { count: 1 } }),
  );

describe("reading the log", () => {
  it("S1: is for staff of every role and for nobody else", async () => {
    const id = newId();
    await write("thing.made", id);
    for (const role of ["agent", "officer", "auditor"] as const) {
      const page = await auditPage(staffCtx(await makeStaff(role), role), { objectId: id });
      expect(page.ok && page.value.entries.map((entry) => entry.action)).toEqual(["thing.made"]);
    }
    for (const ctx of [visitorCtx(), holderCtx(await makePerson())]) {
      expect(await auditPage(ctx, { objectId: id })).toEqual({ ok: false, reason: "not-found" });
      expect(await auditActions(ctx)).toEqual([]);
    }
  });

  it("pages by key without gap or repeat, newest first", async () => {
    const id = newId();
    for (let i = 0; i < 7; i++) await write(`page.step-${i}`, id);
    const ctx = staffCtx(await makeStaff("auditor"), "auditor");
    const seen: string[] = [];
    let before: number | undefined;
    do {
      const page = await auditPage(ctx, { objectId: id, limit: 3, before });
      if (!page.ok) throw new Error(page.reason);
      seen.push(...page.value.entries.map((entry) => entry.action));
      before = page.value.next ?? undefined;
    } while (before !== undefined);
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((i) => `page.step-${i}`));
  });

  it("filters by action and object, names staff and lists every action once", async () => {
    const [id, other] = [newId(), newId()];
    const officer = await makeStaff("officer");
    await withTransaction(staffCtx(officer, "officer"), (tx) =>
      recordAudit(tx, { action: "filter.a", object: { type: "thing", id } }),
    );
    await write("filter.b", id);
    await write("filter.b", other);
    const ctx = staffCtx(officer, "officer");
    const page = await auditPage(ctx, { action: "filter.b", objectType: "thing", objectId: other });
    expect(page.ok && page.value.entries).toHaveLength(1);
    const own = await auditPage(ctx, { actorId: officer.staffId });
    expect(own.ok && own.value.entries[0]).toMatchObject({ action: "filter.a", staffName: "Test officer" });
    const actions = await auditActions(ctx);
    expect(actions.filter((action) => action.startsWith("filter."))).toEqual(["filter.a", "filter.b"]);
    expect(new Set(actions).size).toBe(actions.length);
  });
});
