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
  /** Of a company: ids of accounts that are in it here, and had left before it was closed. */
  left: string[];
  /** They asked for nothing: their account ended with a company in which they are not here. */
  withCompany: boolean;
};

type Subject = Sighting & { own: string; reference: string; marks: Set<string> };

/** A company's closing, by the newest line of its case; its members are null where that is not known. */
type Closing = { subject: Subject; members: readonly string[] | null; isAtWork: boolean };

/** An account as the platform has it now. */
export type Account = {
  id: string;
  email: string | null;
  companyId: string | null;
  /** When it began, in seconds since 1970; null where the map names no such column. */
  since: number | null;
  /** The address is none that an erasure left there: they may have had another one when the backup was made. */
  isAddress: boolean;
};

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
  /** By the reference of their case, whichever keys its lines are of. */
  readonly #closings = new Map<string, Closing>();
  /** The closed companies in which somebody was, by the hash of their id; made when the first account is seen. */
  #closed: ReadonlyMap<string, Closing[]> | null = null;
  /** The companies that are here, by their id. */
  readonly #here = new Map<string, Subject[]>();
  readonly #came: Sighting[] = [];

  /** @param system the home system, whose ids the list holds */
  constructor(system: string) {
    this.#system = system;
  }

  /**
   * @param isAtWork whether its erasure lasts is not known: whoever left the company since does not end with it
   * @throws when the master key of the record is not configured
   */
  add(record: Suppressed, isAtWork = false): void {
    const { key, scope, at, reference, person, company, members, marks, identities } = record;
    if (scope === "client") return;
    if (!this.#digests.has(key)) this.#digests.set(key, digester(key));
    const own = `${scope} ${company ?? person}`;
    const when = Temporal.Instant.from(at);
    const subject: Subject = this.#subjects.get(own) ?? {
      ...newSighting(scope, when, when),
      ...{ own, reference, marks: new Set() },
    };
    this.#subjects.set(own, subject);
    if (Temporal.Instant.compare(when, subject.at) > 0) {
      if (reference !== subject.reference) Object.assign(subject, { reference, begunAt: when });
      subject.at = when;
    }
    if (scope === "company") this.#closings.set(reference, { subject, members: members ?? null, isAtWork });
    for (const mark of marks) subject.marks.add(mark);
    for (const { kind, hash } of identities) {
      const known = this.#known.get(`${scope} ${kind} ${hash}`) ?? [];
      if (!known.includes(subject)) this.#known.set(`${scope} ${kind} ${hash}`, [...known, subject]);
    }
  }

  get size(): number {
    return this.#subjects.size;
  }

  /** @param kind of identity that their address is */
  account(account: Account, kind: string | null): void {
    const { id, email, since, isAddress } = account;
    const hashes: string[] = [];
    for (const digest of this.#digests.values()) {
      const hash = digest("person", this.#system, id);
      const own = `person ${hash}`;
      hashes.push(hash);
      this.#row(own, id, since, () => email !== null && digest("mark", this.#system, email), isAddress);
      if (!email || !kind) continue;
      for (const subject of this.#known.get(`person ${kind} ${digest("identity", kind, email)}`) ?? [])
        if (subject.own !== own || isLater(since, subject.at)) {
          subject.isTaken ||= since === null || isLater(since, subject.at);
          if (isLater(since, subject.at)) subject.nobodyElse.push(id);
        }
    }
    this.#member(account, hashes);
  }

  /** Whoever was in a company as it was closed ends as it did, and nobody else who is in it here. */
  #member({ id, companyId, since, isAddress }: Account, hashes: readonly string[]): void {
    this.#closed ??= this.#byMember();
    if (this.#closed.size === 0) return;
    const isTheirs = ({ at }: Subject) => !isLater(since, at);
    if (hashes.flatMap((hash) => this.#subjects.get(`person ${hash}`) ?? []).some(isTheirs)) return;
    const closed = hashes.flatMap((hash) => this.#closed?.get(hash) ?? []).filter(({ subject }) => isTheirs(subject));
    const inside = this.#here.get(companyId ?? "") ?? [];
    if (closed.length === 0) {
      const isKnown = [...this.#closings.values()].every(
        ({ subject, members }) => members || !inside.includes(subject),
      );
      if (isKnown) for (const { left } of inside) left.push(id);
      return;
    }
    if (!isAddress || closed.some(({ subject }) => inside.includes(subject))) return;
    const [newest] = closed
      .flatMap(({ subject, isAtWork }) => (isAtWork ? [] : subject))
      .toSorted((a, b) => Temporal.Instant.compare(b.at, a.at));
    if (newest)
      this.#came.push({ ...newSighting("person", newest.at, newest.begunAt), id, isWhole: true, withCompany: true });
  }

  #byMember(): Map<string, Closing[]> {
    const closed = new Map<string, Closing[]>();
    for (const closing of this.#closings.values())
      for (const member of closing.members ?? []) closed.set(member, [...(closed.get(member) ?? []), closing]);
    return closed;
  }

  /** To be called of all companies before the first account: who is in one on the list follows from it. */
  company(id: string, name: string | null, since: number | null): void {
    const here = [...this.#digests.values()].flatMap((digest) => {
      const own = `company ${digest("company", this.#system, id)}`;
      return this.#row(own, id, since, () => name !== null && digest("mark", this.#system, name)) ?? [];
    });
    if (here.length > 0) this.#here.set(id, here);
  }

  /** @param markOf asked for only of somebody who is on the list */
  #row(own: string, id: string, since: number | null, markOf: () => string | false, isOther = false): Subject | null {
    const subject = this.#subjects.get(own);
    if (!subject || isLater(since, subject.at)) return null;
    subject.id = id;
    const mark = markOf();
    subject.isWhole ||= isOther;
    subject.isWhole ||= mark !== false && subject.marks.has(mark);
    return subject;
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
    yield* this.#came;
  }
}

const newSighting = (scope: Scope, at: Temporal.Instant, begunAt: Temporal.Instant): Sighting => ({
  ...{ scope, at, begunAt, id: null, isWhole: false, isTaken: false },
  ...{ identities: new Map(), nobodyElse: [], left: [], withCompany: false },
});

/** @param since in seconds since 1970 */
export const isLater = (since: number | null, at: Temporal.Instant): boolean =>
  since !== null && since * 1000 > at.epochMilliseconds;
