import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropDatabase, testDatabase } from "@/test/database";
import { platformDatabase } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { config } from "@/trust-center.config";
import { systemCtx, visitorCtx } from "../context";
import { findPlatformPerson } from "../data-map/find-platform-person";
import { resetEnv } from "../env";
import { keptForWords } from "../erasure/kept-until";
import { newReference } from "../ids";
import { valuesOf } from "../policy/values";
import { addSubjectMessage } from "./add-subject-message";
import { cancelDeletion, deletionByToken } from "./cancel-deletion";
import { decideCase } from "./decide-case";
import { expireDeletions } from "./expire-deletions";
import { whatWeHold } from "./held";
import { previewDeletion } from "./preview-deletion";
import { caseForSubject, myCases, myDeletion, myDeletionDone } from "./queries";
import { submitDeletion } from "./submit-deletion";

const database = testDatabase();
let platform = "";

beforeAll(async () => {
  const made = await platformDatabase();
  platform = made.name;
  process.env.PLATFORM_DATABASE_URL = made.url;
  resetEnv();
});
afterAll(() => dropDatabase(platform));

const start = Temporal.Instant.from("2026-11-23T12:00:00Z");
const ends = start.add({ hours: config.deletion.graceDays * 24 });
const asSystem = systemCtx("test");
const at = (instant: Temporal.Instant) => () => instant;

async function planned() {
  const person = await makePerson();
  const email = `p-${person}@example.test`;
  const made = await submitDeletion(holderCtx(person, at(start)), { scope: "person", confirmation: email });
  if (!made.ok) throw new Error(made.reason);
  const mail = (await mailsTo(database.sql, email)).find((one) => one.template === "deletion-scheduled");
  return { person, email, token: String(mail?.props.token), ...made.value };
}

const auditOf = async (caseId: string) =>
  (await database.sql`select action from audit_entries where object_id = ${caseId} order by id`).map(
    (row) => row.action,
  );

describe("the preview", () => {
  it("L6: counts by collection and says for what is kept the ground and until when", async () => {
    const noor = await findPlatformPerson("noor.haddad@brightpipe.example");
    if (!noor) throw new Error("the demo has no noor");
    const subject = { platformUserId: noor.userId, platformCompanyId: noor.companyId };
    const own = await previewDeletion(asSystem, subject, "person");
    expect(own.items.length).toBeGreaterThan(3);
    expect(own.items.every((item) => item.rows > 0)).toBe(true);
    for (const item of own.items.filter((one) => one.action === "keep")) {
      expect(item.ground, item.collection).toBeTruthy();
      // What a company shares ends with the company, at no date of its own.
      if (item.collection !== "companies") expect(item.keptFor).toMatch(/^\d+ (day|month|year)s? after /);
    }
    expect(own.items.find((item) => item.collection === "companies")?.action).toBe("keep");
    const whole = await previewDeletion(asSystem, subject, "company");
    expect(whole.items.find((item) => item.collection === "companies")?.action).toBe("delete");
    const rows = (preview: typeof own) => preview.items.reduce((sum, item) => sum + item.rows, 0);
    expect(rows(whole)).toBeGreaterThan(rows(own));
    expect(whole.blockers).toEqual([]);
    // The dashboard and the preview count the same rows.
    const held = await whatWeHold(subject);
    expect(held.state === "counted" && held.groups.reduce((sum, group) => sum + group.rows, 0)).toBe(rows(own));
  });

  it("is empty for somebody the platform does not know", async () => {
    const nobody = { platformUserId: null, platformCompanyId: null };
    expect(await previewDeletion(asSystem, nobody, "person")).toEqual({ scope: "person", items: [], blockers: [] });
    expect(await whatWeHold(nobody)).toEqual({ state: "unknown-here" });
  });

  it("S14: its stop is mailed to every address the person proved to the platform", async () => {
    const noor = await findPlatformPerson("noor.haddad@brightpipe.example");
    const personId = await makePerson({
      platformUserId: noor?.userId ?? null,
      platformCompanyId: noor?.companyId ?? null,
    });
    const email = `p-${personId}@example.test`;
    const made = await submitDeletion(holderCtx(personId), { scope: "person", confirmation: email });
    expect(made.ok).toBe(true);
    const to = async (address: string) =>
      (await mailsTo(database.sql, address)).filter(({ template }) => template === "deletion-scheduled");
    const [here, there] = [await to(email), await to("noor.haddad@brightpipe.example")];
    expect(here).toHaveLength(1);
    expect(there).toHaveLength(1);
    expect(there[0]?.props.token).toBe(here[0]?.props.token);
  });

  it("speaks of the periods that the policy is checked against", () => {
    expect(keptForWords("work-orders", valuesOf(1).retention)).toBe("7 years after account closure");
    expect(keptForWords("account", valuesOf(1).retention)).toBe("90 days after account closure");
    expect(keptForWords("usage", valuesOf(1).retention)).toMatch(/^2 years after /);
    expect(keptForWords("usage", valuesOf(2).retention)).toMatch(/^1 year after /);
  });

  it("is not measured when the platform does not answer, instead of zero", async () => {
    const before = process.env.PLATFORM_DATABASE_URL;
    process.env.PLATFORM_DATABASE_URL = "postgres://nobody:x@127.0.0.1:1/none";
    resetEnv();
    try {
      expect((await whatWeHold({ platformUserId: "u", platformCompanyId: null })).state).toBe("unreachable");
    } finally {
      process.env.PLATFORM_DATABASE_URL = before;
      resetEnv();
    }
  });
});

describe("planning", () => {
  it("S14: deletes nothing, waits the grace period, tells by mail with a way back", async () => {
    const { person, graceEndsAt, token, reference } = await planned();
    expect(graceEndsAt).toBe(ends.toString());
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await myDeletion(holderCtx(person, at(start)))).toMatchObject({
      reference,
      status: { state: "scheduled" },
      deletion: { graceEndsAt: ends.toString(), expiredAt: null },
    });
    const [row] = await database.sql`select cancel_token_hash from deletions where person_id = ${person}`;
    expect(row?.cancel_token_hash).not.toContain(token);
  });

  it("asks for the account's own address, in any case of letters, and for a fresh step-up", async () => {
    const person = await makePerson();
    const email = `p-${person}@example.test`;
    const ctx = holderCtx(person, at(start));
    for (const confirmation of ["", "yes", `x${email}`]) {
      expect(await submitDeletion(ctx, { scope: "person", confirmation })).toEqual({
        ok: false,
        reason: "confirmation-mismatch",
      });
    }
    const stale = holderCtx(person, at(start));
    stale.clock = at(start.add({ minutes: 6 }));
    expect(await submitDeletion(stale, { scope: "person", confirmation: email })).toEqual({
      ok: false,
      reason: "step-up-required",
    });
    expect((await submitDeletion(ctx, { scope: "person", confirmation: ` ${email.toUpperCase()} ` })).ok).toBe(true);
  });

  it("R7: 50 simultaneous clicks plan one deletion and send one mail", async () => {
    const person = await makePerson();
    const email = `p-${person}@example.test`;
    const click = () => submitDeletion(holderCtx(person, at(start)), { scope: "person", confirmation: email });
    const answers = await Promise.all(Array.from({ length: 50 }, click));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect((await mailsTo(database.sql, email)).map((mail) => mail.template)).toEqual(["deletion-scheduled"]);
    expect(await myCases(holderCtx(person))).toHaveLength(1);
  });

  it("the whole company is its owner's to close, and not beside an open one", async () => {
    const person = await makePerson();
    const confirmation = `p-${person}@example.test`;
    const ctx = holderCtx(person, at(start));
    expect(await submitDeletion(ctx, { scope: "company", confirmation })).toEqual({ ok: false, reason: "not-allowed" });
    await submitDeletion(ctx, { scope: "person", confirmation });
    await database.sql`update people set platform_owner = true, platform_company_id = 'c' where id = ${person}`;
    expect(await submitDeletion(ctx, { scope: "company", confirmation })).toEqual({
      ok: false,
      reason: "deletion-open",
    });
  });
});

describe("cancelling", () => {
  it("by the page, without a step-up, and a second time changes nothing (L12)", async () => {
    const { person, reference, caseId, email } = await planned();
    const ctx = holderCtx(person, at(start.add({ hours: 1 })));
    ctx.actor = { ...ctx.actor, steppedUpAt: null } as typeof ctx.actor;
    expect(await cancelDeletion(ctx, { reference })).toEqual({ ok: true, value: { reference } });
    expect(await cancelDeletion(ctx, { reference })).toEqual({ ok: false, reason: "already-done" });
    expect(await auditOf(caseId)).toEqual(["case.received", "deletion.scheduled", "deletion.cancelled"]);
    expect((await mailsTo(database.sql, email)).map((mail) => mail.template)).toEqual([
      "deletion-scheduled",
      "deletion-cancelled",
    ]);
    expect((await caseForSubject(ctx, reference))?.status.state).toBe("cancelled");
    expect(await myDeletion(ctx)).toBeNull();
    // And it can be asked for again.
    expect((await submitDeletion(holderCtx(person, at(start)), { scope: "person", confirmation: email })).ok).toBe(
      true,
    );
  });

  it("S12: by the mail's link: looking changes nothing, the button cancels, without a session", async () => {
    const { token, reference, caseId } = await planned();
    const visitor = { ...visitorCtx(), clock: at(start.add({ hours: 1 })) };
    for (let look = 0; look < 3; look++) {
      expect(await deletionByToken(visitor, token)).toMatchObject({ reference, state: "open" });
    }
    expect(await auditOf(caseId)).toEqual(["case.received", "deletion.scheduled"]);
    expect(await cancelDeletion(visitor, { token })).toEqual({ ok: true, value: { reference } });
    expect(await deletionByToken(visitor, token)).toMatchObject({ state: "cancelled" });
    expect(await cancelDeletion(visitor, { token })).toEqual({ ok: false, reason: "already-done" });
    for (const wrong of ["", "x".repeat(43), `${token}x`]) {
      expect(await cancelDeletion(visitor, { token: wrong })).toEqual({ ok: false, reason: "not-found" });
      expect(await deletionByToken(visitor, wrong)).toBeNull();
    }
  });

  it("says of one that has begun, or was carried out, just that and not that staff closed it", async () => {
    const { person, token, reference, caseId } = await planned();
    const state = async () => (await deletionByToken(visitorCtx(), token))?.state;
    await database.sql`update deletions set expired_at = now(), begun_at = now() where case_id = ${caseId}`;
    expect(await state()).toBe("begun");
    expect(await myDeletionDone(holderCtx(person))).toBeNull();
    await database.sql`update deletions set carried_out_at = now() where case_id = ${caseId}`;
    expect(await state()).toBe("carried-out");
    await database.sql`update cases set closed_at = now() where id = ${caseId}`;
    expect(await state()).toBe("carried-out");
    expect(await myDeletionDone(holderCtx(person))).toMatchObject({ reference });
    expect(await myDeletionDone(holderCtx(await makePerson()))).toBeNull();
  });

  it("S19: another's deletion and none look alike", async () => {
    const { reference } = await planned();
    const other = holderCtx(await makePerson(), at(start));
    expect(await cancelDeletion(other, { reference })).toEqual(
      await cancelDeletion(other, { reference: newReference() }),
    );
    expect(await cancelDeletion(visitorCtx(), { reference })).toEqual({ ok: false, reason: "sign-in-required" });
  });

  it("R7: fifty at once, from page and mail, cancel once", async () => {
    const { person, token, reference, caseId } = await planned();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        index % 2
          ? cancelDeletion(visitorCtx(), { token })
          : cancelDeletion(holderCtx(person, at(start)), { reference }),
      ),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect((await auditOf(caseId)).filter((action) => action === "deletion.cancelled")).toHaveLength(1);
  });
});

describe("the end of the grace period", () => {
  const expire = (now: Temporal.Instant) => expireDeletions(systemCtx("test", at(now)));

  it("R14: comes at its second, not one before", async () => {
    const { person, reference } = await planned();
    await expire(ends.subtract({ seconds: 1 }));
    expect((await myDeletion(holderCtx(person)))?.deletion.expiredAt).toBeNull();
    await expire(ends);
    const found = await caseForSubject(holderCtx(person, at(ends)), reference);
    expect(found).toMatchObject({ deletion: { expiredAt: ends.toString() }, status: { state: "with-us", who: "we" } });
  });

  it("R2: puts a case on the desk exactly once, however many workers run it", async () => {
    const made = await Promise.all([planned(), planned(), planned()]);
    const counts = await Promise.all(Array.from({ length: 8 }, () => expire(ends.add({ minutes: 5 }))));
    expect(counts.reduce((sum, one) => sum + one.expired, 0)).toBe(made.length);
    for (const { caseId } of made) {
      expect((await auditOf(caseId)).filter((action) => action === "deletion.grace-ended")).toHaveLength(1);
    }
    expect(await expire(ends.add({ hours: 1 }))).toEqual({ expired: 0 });
  });

  it("R3: a cancel in the last second wins, and one that races the end leaves it cancelled", async () => {
    const last = await planned();
    await cancelDeletion(holderCtx(last.person, at(ends.subtract({ seconds: 1 }))), { reference: last.reference });
    await expire(ends);
    expect(await auditOf(last.caseId)).not.toContain("deletion.grace-ended");
    const raced = await planned();
    await Promise.all([
      expire(ends),
      cancelDeletion(holderCtx(raced.person, at(ends)), { reference: raced.reference }),
      expire(ends),
    ]);
    expect((await caseForSubject(holderCtx(raced.person), raced.reference))?.decision).toBe("cancelled");
  });

  it("still lets the person cancel until staff have decided, since nothing was deleted", async () => {
    const { person, token, reference } = await planned();
    await expire(ends);
    expect((await cancelDeletion(visitorCtx(), { token })).ok).toBe(true);
    expect((await caseForSubject(holderCtx(person), reference))?.decision).toBe("cancelled");
  });

  it("staff approve only after it, and never what was cancelled", async () => {
    const agent = await makeStaff("agent");
    const approve = (caseId: string, revision: number) =>
      decideCase(staffCtx(agent, "agent"), { caseId, revision, decision: "approved", text: "All of it is deleted." });
    const { person, caseId, reference } = await planned();
    expect(await approve(caseId, 0)).toEqual({ ok: false, reason: "not-ready" });
    await expire(ends);
    expect(await approve(caseId, 0)).toEqual({ ok: false, reason: "conflict" });
    expect((await approve(caseId, 1)).ok).toBe(true);
    expect(await cancelDeletion(holderCtx(person), { reference })).toEqual({ ok: false, reason: "already-done" });
    const gone = await planned();
    await cancelDeletion(holderCtx(gone.person), { reference: gone.reference });
    await addSubjectMessage(holderCtx(gone.person), { reference: gone.reference, message: "Is it really off?" });
    expect(await approve(gone.caseId, 2)).toEqual({ ok: false, reason: "already-done" });
    expect((await caseForSubject(holderCtx(gone.person), gone.reference))?.status.state).toBe("with-us");
  });

  it("one carried out stays so: no message opens it again for a cancel", async () => {
    const agent = await makeStaff("agent");
    const { person, caseId, reference, token } = await planned();
    await expire(ends);
    const ctx = staffCtx(agent, "agent");
    expect((await decideCase(ctx, { caseId, revision: 1, decision: "approved", text: "It is deleted." })).ok).toBe(
      true,
    );
    expect((await addSubjectMessage(holderCtx(person), { reference, message: "Take it back" })).ok).toBe(true);
    for (const [who, input] of [
      [holderCtx(person), { reference }],
      [visitorCtx(), { token }],
    ] as const) {
      expect(await cancelDeletion(who, input)).toEqual({ ok: false, reason: "already-done" });
    }
    expect((await deletionByToken(visitorCtx(), token))?.state).toBe("closed");
    const [kept] = await database.sql`select cancelled_at from deletions where case_id = ${caseId}`;
    expect(kept?.cancelled_at).toBeNull();
  });

  it("a declined one ends without going onto the desk", async () => {
    const agent = await makeStaff("agent");
    const { caseId } = await planned();
    await decideCase(staffCtx(agent, "agent"), {
      caseId,
      revision: 0,
      decision: "declined",
      ground: "legal-claims",
      text: "A claim is running.",
    });
    expect(await expire(ends)).toEqual({ expired: 0 });
    expect(await auditOf(caseId)).not.toContain("deletion.grace-ended");
  });
});

it("S17: planning one counts as a request; clicking again counts nothing", async () => {
  const person = await makePerson();
  const ctx = holderCtx(person);
  const plan = () => submitDeletion(ctx, { scope: "person", confirmation: `p-${person}@example.test` });
  for (let round = 0; round < 10; round++) {
    const made = await plan();
    for (let click = 0; click < 3; click++) expect(await plan()).toEqual(made);
    if (!made.ok) throw new Error(made.reason);
    expect((await cancelDeletion(ctx, { reference: made.value.reference })).ok).toBe(true);
  }
  expect(await plan()).toEqual({ ok: false, reason: "too-many" });
  expect(await myCases(ctx)).toHaveLength(10);
});
