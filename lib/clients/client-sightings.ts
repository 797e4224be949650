import { clientIdentity } from "../data-map/check-clients";
import { isLater } from "../erasure/sightings";
import { type Digest, digester, type Suppressed } from "../suppression/record";
import type { ClientRef } from "./client-order";

/** One client whom a company had erased, and what of them was seen. */
export type ClientSighting = {
  /** The client's id is empty where no row says it. */
  ref: ClientRef;
  /** Their row still says who they were. */
  isWhole: boolean;
  /** By kind: what other systems know them by. */
  identities: Map<string, string[]>;
};

type Subject = ClientSighting & {
  at: Temporal.Instant;
  company: string;
  marks: Set<string>;
  /** The id is somebody else's by now. */
  isTaken: boolean;
};

/** A client as their company has them on the platform. */
export type ClientRow = {
  id: string;
  companyId: string | null;
  name: string | null;
  email: string | null;
  /** When it began, in seconds since 1970; null where the map names no such column. */
  since: number | null;
  /** The address is none that an erasure left there. */
  isAddress: boolean;
};

/** Compares what a walk finds with the clients on the list of erasures. */
export class ClientSightings {
  readonly #system: string;
  readonly #digests = new Map<number, Digest>();
  /** By the hash of their id. */
  readonly #subjects = new Map<string, Subject[]>();
  /** By the hash of their company's id. */
  readonly #ofCompany = new Map<string, Subject[]>();
  /** By kind and identity. */
  readonly #known = new Map<string, Subject[]>();

  /** @param system the home system, whose ids the list holds */
  constructor(system: string) {
    this.#system = system;
  }

  /** @throws when the master key of the record is not configured */
  add({ key, scope, at, person: client, company, marks, identities }: Suppressed): void {
    if (scope !== "client" || company === null) return;
    if (!this.#digests.has(key)) this.#digests.set(key, digester(key));
    const same = this.#subjects.get(client) ?? [];
    const when = Temporal.Instant.from(at);
    let subject = same.find((one) => one.company === company);
    if (!subject) {
      const unseen = {
        ref: { clientId: "", companyId: "" },
        isWhole: false,
        isTaken: false,
        identities: new Map(),
      };
      subject = { ...unseen, company, at: when, marks: new Set() };
      this.#subjects.set(client, [...same, subject]);
      this.#ofCompany.set(company, [...(this.#ofCompany.get(company) ?? []), subject]);
    }
    if (Temporal.Instant.compare(when, subject.at) > 0) subject.at = when;
    for (const mark of marks) subject.marks.add(mark);
    for (const { kind, hash } of identities) {
      const known = this.#known.get(`${kind} ${hash}`) ?? [];
      if (!known.includes(subject)) this.#known.set(`${kind} ${hash}`, [...known, subject]);
    }
  }

  get size(): number {
    return this.#subjects.size;
  }

  row({ id, companyId, name, email, since, isAddress }: ClientRow): void {
    for (const digest of this.#digests.values())
      for (const subject of this.#subjects.get(digest("client", this.#system, id)) ?? []) {
        const isTheirs = companyId !== null && digest("company", this.#system, companyId) === subject.company;
        // Under an id that was given out again is somebody else.
        subject.isTaken ||= !isTheirs || isLater(since, subject.at);
        if (!isTheirs || subject.isTaken) continue;
        subject.ref = { clientId: id, companyId };
        const isSame = [name, email].some(
          (one) => one !== null && subject.marks.has(digest("mark", this.#system, one)),
        );
        subject.isWhole ||= isAddress || isSame;
      }
  }

  /** So that a client whose own row is gone is known to be one of it. */
  company(id: string): void {
    for (const digest of this.#digests.values())
      for (const { ref } of this.#ofCompany.get(digest("company", this.#system, id)) ?? []) ref.companyId = id;
  }

  /**
   * What another system knows somebody by.
   * @param companyId whose client the row says it is about; null where rows do not say it: then by the client's id alone
   */
  identity(kind: string, value: string, companyId: string | null, since: number | null): void {
    const isId = kind === clientIdentity;
    for (const digest of this.#digests.values()) {
      const found = isId
        ? this.#subjects.get(digest("client", this.#system, value))
        : this.#known.get(`${kind} ${digest("identity", kind, value)}`);
      for (const subject of found ?? []) {
        if (isLater(since, subject.at)) continue;
        if (companyId === null ? !isId : digest("company", this.#system, companyId) !== subject.company) continue;
        if (companyId !== null) subject.ref.companyId = companyId;
        if (isId) subject.ref.clientId = value;
        subject.identities.set(kind, [...new Set([...(subject.identities.get(kind) ?? []), value])]);
      }
    }
  }

  /** Those of whom anything was seen, and whose id is nobody else's. */
  *seen(): Generator<ClientSighting> {
    for (const subject of [...this.#subjects.values()].flat())
      if (!subject.isTaken && (subject.ref.clientId !== "" || subject.identities.size > 0)) yield subject;
  }
}
