import fc from "fast-check";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { addSubjectMessage } from "./add-subject-message";
import { bulkCases } from "./bulk-cases";
import { cancelDeletion } from "./cancel-deletion";
import { decideCase } from "./decide-case";
import { expireDeletions } from "./expire-deletions";
import { mergeCases } from "./merge-cases";
import { reopenCase } from "./reopen-case";
import { replyToCase } from "./reply-to-case";
import { snoozeUntil } from "./snooze";
import { snoozeCase } from "./snooze-case";
import { submitDeletion } from "./submit-deletion";
import { submitPlainRequest } from "./submit-plain-request";
import { wakeSnoozed } from "./wake-snoozed";

const database = testDatabase();

/** What the rules say a case should look like; the real one is the database's. */
type Model = {
  open: boolean;
  decision: string | null;
  /** Staff owe a reply within the promise. */
  replyOwed: boolean;
  /** One was owed when the case ended, and its end was none. */
  unanswered: boolean;
  deletion: { cancelled: boolean; expired: boolean; carriedOut: boolean } | null;
  revision: number;
  hours: number;
  /** When it comes back that was put aside; null while it is in the queue. */
  snoozedUntil: Temporal.Instant | null;
  tagged: boolean;
};
type Real = {
  caseId: string;
  reference: string;
  person: string;
  agent: { staffId: string; personId: string };
  colleague: { staffId: string; personId: string };
  clock: () => Temporal.Instant;
  later: (hours: number) => void;
};

abstract class Step implements fc.AsyncCommand<Model, Real> {
  check = () => true;
  abstract act(model: Model, real: Real): Promise<{ ok: boolean; expected: boolean }>;
  async run(model: Model, real: Real): Promise<void> {
    // No two things happen at one instant.
    real.later(1 / 3600);
    const { ok, expected } = await this.act(model, real);
    expect(ok, this.toString()).toBe(expected);
    await agree(model, real);
  }
  toString = () => this.constructor.name;
}

/** After every step: the database says what the model says, and the rules that hold always hold. */
async function agree(model: Model, { caseId }: Real): Promise<void> {
  const [row] = await database.sql`
    select c.decision, c.closed_at is null as open, c.revision, c.next_due_at = min(k.due_at) filter (where k.stopped_at is null)
           or (c.next_due_at is null and count(*) filter (where k.stopped_at is null) = 0) as next_due_kept,
           (count(*) filter (where k.stopped_at is null))::int as running,
           (count(*) filter (where k.stopped_at is null and k.rule = 'policy-72h'))::int as replies_owed,
           c.snoozed_until::text as snoozed, (c.snoozed_until is null or c.closed_at is null) as only_open_snoozed,
           (c.snoozed_until is null or c.next_due_at is null
             or c.snoozed_until <= c.next_due_at - make_interval(hours => ${config.desk.snoozeMarginHours})) as never_hidden_too_long,
           exists (select 1 from case_tags t where t.case_id = c.id and t.tag = 'seen') as tagged,
           (select cancelled_at is not null from deletions d where d.case_id = c.id) as cancelled,
           (select expired_at is not null from deletions d where d.case_id = c.id) as expired
    from cases c join case_clocks k on k.case_id = c.id where c.id = ${caseId} group by c.id`;
  expect(row).toMatchObject({
    open: model.open,
    decision: model.decision,
    revision: model.revision,
    replies_owed: model.replyOwed ? 1 : 0,
    ...{ next_due_kept: true, only_open_snoozed: true, never_hidden_too_long: true, tagged: model.tagged },
    cancelled: model.deletion ? model.deletion.cancelled : null,
    expired: model.deletion ? model.deletion.expired : null,
  });
  const snoozed = row?.snoozed ? Temporal.Instant.from(row.snoozed).epochMilliseconds : null;
  expect(snoozed).toBe(model.snoozedUntil?.epochMilliseconds ?? null);
  // A closed case binds nobody; a decision and the end of a case are one thing.
  if (!row?.open) expect(row?.running).toBe(0);
  expect(row?.open).toBe(row?.decision === null);
}

const staffAt = ({ agent, clock }: Real) => staffCtx(agent, "agent", clock);
const holderAt = ({ person, clock }: Real) => holderCtx(person, clock);

class Write extends Step {
  async act(model: Model, real: Real) {
    const { ok } = await addSubjectMessage(holderAt(real), { reference: real.reference, message: "And?" });
    Object.assign(model, { open: true, decision: null, replyOwed: true, revision: model.revision + 1 });
    // A message brings back what was put aside.
    model.snoozedUntil = null;
    return { ok, expected: true };
  }
}

class Reply extends Step {
  readonly asksBack: boolean;
  constructor(asksBack: boolean) {
    super();
    this.asksBack = asksBack;
  }
  async act(model: Model, real: Real) {
    const { asksBack } = this;
    const { caseId } = real;
    const { ok } = await replyToCase(staffAt(real), { caseId, revision: model.revision, text: "So.", asksBack });
    model.revision += 1;
    if (!asksBack) model.replyOwed = false;
    return { ok, expected: true };
  }
}

class StaleReply extends Step {
  async act(model: Model, real: Real) {
    const stale = { caseId: real.caseId, revision: model.revision + 1, text: "So." };
    return { ok: (await replyToCase(staffAt(real), stale)).ok, expected: false };
  }
}

class Decide extends Step {
  readonly decline: boolean;
  constructor(decline: boolean) {
    super();
    this.decline = decline;
  }
  async act(model: Model, real: Real) {
    const at = { caseId: real.caseId, revision: model.revision, text: "Because." };
    const { deletion } = model;
    const expected = model.open && (this.decline || !deletion || (deletion.expired && !deletion.cancelled));
    const { ok } = await decideCase(
      staffAt(real),
      this.decline ? { ...at, decision: "declined", ground: "not-applicable" } : { ...at, decision: "approved" },
    );
    if (expected) {
      Object.assign(model, { open: false, replyOwed: false, unanswered: false, snoozedUntil: null });
      model.revision += 1;
      model.decision = this.decline ? "declined" : "approved";
      if (deletion && !this.decline) deletion.carriedOut = true;
    }
    return { ok, expected };
  }
}

class Reopen extends Step {
  async act(model: Model, real: Real) {
    const expected = !model.open;
    const { ok } = await reopenCase(staffAt(real), { caseId: real.caseId, revision: model.revision });
    if (expected) {
      Object.assign(model, { open: true, decision: null, revision: model.revision + 1, snoozedUntil: null });
      model.replyOwed = model.unanswered;
    }
    return { ok, expected };
  }
}

class Cancel extends Step {
  async act(model: Model, real: Real) {
    const expected = model.deletion !== null && model.open && !model.deletion.cancelled && !model.deletion.carriedOut;
    const { ok } = await cancelDeletion(holderAt(real), { reference: real.reference });
    if (expected && model.deletion) {
      model.deletion.cancelled = true;
      model.unanswered = model.replyOwed;
      Object.assign(model, { open: false, decision: "cancelled", replyOwed: false, revision: model.revision + 1 });
      model.snoozedUntil = null;
    }
    return { ok, expected };
  }
}

class PassTime extends Step {
  readonly hours: number;
  constructor(hours: number) {
    super();
    this.hours = hours;
  }
  async act(model: Model, real: Real) {
    real.later(this.hours);
    model.hours += this.hours;
    await expireDeletions(systemCtx("test", real.clock));
    await wakeSnoozed(systemCtx("test", real.clock));
    if (model.snoozedUntil && Temporal.Instant.compare(model.snoozedUntil, real.clock()) <= 0)
      model.snoozedUntil = null;
    const { deletion } = model;
    if (deletion && !deletion.cancelled && !deletion.expired && model.hours >= config.deletion.graceDays * 24) {
      deletion.expired = true;
      if (model.open) model.revision += 1;
    }
    return { ok: true, expected: true };
  }
}

class Snooze extends Step {
  readonly asked: number;
  constructor(asked: number) {
    super();
    this.asked = asked;
  }
  async act(model: Model, real: Real) {
    const [row] = await database.sql`select next_due_at::text as due from cases where id = ${real.caseId}`;
    const due = row?.due ? Temporal.Instant.from(row.due) : null;
    const until = model.open ? snoozeUntil(this.asked, real.clock(), due) : null;
    const { caseId } = real;
    const input = { caseId, revision: model.revision, hours: this.asked, reason: "Later" };
    const { ok } = await snoozeCase(staffAt(real), input);
    if (until) Object.assign(model, { snoozedUntil: until, revision: model.revision + 1 });
    return { ok, expected: until !== null };
  }
}

/** The person asks for the same again, and staff answer both as one: the older case, which is this one, goes on. */
class AskAgainAndMerge extends Step {
  async act(model: Model, real: Real) {
    if (model.deletion) return { ok: true, expected: true };
    const again = await submitPlainRequest(holderAt(real), {
      ...{ kind: "objection", message: "Again", idempotencyKey: newId() },
    });
    // Their pace is limited (S17); that is another test's.
    if (!again.ok) return { ok: true, expected: true };
    const { ok } = await mergeCases(staffAt(real), {
      ...{ caseId: again.value.caseId, revision: 0, otherId: real.caseId, otherRevision: model.revision },
    });
    // The reply that the younger one is owed is owed by this one now.
    if (model.open) Object.assign(model, { replyOwed: true, revision: model.revision + 1, snoozedUntil: null });
    const [other] = await database.sql`select merged_into, closed_at from cases where id = ${again.value.caseId}`;
    expect(other?.merged_into).toBe(model.open ? real.caseId : null);
    expect(other?.closed_at === null).toBe(!model.open);
    return { ok, expected: model.open };
  }
}

/** Two colleagues send a reply at the same moment, each seeing the same state: one is sent, the other asked to look again. */
class TwoReplies extends Step {
  async act(model: Model, real: Real) {
    const at = { caseId: real.caseId, revision: model.revision, text: "So." };
    const [answer, question] = await Promise.all([
      replyToCase(staffAt(real), { ...at, asksBack: false }),
      replyToCase(staffAt({ ...real, agent: real.colleague }), { ...at, asksBack: true }),
    ]);
    if (answer.ok) model.replyOwed = false;
    model.revision += 1;
    return { ok: answer.ok !== question.ok, expected: true };
  }
}

/** Many at once, with one among them that is not there: that one is named, and holds up no other. */
class Bulk extends Step {
  async act(model: Model, real: Real) {
    const done = await bulkCases(staffAt(real), {
      cases: [
        { caseId: newId(), revision: 0 },
        { caseId: real.caseId, revision: model.revision },
      ],
      act: { kind: "tag", tag: "seen" },
    });
    const expected = !model.tagged;
    if (expected) Object.assign(model, { tagged: true, revision: model.revision + 1 });
    if (!done.ok) throw new Error(done.reason);
    expect(done.value.outcomes[0]).toMatchObject({ ok: false, reason: "not-found" });
    return { ok: done.value.outcomes[1]?.ok ?? false, expected };
  }
}

/** Ends of months, leap days and changes of clocks among them. */
const beginnings = [
  ...["2026-11-23T12:00:00Z", "2027-01-31T23:59:59Z", "2028-02-29T00:00:00Z", "2027-03-28T00:30:00Z"],
  ...["2027-10-31T00:30:00Z", "2026-12-31T23:59:59Z"],
];

const steps = [
  fc.constant(new Write()),
  fc.boolean().map((asksBack) => new Reply(asksBack)),
  fc.constant(new StaleReply()),
  fc.boolean().map((decline) => new Decide(decline)),
  fc.constant(new Reopen()),
  fc.constant(new Cancel()),
  fc.integer({ min: 1, max: 100 }).map((hours) => new PassTime(hours)),
  fc.integer({ min: 1, max: 200 }).map((hours) => new Snooze(hours)),
  fc.constant(new AskAgainAndMerge()),
  fc.constant(new TwoReplies()),
  fc.constant(new Bulk()),
];

it("H2 the life of a case: whatever people do in whatever order, it stays what the rules say", async () => {
  const [agent, colleague] = [await makeStaff("agent"), await makeStaff("agent")];
  await fc.assert(
    fc.asyncProperty(
      fc.commands(steps, { maxCommands: 16 }),
      fc.boolean(),
      fc.constantFrom(...beginnings),
      async (commands, isDeletion, begun) => {
        const person = await makePerson();
        let now = Temporal.Instant.from(begun);
        const clock = () => now;
        const ctx = holderCtx(person, clock);
        const made = isDeletion
          ? await submitDeletion(ctx, { scope: "person", confirmation: `p-${person}@example.test` })
          : await submitPlainRequest(ctx, { kind: "objection", message: "Stop", idempotencyKey: newId() });
        if (!made.ok) throw new Error(made.reason);
        const later = (hours: number) => {
          now = now.add({ seconds: Math.round(hours * 3600) });
        };
        const { caseId, reference } = made.value;
        await fc.asyncModelRun(
          () => ({
            model: {
              open: true,
              decision: null,
              replyOwed: true,
              unanswered: false,
              deletion: isDeletion ? { cancelled: false, expired: false, carriedOut: false } : null,
              ...{ revision: 0, hours: 0, snoozedUntil: null, tagged: false },
            },
            real: { caseId, reference, person, agent, colleague, clock, later },
          }),
          commands,
        );
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);
