import { config } from "../../trust-center.config";
import type { caseKinds, clockRules } from "../db/schema/cases";

export type CaseKind = (typeof caseKinds)[number];
export type ClockRule = (typeof clockRules)[number];
export type Clock = { rule: ClockRule; startedAt: Temporal.Instant; dueAt: Temporal.Instant };

/** Public holidays as ISO dates; the regulation moves a deadline off them. */
export type Holidays = ReadonlySet<string>;

/**
 * Which deadlines a case of this kind runs under. Nobody is asked where they live: the strictest
 * rule protects everybody, so a privacy request runs under all of them and an inquiry under the
 * promise of the policy.
 */
const rulesOf: Record<CaseKind, readonly ClockRule[]> = {
  access: ["policy-72h", "gdpr-1m", "ccpa-10bd", "ccpa-45d"],
  portability: ["policy-72h", "gdpr-1m", "ccpa-10bd", "ccpa-45d"],
  correction: ["policy-72h", "gdpr-1m", "ccpa-10bd", "ccpa-45d"],
  deletion: ["policy-72h", "gdpr-1m", "ccpa-10bd", "ccpa-45d"],
  // No counterpart in the CCPA: its opt-outs have no decision to wait for.
  objection: ["policy-72h", "gdpr-1m"],
  restriction: ["policy-72h", "gdpr-1m"],
  inquiry: ["policy-72h"],
};

const isWorkingDay = (day: Temporal.PlainDate, holidays: Holidays): boolean =>
  day.dayOfWeek < 6 && !holidays.has(day.toString());

/** The last whole second of a calendar day in the zone; correct when midnight falls into a clock change. */
const endOf = (day: Temporal.PlainDate, zone: string): Temporal.Instant =>
  day.add({ days: 1 }).toZonedDateTime({ timeZone: zone }).toInstant().subtract({ seconds: 1 });

export const dayOf = (at: Temporal.Instant, zone: string): Temporal.PlainDate =>
  at.toZonedDateTimeISO(zone).toPlainDate();

/** The last second of a day, or of the next working day when it is none. Regulation 1182/71, 3(4). */
export function endOnWorkingDay(from: Temporal.PlainDate, zone: string, holidays: Holidays): Temporal.Instant {
  let day = from;
  while (!isWorkingDay(day, holidays)) day = day.add({ days: 1 });
  return endOf(day, zone);
}

/** The policy's promise: so many hours, weekends and nights included. */
export function policyDue(receivedAt: Temporal.Instant): Temporal.Instant {
  return receivedAt.add({ hours: config.clocks.replyHours });
}

/**
 * One calendar month: the day of receipt does not count, so the month ends with the last hour of the
 * day of the same number; a shorter month ends it on its last day; a weekend or holiday moves it to
 * the next working day. GDPR 12(3); Regulation 1182/71, 3(1), 3(2)(c), 3(4); CJEU C-171/03, 33-34.
 */
export function gdprDue(receivedAt: Temporal.Instant, zone: string, holidays: Holidays): Temporal.Instant {
  const day = dayOf(receivedAt, zone).add({ months: 1 }, { overflow: "constrain" });
  return endOnWorkingDay(day, zone, holidays);
}

/** Ten business days to confirm receipt, not counting the day itself. Cal. Code Regs. 11, 7021(a). */
export function ccpaConfirmDue(receivedAt: Temporal.Instant, zone: string, holidays: Holidays): Temporal.Instant {
  let day = dayOf(receivedAt, zone);
  for (let counted = 0; counted < 10; ) {
    day = day.add({ days: 1 });
    if (isWorkingDay(day, holidays)) counted++;
  }
  return endOf(day, zone);
}

/** 45 calendar days to answer, 90 with notice; nothing pauses them. Cal. Code Regs. 11, 7021(b); Civil Code 10. */
export function ccpaAnswerDue(receivedAt: Temporal.Instant, zone: string, days: 45 | 90 = 45): Temporal.Instant {
  return endOf(dayOf(receivedAt, zone).add({ days }), zone);
}

/**
 * The deadlines of a case received at this instant of database time (L1, R14).
 * @param zone IANA zone whose calendar days count: the company's, as the regulation has it
 */
export function clocksFor(
  kind: CaseKind,
  receivedAt: Temporal.Instant,
  zone: string = config.clocks.zone,
  holidays: Holidays = new Set(config.clocks.holidays),
): Clock[] {
  const due: Record<ClockRule, () => Temporal.Instant> = {
    "policy-72h": () => policyDue(receivedAt),
    "gdpr-1m": () => gdprDue(receivedAt, zone, holidays),
    "ccpa-10bd": () => ccpaConfirmDue(receivedAt, zone, holidays),
    "ccpa-45d": () => ccpaAnswerDue(receivedAt, zone),
    "appeal-1m": () => appealDue(receivedAt, zone, holidays),
  };
  return rulesOf[kind].map((rule) => ({ rule, startedAt: receivedAt, dueAt: due[rule]() }));
}

/** An appeal is decided within one calendar month, counted as the law counts the first answer. */
export const appealDue = (
  appealedAt: Temporal.Instant,
  zone: string = config.clocks.zone,
  holidays: Holidays = new Set(config.clocks.holidays),
): Temporal.Instant => gdprDue(appealedAt, zone, holidays);

/** Hours until (negative: since) a deadline, unrounded. */
export function hoursLeft(dueAt: Temporal.Instant, now: Temporal.Instant): number {
  return now.until(dueAt).total({ unit: "hours" });
}

/** What a rule asks for, in words for a page. */
export const clockWords: Record<ClockRule, { name: string; asks: string }> = {
  "policy-72h": { name: `${config.clocks.replyHours} hours`, asks: "a reply by a person, as our policy promises" },
  "gdpr-1m": { name: "One month", asks: "the answer, by GDPR Article 12(3)" },
  "ccpa-10bd": { name: "10 business days", asks: "confirmation that we have it, by the CCPA rules" },
  "ccpa-45d": { name: "45 days", asks: "the answer, by the CCPA rules" },
  "appeal-1m": { name: "One month", asks: "the decision on the appeal, by a second officer" },
};
