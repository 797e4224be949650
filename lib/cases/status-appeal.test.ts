import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { makePerson, makeStaff, staffCtx } from "@/test/people";
import { passed, sendRequest, tokenOf } from "@/test/ways-in";
import { visitorCtx } from "../context";
import { newId } from "../ids";
import { decideCase } from "./decide-case";
import { openStatus } from "./open-status";
import { proveIdentity } from "./prove-identity";
import { statusOfSession } from "./status-queries";
import { takeUpAppeal } from "./take-up-appeal";
import { appealOnStatus, writeOnStatus } from "./write-on-status";

const database = testDatabase();
demoPlatformPerTest();
const visitor = visitorCtx();

/** A request by the public form, proved and refused in part, and its status page's session. */
async function refused() {
  const email = `p-${await makePerson()}@example.test`;
  const { reference } = await sendRequest(database.sql, { kind: "objection", email, message: "Stop all of it." });
  const token = await tokenOf(database.sql, email, "identity-ask");
  const made = await proveIdentity(visitor, { token, network: null });
  if (!made.ok) throw new Error(made.reason);
  const [row] = await database.sql`select id, revision from cases where reference = ${reference}`;
  const decided = await decideCase(staffCtx(await makeStaff("agent"), "agent"), {
    ...{ caseId: row?.id, revision: row?.revision, decision: "partly", ground: "compelling-grounds" },
    text: "Some of it protects others.",
  } as never);
  expect(decided.ok).toBe(true);
  const find = async () => (await database.sql`select * from cases where reference = ${reference}`)[0];
  return { session: made.value.sessionToken, find, caseId: String(row?.id) };
}

describe("a refusal on the status page", () => {
  it("L2: says that a part was refused and until when it can be appealed; the appeal there is one like any other, once", async () => {
    const { session, find, caseId } = await refused();
    const shown = await statusOfSession(visitor, session);
    expect(shown).toMatchObject({
      ...{ decision: "partly", declineGround: "compelling-grounds" },
      appeal: { until: expect.any(String), last: null },
    });
    expect((await appealOnStatus(visitor, { session, message: "I do not agree." })).ok).toBe(true);
    expect(await find()).toMatchObject({ closed_at: null });
    const [appeal] =
      await database.sql`select decision, ground, reviewed_at from case_appeals where case_id = ${caseId}`;
    expect(appeal).toEqual({ decision: "partly", ground: "compelling-grounds", reviewed_at: null });
    expect(await statusOfSession(visitor, session)).toMatchObject({
      appeal: { until: null, last: { reviewedAt: null } },
    });
    expect(await appealOnStatus(visitor, { session, message: "Again." })).toEqual({
      ok: false,
      reason: "already-done",
    });
  });

  it("a message beside it opens the case again and is no appeal, as with an account", async () => {
    const { session, find, caseId } = await refused();
    expect((await writeOnStatus(visitor, { session, message: "One more thing." })).ok).toBe(true);
    expect(await find()).toMatchObject({ closed_at: null });
    expect(await database.sql`select 1 from case_appeals where case_id = ${caseId}`).toEqual([]);
  });

  it("S29: whoever asked without an account is led to the status page when the appeal is taken up", async () => {
    const email = `nobody-${newId()}@nowhere.example`;
    const { reference } = await sendRequest(database.sql, { kind: "objection", email, message: "Stop all of it." });
    const at = async () => {
      const [row] = await database.sql`select id, revision from cases where reference = ${reference}`;
      return { caseId: String(row?.id), revision: Number(row?.revision) };
    };
    const opened = async (template: string) => {
      const code = await passed(database.sql, email, template);
      const made = await openStatus(visitor, { ...code, network: null });
      return made.ok ? made.value.session : expect.fail(`${template} leads nowhere`);
    };
    const officer = async () => staffCtx(await makeStaff("officer"), "officer");
    const refusal = { decision: "declined", ground: "identity-not-confirmed", text: "We do not know you." } as const;
    expect((await decideCase(await officer(), { ...(await at()), ...refusal })).ok).toBe(true);
    const session = await opened("case-decided");
    expect((await appealOnStatus(visitor, { session, message: "You do." })).ok).toBe(true);
    expect((await takeUpAppeal(await officer(), { ...(await at()), text: "We look again." })).ok).toBe(true);
    const shown = await statusOfSession(visitor, await opened("case-reply"));
    expect(shown && "messages" in shown && shown.messages.at(-1)?.text).toBe("We look again.");
  });

  it("S2: takes no appeal with a session that ended or never was", async () => {
    const { session } = await refused();
    for (const wrong of [newId(), "", session.slice(1)])
      expect(await appealOnStatus(visitor, { session: wrong, message: "Hello" })).toEqual({
        ...{ ok: false, reason: "not-found" },
      });
  });
});
