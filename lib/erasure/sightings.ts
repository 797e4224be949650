import type { Scope } from "../data-map/types";
import { type Digest, digester, type Suppressed } from "../suppression/record";

/** One erased subject, and what of it was seen. */
export type Sighting = {
  scope: Scope;
  /** Of the newest line about it. */
  at: Temporal.Instant;
  /** Of the first line of that line's case: when the erasure began, and an account that was open counts as closed. */
  begunAt: Temporal.Instant;
  /** The platform's id, where a row with it is there. */
  id: string | null;
  /** That row still says who it was. */
  isWhole: boolean;
  /** By kind: values that rows are entered by, from before the erasure. */
  identities: Map<string, string[]>;
  /** A later account goes by the same address, so rows with it may be that one's. */
  isTaken: boolean;
  /** Those accounts: their rows are told by age. Whoever else goes by the same keeps what both are known by, until erased themselves. */
  nobodyElse: string[];
};

type Subject = Sighting & { own: string; reference: string; marks: Set<string>; hashes: Set<string> };

/**
 * Compares what a walk finds with the list. An account that began after the erasure is another one, also under an id that a
 * restored sequence gave out again; where the map does not say when an account began, the id alone decides.
 */
export class Sightings {
  readonly #system: string;
  readonly #digests = new Map<number, Digest>();
  readonly #subjects = new Map<string, Subject>();
  /** By scope and identity. */
  readonly #known = new Map<string, Subject[]>();

  /** @param system the home system, whose ids the list holds */
  constructor(system: string) {
    this.#system = system;
  }

  /** @throws when the master key of the record is not configured */
  add({ key, scope, at, reference, person, company, marks, identities }: Suppressed): void {
    if (!this.#digests.has(key)) this.#digests.set(key, digester(key));
    const own = `${scope} ${company ?? person}`;
    const when = Temporal.Instant.from(at);
    const subject: Subject = this.#subjects.get(own) ?? {
      ...{ own, scope, reference, at: when, begunAt: when, id: null, isWhole: false, isTaken: false },
      ...{ identities: new Map(), marks: new Set(), hashes: new Set(), nobodyElse: [] },
    };
    this.#subjects.set(own, subject);
    if (Temporal.Instant.compare(when, subject.at) > 0) {
      if (reference !== subject.reference) Object.assign(subject, { reference, begunAt: when });
      subject.at = when;
    }
    for (const mark of marks) subject.marks.add(mark);
    for (const { kind, hash } of identities) {
      const name = `${scope} ${kind} ${hash}`;
      if (subject.hashes.has(name)) continue;
      subject.hashes.add(name);
      this.#known.set(name, [...(this.#known.get(name) ?? []), subject]);
    }
  }

  get size(): number {
    return this.#subjects.size;
  }

  /** @param isAddress it is none that an erasure left there: they may have had another one when the backup was made */
  account(id: string, email: string | null, kind: string | null, since: number | null, isAddress: boolean): void {
    for (const digest of this.#digests.values()) {
      const own = `person ${digest("person", this.#system, id)}`;
      this.#row(own, id, since, () => email !== null && digest("mark", this.#system, email), isAddress);
      if (!email || !kind) continue;
      for (const subject of this.#known.get(`person ${kind} ${digest("identity", kind, email)}`) ?? [])
        if (subject.own !== own || isLater(since, subject.at)) {
          subject.isTaken ||= since === null || isLater(since, subject.at);
          if (isLater(since, subject.at)) subject.nobodyElse.push(id);
        }
    }
  }

  company(id: string, name: string | null, since: number | null): void {
    for (const digest of this.#digests.values())
      this.#row(
        `company ${digest("company", this.#system, id)}`,
        id,
        since,
        () => name !== null && digest("mark", this.#system, name),
      );
  }

  /** @param markOf asked for only of somebody who is on the list */
  #row(own: string, id: string, since: number | null, markOf: () => string | false, isOther = false): void {
    const subject = this.#subjects.get(own);
    if (!subject || isLater(since, subject.at)) return;
    subject.id = id;
    const mark = markOf();
    subject.isWhole ||= isOther;
    subject.isWhole ||= mark !== false && subject.marks.has(mark);
  }

  /** @param since of the oldest row with it; null when rows there have no time */
  identity(kind: string, value: string, since: number | null, scopes: Record<Scope, boolean>): void {
    for (const digest of this.#digests.values())
      for (const scope of ["person", "company"] as const) {
        if (!scopes[scope]) continue;
        for (const subject of this.#known.get(`${scope} ${kind} ${digest("identity", kind, value)}`) ?? []) {
          if (since === null ? subject.isTaken : isLater(since, subject.at)) continue;
          subject.identities.set(kind, [...(subject.identities.get(kind) ?? []), value]);
        }
      }
  }

  /** Those of whom anything was seen. */
  *seen(): Generator<Sighting> {
    for (const subject of this.#subjects.values())
      if (subject.id !== null || subject.identities.size > 0) yield subject;
  }
}

const isLater = (since: number | null, at: Temporal.Instant): boolean =>
  since !== null && since * 1000 > at.epochMilliseconds;
