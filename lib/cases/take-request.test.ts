import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { demoPlatformPerTest } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { tokenOf } from "@/test/ways-in";
import { systemCtx, visitorCtx } from "../context";
import { newId } from "../ids";
import { caseForStaff } from "./desk-queries";
import { proveIdentity } from "./prove-identity";
import { recogniseAsker } from "./recognise-asker";
import { replyToCase } from "./reply-to-case";
import { takeRequest } from "./take-request";

const database = testDatabase();
demoPlatformPerTest();
const agent = async () => staffCtx(await makeStaff("agent"), "agent");
const local = (hoursAgo: number) =>
  Temporal.Now.instant().subtract({ hours: hoursAgo }).toString({ smallestUnit: "minute" }).replace("Z", "");
const input = (values: object = {}) => ({
  ...{ kind: "access" as const, how: "phone" as const, name: "Kim Example", email: "", receivedAt: local(30) },
  ...{ message: "Wants to know what is held." },
  ...values,
});

describe("staff write a request down", () => {
  it("L1: its clocks count from when it came, and how it came and who wrote it down is on record", async () => {
    const ctx = await agent();
    const made = await takeRequest(ctx, input({ email: `kim-${newId()}@nowhere.example`, how: "letter" }));
    if (!made.ok) throw new Error(made.reason);
    const { caseId } = made.value;
    const clocks =
      await database.sql`select rule, started_at, due_at, stopped_at is null as running from case_clocks where case_id = ${caseId} order by rule`;
    const hours = (Date.now() - new Date(clocks[0]?.started_at).getTime()) / 3_600_000;
    expect(Math.round(hours)).toBe(30);
    expect(clocks.find(({ rule }) => rule === "ccpa-10bd")?.running).toBe(false);
    const one = await caseForStaff(ctx, caseId);
    expect(one?.channel).toBe("staff");
    expect(one?.events[0]).toMatchObject({ type: "case.received", detail: { how: "letter", channel: "staff" } });
    const [entry] =
      await database.sql`select a.actor_kind, p.payload from audit_entries a join audit_payloads p on p.entry_id = a.id
      where a.action = 'case.taken' and a.object_id = ${caseId}`;
    expect(entry).toMatchObject({ actor_kind: "staff", payload: { how: "letter", kind: "access", address: true } });
  });

  it("refuses the future, nobody at all, auditors, holders, and a stale proof", async () => {
    const ctx = await agent();
    expect(await takeRequest(ctx, input({ receivedAt: local(-2) }))).toEqual({ ok: false, reason: "not-yet" });
    for (const wrong of [{ name: "", email: "" }, { receivedAt: "yesterday" }, { how: "pigeon" }, { message: " " }])
      expect(await takeRequest(ctx, input(wrong) as never)).toEqual({ ok: false, reason: "invalid-input" });
    const auditor = staffCtx(await makeStaff("auditor"), "auditor");
    expect(await takeRequest(auditor, input())).toEqual({ ok: false, reason: "not-allowed" });
    expect(await takeRequest(holderCtx(await makePerson()), input())).toEqual({ ok: false, reason: "not-allowed" });
    if (ctx.actor.kind === "staff") ctx.actor.steppedUpAt = null;
    expect(await takeRequest(ctx, input())).toEqual({ ok: false, reason: "step-up-required" });
  });

  it("takes nobody's word for who it is: the address on file is asked, once, and proves it", async () => {
    const person = await makePerson();
    const email = `p-${person}@example.test`;
    const made = await takeRequest(await agent(), input({ email }));
    if (!made.ok) throw new Error(made.reason);
    const { caseId } = made.value;
    await Promise.all([1, 2].map(() => recogniseAsker(systemCtx("test"), { caseId })));
    expect((await mailsTo(database.sql, email)).map(({ template }) => template)).toEqual([
      "request-received",
      "identity-ask",
    ]);
    const token = await tokenOf(database.sql, email, "identity-ask");
    expect((await proveIdentity(visitorCtx(), { token, network: null })).ok).toBe(true);
    const [row] = await database.sql`select subject_id from cases where id = ${caseId}`;
    expect(row?.subject_id).toBe(person);
    await recogniseAsker(systemCtx("test"), { caseId });
    expect(await database.sql`select 1 from outgoing_mails where template = 'identity-ask'`).toHaveLength(1);
  });

  it("L1: a letter without an address is confirmed by nobody, so its ten days run, and a reply reaches no mail", async () => {
    const ctx = await agent();
    const made = await takeRequest(ctx, input({ how: "letter" }));
    if (!made.ok) throw new Error(made.reason);
    const { caseId } = made.value;
    const [clock] =
      await database.sql`select stopped_at from case_clocks where case_id = ${caseId} and rule = 'ccpa-10bd'`;
    expect(clock?.stopped_at).toBeNull();
    const before = await database.sql`select count(*)::int as n from outgoing_mails`;
    expect((await replyToCase(ctx, { caseId, revision: 0, text: "Sent by letter." })).ok).toBe(true);
    expect(await database.sql`select count(*)::int as n from outgoing_mails`).toEqual(before);
    expect((await caseForStaff(ctx, caseId))?.contact).toEqual({ name: "Kim Example", email: null });
  });
});
