import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { mailsTo } from "@/test/sign-in";
import { config } from "@/trust-center.config";
import { newId } from "../ids";
import { courseDue, type Pause } from "./clock-course";
import { decideCase } from "./decide-case";
import { caseForStaff } from "./desk-queries";
import { extendClock } from "./extend-clock";
import { pauseClock } from "./pause-clock";
import { caseForSubject } from "./queries";
import { reopenCase } from "./reopen-case";
import { resumeClock } from "./resume-clock";
import { submitPlainRequest } from "./submit-plain-request";
import { visitCase } from "./visit-case";

const database = testDatabase();
const begun = Temporal.Instant.from("2027-01-29T10:00:00Z");

/** A correction received at `begun`, an agent of the desk, and a clock that both read. */
async function arrange(start = begun) {
  let now = start;
  const clock = () => now;
  const person = await makePerson();
  const ctx = holderCtx(person, clock);
  const made = await submitPlainRequest(ctx, { kind: "correction", message: "My name.", idempotencyKey: newId() });
  if (!made.ok) throw new Error(made.reason);
  const who = await makeStaff("agent");
  const desk = () => staffCtx(who, "agent", clock);
  const { caseId, reference } = made.value;
  const revision = async () =>
    Number((await database.sql`select revision from cases where id = ${caseId}`)[0]?.revision);
  return {
    ...{ person, caseId, reference, desk },
    at: async () => ({ caseId, revision: await revision() }),
    later: (hours: number) => {
      now = now.add({ hours });
    },
    now: () => now,
    due: async (rule: string) =>
      (await database.sql`select due_at::text as at from case_clocks where case_id = ${caseId} and rule = ${rule}`).map(
        ({ at }) => Temporal.Instant.from(at).toString(),
      )[0],
  };
}

describe("L1: staff pause and extend clocks", () => {
  it("pauses the month alone, promptly or not at all, and gives back the whole days waited", async () => {
    const { at, desk, later, due, person, reference, caseId } = await arrange();
    expect(await due("gdpr-1m")).toBe("2027-03-01T23:59:59Z"); // 28 February is a Sunday
    later(10);
    expect(await pauseClock(desk(), await at())).toEqual({ ok: true, value: null });
    expect(await pauseClock(desk(), await at())).toEqual({ ok: false, reason: "not-ready" });
    const shown = await caseForSubject(holderCtx(person), reference);
    expect(shown?.clocks.filter(({ pausedSince }) => pausedSince).map(({ rule }) => rule)).toEqual(["gdpr-1m"]);
    expect(shown?.events.map(({ type }) => type)).toContain("clock.paused");
    expect(shown?.nextClock?.rule).toBe("policy-72h");
    later(24 * 4 + 5);
    expect(await resumeClock(desk(), await at())).toEqual({ ok: true, value: null });
    expect(await resumeClock(desk(), await at())).toEqual({ ok: false, reason: "already-done" });
    expect(await due("gdpr-1m")).toBe("2027-03-04T23:59:59Z");
    expect(await due("ccpa-45d")).toBe("2027-03-15T23:59:59Z");
    expect(await due("policy-72h")).toBe("2027-02-01T10:00:00Z");
    // Asked for after three days: too late to stand still for it.
    expect(await pauseClock(desk(), await at())).toEqual({ ok: false, reason: "not-ready" });
    const audit =
      await database.sql`select action from audit_entries where object_id = ${caseId} and action like 'clock.%' order by id`;
    expect(audit.map(({ action }) => action)).toEqual(["clock.paused", "clock.resumed"]);
  });

  it("GDPR 12(3): extends once, with the reasons in the thread and in the mail, inside the first month", async () => {
    const { at, desk, due, person, reference, later } = await arrange();
    later(24 * 20);
    const text = "Three systems are concerned.";
    expect(await extendClock(desk(), { ...(await at()), rule: "gdpr-1m", text: " " })).toMatchObject({ ok: false });
    expect(await extendClock(desk(), { ...(await at()), rule: "gdpr-1m", text })).toEqual({ ok: true, value: null });
    expect(await due("gdpr-1m")).toBe("2027-04-29T23:59:59Z");
    expect(await extendClock(desk(), { ...(await at()), rule: "gdpr-1m", text })).toMatchObject({
      reason: "not-ready",
    });
    const mail = (await mailsTo(database.sql, `p-${person}@example.test`)).at(-1);
    expect(mail).toMatchObject({ template: "clock-extended", props: { text, reference, rule: "gdpr-1m" } });
    expect((await caseForSubject(holderCtx(person), reference))?.messages.at(-1)?.text).toBe(text);
    // It answers nothing: the promise of 72 hours is missed, not kept.
    const running =
      await database.sql`select rule from case_clocks k join cases c on c.id = k.case_id where c.reference = ${reference} and stopped_at is null`;
    expect(running.map(({ rule }) => rule)).toContain("policy-72h");
    later(24 * 20);
    expect(await extendClock(desk(), { ...(await at()), rule: "ccpa-45d", text })).toEqual({ ok: true, value: null });
    expect(await due("ccpa-45d")).toBe("2027-04-29T23:59:59Z");
  });

  it("is refused when the first period is over, to auditors, without a fresh proof, and for a stale page", async () => {
    const { at, desk, later, person, caseId } = await arrange();
    const text = "Reasons.";
    const auditor = staffCtx(await makeStaff("auditor"), "auditor");
    const rule = "gdpr-1m" as const;
    for (const refused of [
      await pauseClock(auditor, await at()),
      await resumeClock(auditor, await at()),
      await extendClock(auditor, { ...(await at()), rule, text }),
      await pauseClock(holderCtx(person), await at()),
    ])
      expect(refused).toEqual({ ok: false, reason: "not-allowed" });
    const stale = desk();
    if (stale.actor.kind === "staff") stale.actor.steppedUpAt = null;
    expect(await pauseClock(stale, await at())).toEqual({ ok: false, reason: "step-up-required" });
    expect(await pauseClock(desk(), { caseId, revision: 77 })).toEqual({ ok: false, reason: "conflict" });
    expect(await pauseClock(desk(), { caseId: newId(), revision: 0 })).toEqual({ ok: false, reason: "not-found" });
    later(24 * 32);
    expect(await extendClock(desk(), { ...(await at()), rule, text })).toEqual({ ok: false, reason: "not-ready" });
  });
});

type Step = { hours: number; act: "pause" | "resume" | "extend" | "decide" | "reopen" };

it("H2 L1: whatever happens to clocks in whatever order, the stored dates are what the rule says", async () => {
  const anyStep = fc.record<Step>({
    hours: fc.integer({ min: 0, max: 24 * 12 }),
    act: fc.constantFrom("pause", "resume", "extend", "decide", "reopen"),
  });
  // Month ends, the leap day, and the nights on which clocks change.
  const anyStart = fc.constantFrom(
    ...[
      "2027-01-31T23:30:00Z",
      "2028-01-30T10:00:00Z",
      "2028-02-29T12:00:00Z",
      "2026-10-24T23:30:00Z",
      "2027-03-27T22:59:59Z",
    ],
  );
  await fc.assert(
    fc.asyncProperty(anyStart, fc.array(anyStep, { maxLength: 8 }), async (start, steps) => {
      const { at, desk, later, now, caseId } = await arrange(Temporal.Instant.from(start));
      const model = { pauses: [] as Pause[], extended: false, open: true };
      for (const { hours, act } of steps) {
        later(hours);
        const last = model.pauses.find(({ until }) => until === undefined);
        const end = () => {
          if (last) last.until = now().toString();
        };
        const given = await at();
        switch (act) {
          case "pause": {
            const prompt =
              Temporal.Instant.compare(now(), Temporal.Instant.from(start).add({ hours: config.clocks.replyHours })) <=
              0;
            const expected = model.open && !last && prompt;
            expect((await pauseClock(desk(), given)).ok).toBe(expected);
            if (expected) model.pauses.push({ from: now().toString(), reason: "identity" });
            break;
          }
          case "resume":
            expect((await resumeClock(desk(), given)).ok).toBe(last !== undefined);
            end();
            break;
          case "extend": {
            const due = courseDue("gdpr-1m", Temporal.Instant.from(start), model);
            const expected = model.open && !model.extended && Temporal.Instant.compare(now(), due) <= 0;
            expect((await extendClock(desk(), { ...given, rule: "gdpr-1m", text: "Why." })).ok).toBe(expected);
            model.extended ||= expected;
            break;
          }
          case "decide":
            expect((await decideCase(desk(), { ...given, decision: "approved", text: "Done." })).ok).toBe(model.open);
            // What stood still until the end was waited.
            end();
            model.open = false;
            break;
          case "reopen":
            expect((await reopenCase(desk(), given)).ok).toBe(!model.open);
            model.open = true;
        }
        const rows =
          await database.sql`select rule, started_at::text as started, due_at::text as due, stopped_at is null as running,
          extended_at is not null as extended, pauses from case_clocks where case_id = ${caseId}`;
        for (const row of rows) {
          const rule = row.rule as "gdpr-1m";
          const course = { pauses: row.pauses as Pause[], extended: row.extended as boolean };
          const due = courseDue(rule, Temporal.Instant.from(row.started), rule === "gdpr-1m" ? model : course);
          expect(Temporal.Instant.from(row.due).equals(due)).toBe(true);
          expect(course.pauses).toEqual(rule === "gdpr-1m" ? model.pauses : []);
        }
        const still = model.pauses.some(({ until }) => until === undefined);
        const dues = rows
          .filter(({ rule, running }) => running && !(still && rule === "gdpr-1m"))
          .map(({ due }) => Temporal.Instant.from(due).epochMilliseconds);
        const [row] =
          await database.sql`select next_due_at::text as at, closed_at is null as open from cases where id = ${caseId}`;
        expect(row?.open).toBe(model.open);
        const next = row?.at ? Temporal.Instant.from(row.at).epochMilliseconds : Number.POSITIVE_INFINITY;
        expect(next).toBe(Math.min(...dues, Number.POSITIVE_INFINITY));
      }
      if (!model.open) await visitCase(desk(), { caseId, purpose: "quality" });
      expect(await caseForStaff(desk(), caseId)).not.toBeNull();
    }),
    { numRuns: 25 },
  );
}, 90_000);
