import fc from "fast-check";
import { expect, it } from "vitest";
import { testDatabase } from "@/test/database";
import { holderCtx, makePerson, makeStaff, staffCtx } from "@/test/people";
import { config } from "@/trust-center.config";
import { systemCtx } from "../context";
import { newId } from "../ids";
import { addSubjectMessage } from "./add-subject-message";
import { cancelDeletion } from "./cancel-deletion";
import { decideCase } from "./decide-case";
import { expireDeletions } from "./expire-deletions";
import { reopenCase } from "./reopen-case";
import { replyToCase } from "./reply-to-case";
import { submitDeletion } from "./submit-deletion";
import { submitPlainRequest } from "./submit-plain-request";

const database = testDatabase();

/** What the rules say a case should look like; the real one is the database's. */
type Model = {
  open: boolean;
  decision: string | null;
  /** Staff owe a reply within the promise. */
  replyOwed: boolean;
  deletion: { cancelled: boolean; expired: boolean; carriedOut: boolean } | null;
  revision: number;
  hours: number;
};
type Real = {
  caseId: string;
  reference: string;
  person: string;
  agent: { staffId: string; personId: string };
  clock: () => Temporal.Instant;
  later: (hours: number) => void;
};

abstract class Step implements fc.AsyncCommand<Model, Real> {
  check = () => true;
  abstract act(model: Model, real: Real): Promise<{ ok: boolean; expected: boolean }>;
  async run(model: Model, real: Real): Promise<void> {
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
           (select cancelled_at is not null from deletions d where d.case_id = c.id) as cancelled,
           (select expired_at is not null from deletions d where d.case_id = c.id) as expired
    from cases c join case_clocks k on k.case_id = c.id where c.id = ${caseId} group by c.id`;
  expect(row).toMatchObject({
    open: model.open,
    decision: model.decision,
    revision: model.revision,
    replies_owed: model.replyOwed ? 1 : 0,
    next_due_kept: true,
    cancelled: model.deletion ? model.deletion.cancelled : null,
    expired: model.deletion ? model.deletion.expired : null,
  });
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
      Object.assign(model, { open: false, replyOwed: false, revision: model.revision + 1 });
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
    if (expected) Object.assign(model, { open: true, decision: null, revision: model.revision + 1 });
    return { ok, expected };
  }
}

class Cancel extends Step {
  async act(model: Model, real: Real) {
    const expected = model.deletion !== null && model.open && !model.deletion.cancelled && !model.deletion.carriedOut;
    const { ok } = await cancelDeletion(holderAt(real), { reference: real.reference });
    if (expected && model.deletion) {
      model.deletion.cancelled = true;
      Object.assign(model, { open: false, decision: "cancelled", replyOwed: false, revision: model.revision + 1 });
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
    const { deletion } = model;
    if (deletion && !deletion.cancelled && !deletion.expired && model.hours >= config.deletion.graceDays * 24) {
      deletion.expired = true;
      if (model.open) model.revision += 1;
    }
    return { ok: true, expected: true };
  }
}

const steps = [
  fc.constant(new Write()),
  fc.boolean().map((asksBack) => new Reply(asksBack)),
  fc.constant(new StaleReply()),
  fc.boolean().map((decline) => new Decide(decline)),
  fc.constant(new Reopen()),
  fc.constant(new Cancel()),
  fc.integer({ min: 1, max: 100 }).map((hours) => new PassTime(hours)),
];

it("H2 the life of a case: whatever people do in whatever order, it stays what the rules say", async () => {
  const agent = await makeStaff("agent");
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: 14 }), fc.boolean(), async (commands, isDeletion) => {
      const person = await makePerson();
      let now = Temporal.Instant.from("2026-11-23T12:00:00Z");
      const clock = () => now;
      const ctx = holderCtx(person, clock);
      const made = isDeletion
        ? await submitDeletion(ctx, { scope: "person", confirmation: `p-${person}@example.test` })
        : await submitPlainRequest(ctx, { kind: "objection", message: "Stop", idempotencyKey: newId() });
      if (!made.ok) throw new Error(made.reason);
      const later = (hours: number) => {
        now = now.add({ hours });
      };
      const { caseId, reference } = made.value;
      await fc.asyncModelRun(
        () => ({
          model: {
            open: true,
            decision: null,
            replyOwed: true,
            deletion: isDeletion ? { cancelled: false, expired: false, carriedOut: false } : null,
            revision: 0,
            hours: 0,
          },
          real: { caseId, reference, person, agent, clock, later },
        }),
        commands,
      );
    }),
    { numRuns: 15 },
  );
}, 60_000);
