import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { type StaffRole, systemCtx } from "../context";
import { withTransaction } from "../db/transaction";
import { newId } from "../ids";
import { endPresence } from "./end-presence";
import { forgetPresence } from "./forget-presence";
import { keepPresence } from "./keep-presence";
import { openSeconds } from "./presence";
import { deskQueue } from "./queue";
import { submitPlainRequest } from "./submit-plain-request";

const database = testDatabase();
const now = Temporal.Now.instant();
const at = (seconds: number) => () => now.add({ seconds });

async function colleague(name: string, role: StaffRole = "agent") {
  const who = await makeStaff(role);
  await database.sql`update staff set display_name = ${name} where id = ${who.staffId}`;
  return (seconds: number) => staffCtx(who, role, at(seconds));
}
async function request() {
  const holder = holderCtx(await makePerson());
  const made = await submitPlainRequest(holder, { kind: "objection", message: "Stop", idempotencyKey: newId() });
  if (!made.ok) throw new Error(made.reason);
  return { holder, ...made.value };
}
const namesOf = async (ctx: ReturnType<typeof staffCtx>, caseId: string) => {
  const found = await keepPresence(ctx, { caseId });
  return found.ok ? found.value.map(({ name }) => name) : found.reason;
};

describe("who has a case open", () => {
  it("is each other colleague whose page gave a sign of life lately, on the case and in the queue", async () => {
    const { caseId, reference } = await request();
    const [ada, bo] = [await colleague("Ada"), await colleague("Bo")];
    expect(await namesOf(ada(0), caseId)).toEqual([]);
    expect(await namesOf(bo(10), caseId)).toEqual(["Ada"]);
    const line = async (ctx: ReturnType<typeof staffCtx>) => (await deskQueue(ctx, { q: reference })).rows[0]?.openWith;
    expect(await line(bo(10))).toEqual(["Ada"]);
    expect(await line(ada(10))).toEqual(["Bo"]);
    expect(await line((await colleague("Cy"))(10))).toEqual(["Ada", "Bo"]);
    expect(await line(bo(openSeconds))).toEqual([]);
    await endPresence(bo(20), { caseId });
    expect(await namesOf(ada(20), caseId)).toEqual([]);
  });

  it("writes nothing for a second sign of life at once, and nothing about the person", async () => {
    const { caseId } = await request();
    const ada = await colleague("Ada");
    const seen = () => database.sql`select xmin::text as version, * from case_presence where case_id = ${caseId}`;
    await keepPresence(ada(0), { caseId });
    const [first] = await seen();
    await Promise.all([1, 2, 3, 4].map((n) => keepPresence(ada(n), { caseId })));
    expect(await seen()).toEqual([first]);
    await keepPresence(ada(45), { caseId });
    expect((await seen())[0]?.version).not.toBe(first?.version);
    expect(Object.keys(first ?? {}).sort()).toEqual(["at", "case_id", "staff_id", "version"]);
  });

  it("S1: is nobody's but the desk's: an auditor is told and not named, a holder and a missing case get nothing", async () => {
    const { caseId, holder } = await request();
    const [ada, audit] = [await colleague("Ada"), await colleague("Au", "auditor")];
    await keepPresence(ada(0), { caseId });
    expect(await namesOf(audit(1), caseId)).toEqual(["Ada"]);
    expect(await namesOf(ada(1), caseId)).toEqual([]);
    expect(await keepPresence(holder, { caseId })).toEqual({ ok: false, reason: "not-found" });
    expect(await namesOf(ada(1), newId())).toBe("not-found");
    expect(await namesOf(ada(1), "nonsense")).toBe("not-found");
    const bo = await makeStaff("agent");
    await expect(
      withTransaction(ada(2), (tx) =>
        tx.db.execute(`insert into case_presence (case_id, staff_id, at) values ('${caseId}', '${bo.staffId}', now())`),
      ),
    ).rejects.toThrow();
  });

  it("R2: is forgotten minutes later by the job, however often that runs", async () => {
    const { caseId } = await request();
    const ada = await colleague("Ada");
    await keepPresence(ada(0), { caseId });
    const left = () => database.sql`select 1 from case_presence where case_id = ${caseId}`;
    await forgetPresence(systemCtx("test", at(openSeconds)));
    expect(await left()).toHaveLength(1);
    for (const minutes of [4, 4]) await forgetPresence(systemCtx("test", at(minutes * 60)));
    expect(await left()).toHaveLength(0);
  });
});
