import fc from "fast-check";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { emptyPlatformForFile } from "@/test/demo-platform";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { addSubjectMessage } from "./add-subject-message";
import { appealCase, appealEnds } from "./appeal-case";
import { bulkCases } from "./bulk-cases";
import { cancelDeletion } from "./cancel-deletion";
import { carryOutDeletion } from "./carry-out-deletion";
import { closeAsSpam } from "./close-as-spam";
import { decideCase } from "./decide-case";
import { expireDeletions } from "./expire-deletions";
import { mergeCases } from "./merge-cases";
import { reopenCase } from "./reopen-case";
import { replyToCase } from "./reply-to-case";
import { resumeDeletions } from "./resume-deletions";
import { snoozeUntil } from "./snooze";
import { snoozeCase } from "./snooze-case";
import { submitDeletion } from "./submit-deletion";
import { submitPlainRequest } from "./submit-plain-request";
import { takeUpAppeal } from "./take-up-appeal";
import { wakeSnoozed } from "./wake-snoozed";

const database = testDatabase();
// Where nobody has an account, the engine decides as everywhere and has nothing to erase.
emptyPlatformForFile();

/** What the rules say a case should look like; the real one is the database's. */
type Model = {
  open: boolean;
  decision: string | null;
  /** Staff owe a reply within the promise. */
  replyOwed: boolean;
  /** One was owed when the case ended, and its end was none. */
  unanswered: boolean;
  deletion: Plan | null;
  /** An appeal waits for an officer. */
  appealed: boolean;
  /** Until when the refusal that stands can be appealed; null when it cannot. */
  appealable: Temporal.Instant | null;
  revision: number;
  /** When it comes back that was put aside; null while it is in the queue. */
  snoozedUntil: Temporal.Instant | null;
  tagged: boolean;
};
type Plan = {
  graceEndsAt: Temporal.Instant;
  cancelled: boolean;
  expired: boolean;
  /** Staff decided it, and nobody took that back. */
  decided: boolean;
  /** Approved at any time: it cannot be cancelled any more. */
  carriedOut: boolean;
  /** The engine did it. */
  ended: boolean;
};
type Real = {
  caseId: string;
  reference: string;
  person: string;
  agent: { staffId: string; personId: string };
  colleague: { staffId: string; personId: string };
  officer: { staffId: string; personId: string };
  clock: () => Temporal.Instant;
  later: (hours: number) => void;
};

abstract class Step implements fc.AsyncCommand<Model, Real> {
  check: (model: Readonly<Model>) => boolean = () => true;
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
           (select expired_at is not null from deletions d where d.case_id = c.id) as expired,
           (select decided_at is not null and cancelled_at is null from deletions d where d.case_id = c.id) as decided,
           (select begun_at is not null from deletions d where d.case_id = c.id) as begun,
           (select ended_at is not null from deletions d where d.case_id = c.id) as ended,
           exists (select 1 from case_appeals a where a.case_id = c.id and a.reviewed_at is null) as appealed
    from cases c join case_clocks k on k.case_id = c.id where c.id = ${caseId} group by c.id`;
  expect(row).toMatchObject({
    open: model.open,
    decision: model.decision,
    revision: model.revision,
    replies_owed: model.replyOwed ? 1 : 0,
    ...{ next_due_kept: true, only_open_snoozed: true, never_hidden_too_long: true, tagged: model.tagged },
    cancelled: model.deletion ? model.deletion.cancelled : null,
    expired: model.deletion ? model.deletion.expired : null,
    decided: model.deletion ? stands(model) : null,
    // The engine begins what it may, and nothing else.
    ...{ begun: model.deletion?.ended ?? null, ended: model.deletion?.ended ?? null },
    appealed: model.appealed,
  });
  const snoozed = row?.snoozed ? Temporal.Instant.from(row.snoozed).epochMilliseconds : null;
  expect(snoozed).toBe(model.snoozedUntil?.epochMilliseconds ?? null);
  // A closed case binds nobody; a decision and the end of a case are one thing.
  if (!row?.open) expect(row?.running).toBe(0);
  expect(row?.open).toBe(row?.decision === null);
}

/** A decision on the deletion that nobody took back. */
const stands = ({ deletion }: Model): boolean => deletion?.decided === true && !deletion.cancelled;

/** A decision by staff. */
function decided(model: Model, real: Real, decision: "approved" | "declined") {
  const { deletion, appealed } = model;
  Object.assign(model, { open: false, decision, replyOwed: false, unanswered: false, snoozedUntil: null });
  Object.assign(model, { appealed: false, revision: model.revision + 1 });
  model.appealable = decision === "declined" && !appealed ? appealEnds(real.clock()) : null;
  if (!deletion) return;
  if (!deletion.ended && !deletion.cancelled) deletion.decided = true;
  if (decision === "approved") deletion.carriedOut = true;
}

/** What runs by itself: a grace period that is over. */
function expired(model: Model, real: Real) {
  const { deletion } = model;
  if (!deletion || deletion.cancelled || deletion.expired || deletion.decided) return;
  if (Temporal.Instant.compare(deletion.graceEndsAt, real.clock()) > 0) return;
  deletion.expired = true;
  if (model.open) model.revision += 1;
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
    const mayBe = this.decline ? !deletion?.ended : !deletion || (deletion.expired && !deletion.cancelled);
    // With an appeal open an officer decides.
    const expected = model.open && mayBe && !model.appealed;
    const { ok } = await decideCase(
      staffAt(real),
      this.decline ? { ...at, decision: "declined", ground: "not-applicable" } : { ...at, decision: "approved" },
    );
    if (expected) decided(model, real, this.decline ? "declined" : "approved");
    return { ok, expected };
  }
}

class Reopen extends Step {
  async act(model: Model, real: Real) {
    const expected = stands(model) ? !model.appealed : !model.open;
    const { ok } = await reopenCase(staffAt(real), { caseId: real.caseId, revision: model.revision });
    if (expected) {
      if (!model.open) model.replyOwed = model.unanswered;
      Object.assign(model, { open: true, decision: null, revision: model.revision + 1, snoozedUntil: null });
      if (model.deletion) model.deletion.decided = false;
    }
    return { ok, expected };
  }
}

class Cancel extends Step {
  async act(model: Model, real: Real) {
    const { deletion } = model;
    const expected = deletion !== null && model.open && !deletion.cancelled && !deletion.carriedOut && !deletion.ended;
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
    await expireDeletions(systemCtx("test", real.clock));
    await wakeSnoozed(systemCtx("test", real.clock));
    if (model.snoozedUntil && Temporal.Instant.compare(model.snoozedUntil, real.clock()) <= 0)
      model.snoozedUntil = null;
    expired(model, real);
    return { ok: true, expected: true };
  }
}

/** Whatever runs by itself on a deletion, and a job that was left behind: it is begun when it may be, and only then. */
class Engine extends Step {
  async act(model: Model, real: Real) {
    const system = systemCtx("test", real.clock);
    await expireDeletions(system);
    expired(model, real);
    await resumeDeletions(system);
    await carryOutDeletion(system, { caseId: real.caseId });
    const { deletion } = model;
    if (deletion?.expired && !deletion.cancelled && !deletion.decided && !deletion.ended && !model.appealed) {
      Object.assign(deletion, { ended: true, carriedOut: true });
      Object.assign(model, { open: false, decision: "approved", replyOwed: false, snoozedUntil: null });
      Object.assign(model, { revision: model.revision + 1, appealable: null, unanswered: false });
    }
    return { ok: true, expected: true };
  }
}

/** They ask for the deletion again. While their request is closed it would be another one. */
class PlanAgain extends Step {
  override check = ({ open, deletion }: Readonly<Model>) => open && deletion !== null;
  async act(model: Model, real: Real) {
    const { deletion } = model;
    const confirmation = `p-${real.person}@example.test`;
    const made = await submitDeletion(holderAt(real), { scope: "person", confirmation });
    const expected = deletion !== null && (deletion.cancelled || !(deletion.decided || deletion.ended));
    if (made.ok && expected) {
      expect(made.value.caseId).toBe(real.caseId);
      const graceEndsAt = Temporal.Instant.from(made.value.graceEndsAt);
      if (deletion.cancelled) {
        model.deletion = { ...planOf(graceEndsAt), carriedOut: deletion.carriedOut };
        model.revision += 1;
      } else expect(graceEndsAt).toEqual(deletion.graceEndsAt);
    }
    return { ok: made.ok, expected };
  }
}

class Appeal extends Step {
  async act(model: Model, real: Real) {
    const { appealable } = model;
    const isInTime = appealable !== null && Temporal.Instant.compare(appealable, real.clock()) >= 0;
    const expected = !model.open && model.decision === "declined" && isInTime;
    const { ok } = await appealCase(holderAt(real), { reference: real.reference, message: "Look again." });
    if (expected) {
      Object.assign(model, { open: true, decision: null, replyOwed: true, appealed: true, snoozedUntil: null });
      Object.assign(model, { revision: model.revision + 1, appealable: null });
    }
    return { ok, expected };
  }
}

/** An officer decides an appeal: the refusal stands, or is taken up. */
class Review extends Step {
  readonly uphold: boolean;
  constructor(uphold: boolean) {
    super();
    this.uphold = uphold;
  }
  async act(model: Model, real: Real) {
    const officer = staffCtx(real.officer, "officer", real.clock);
    const at = { caseId: real.caseId, revision: model.revision, text: "Looked." };
    if (this.uphold) {
      // Without an appeal this is a decision like any other, and that is another step's.
      if (!model.appealed) return { ok: true, expected: true };
      const expected = model.open && !model.deletion?.ended;
      const { ok } = await decideCase(officer, { ...at, decision: "declined", ground: "not-applicable" });
      if (expected) decided(model, real, "declined");
      return { ok, expected };
    }
    const expected = model.appealed;
    const { ok } = await takeUpAppeal(officer, at);
    if (expected) {
      Object.assign(model, { appealed: false, replyOwed: false, revision: model.revision + 1 });
      if (model.deletion && !model.deletion.cancelled) model.deletion.decided = false;
    }
    return { ok, expected };
  }
}

/** A request by somebody known is never closed without a word. */
class Spam extends Step {
  async act(model: Model, real: Real) {
    return {
      ok: (await closeAsSpam(staffAt(real), { caseId: real.caseId, revision: model.revision })).ok,
      expected: false,
    };
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
  fc.constant(new Engine()),
  fc.constant(new PlanAgain()),
  fc.constant(new Appeal()),
  fc.boolean().map((uphold) => new Review(uphold)),
  fc.constant(new Spam()),
];

/** What decides whether a deletion goes on, often enough that refusals, messages and ends of grace periods meet. */
const turns = [
  ...[fc.constant(new Write()), fc.constant(new Reopen()), fc.constant(new Cancel()), fc.constant(new PlanAgain())],
  ...[fc.constant(new Decide(true)), fc.boolean().map((decline) => new Decide(decline)), fc.constant(new Appeal())],
  fc.boolean().map((uphold) => new Review(uphold)),
  ...[fc.constant(new Engine()), fc.constant(new Engine()), fc.constant(new PassTime(config.deletion.graceDays * 24))],
];

const planOf = (graceEndsAt: Temporal.Instant): Plan => ({
  graceEndsAt,
  ...{ cancelled: false, expired: false, decided: false, carriedOut: false, ended: false },
});

const lives = [
  { life: "a case", taken: fc.commands(steps, { maxCommands: 16 }), kind: fc.boolean() },
  // Long ones, since it takes several turns until something is decided, opened again and due.
  {
    life: "a deletion",
    taken: fc.array(fc.oneof(...turns), { minLength: 14, maxLength: 18 }),
    kind: fc.constant(true),
  },
];

it.each(lives)(
  "H2 the life of $life: whatever people do in whatever order, it stays right",
  async ({ taken, kind }) => {
    const [agent, colleague, officer] = [
      ...[await makeStaff("agent"), await makeStaff("agent")],
      await makeStaff("officer"),
    ] as const;
    await fc.assert(
      fc.asyncProperty(taken, kind, fc.constantFrom(...beginnings), async (commands, isDeletion, begun) => {
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
        const deletion =
          "graceEndsAt" in made.value ? planOf(Temporal.Instant.from(String(made.value.graceEndsAt))) : null;
        await fc.asyncModelRun(
          () => ({
            model: {
              open: true,
              decision: null,
              replyOwed: true,
              ...{ unanswered: false, deletion },
              ...{ appealed: false, appealable: null },
              ...{ revision: 0, snoozedUntil: null, tagged: false },
            },
            real: { caseId, reference, person, agent, colleague, officer, clock, later },
          }),
          commands,
        );
      }),
      { numRuns: 25 },
    );
  },
  120_000,
);
