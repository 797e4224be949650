import fc from "fast-check";
import { expect, it } from "vitest";
import { caseKinds } from "../db/schema/cases";
import { statusOf } from "./status";

const instant = fc
  .date({ min: new Date("2026-01-01"), max: new Date("2027-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const maybe = fc.option(instant, { nil: null });
const facts = fc.record({
  kind: fc.constantFrom(...caseKinds),
  decision: fc.constantFrom("approved", "partly", "declined", "completed", "cancelled", null),
  awaitingSubject: fc.boolean(),
  answered: fc.boolean(),
  deletion: fc.option(
    fc.record({ graceEndsAt: instant, cancelledAt: maybe, expiredAt: maybe, begunAt: maybe, carriedOutAt: maybe }),
    { nil: null },
  ),
  package: fc.option(
    fc.record({
      notBefore: maybe,
      readyAt: maybe,
      failedAt: maybe,
      stoppedAt: maybe,
      expiresAt: maybe,
      removedAt: maybe,
    }),
    { nil: null },
  ),
});

it("every state of a case has a word, says what happens next and who acts", () => {
  fc.assert(
    fc.property(facts, instant, (one, now) => {
      const status = statusOf(one, now);
      expect(status.word.length).toBeGreaterThan(3);
      expect(status.next).toMatch(/\.$/);
      // Only a closed case waits for nobody, and a closed one is never said to be in progress.
      if (status.who === "nobody") expect(one.decision).not.toBeNull();
      if (one.decision !== null) expect(["ready", "done", "declined", "cancelled"]).toContain(status.state);
      if (one.decision === null) expect(["ready", "done", "declined", "cancelled"]).not.toContain(status.state);
      // A package that is gone is never offered.
      if (status.state === "ready") {
        expect(one.package?.removedAt).toBeNull();
        expect(one.package?.expiresAt === null || Date.parse(String(one.package?.expiresAt)) > Date.parse(now)).toBe(
          true,
        );
      }
    }),
    { numRuns: 2000 },
  );
});

it("what was cancelled is said by what it was: only of a deletion that nothing was deleted", () => {
  const none = { decision: "cancelled", awaitingSubject: false, answered: false, deletion: null } as const;
  const at = "2026-03-02T09:00:00Z";
  const said = (kind: (typeof caseKinds)[number], stoppedAt: string | null = null) => {
    const dates = { notBefore: null, readyAt: stoppedAt ? null : at, failedAt: null, expiresAt: null, removedAt: null };
    const isFile = kind === "access" || kind === "portability";
    return statusOf({ ...none, kind, package: isFile ? { ...dates, stoppedAt } : null }, at).next;
  };
  for (const kind of caseKinds) {
    if (kind === "deletion") expect(said(kind)).toBe("You cancelled this. Nothing was deleted.");
    else expect(said(kind)).not.toMatch(/delet/);
  }
  expect(said("objection")).toBe("You took this back, so it stops nothing any more.");
  expect(said("restriction")).toBe("You took this back, so it limits nothing any more.");
  for (const kind of ["access", "portability"] as const)
    expect(said(kind, at)).toBe("This was stopped. No file was handed out.");
  // A file was ready and perhaps on its way, so nothing is said of what had left.
  expect(said("portability")).toBe("You took this back. Nothing more is sent to the other provider.");
});
