import { asc, eq, sql } from "drizzle-orm";
import type { Ctx } from "../context";
import { newestMasterVersion } from "../crypto/seal";
import { suppressions } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { faultPoint } from "../faults";
import { newId } from "../ids";
import { appendLines, readTail, SuppressionError, type Tail } from "./list";
import { chainStart, digester, openLine, type Suppressed, sealLine } from "./record";
import { lockList, stateOf, stateWords } from "./state";

/** Who is about to be erased, in plain values: only their hashes are kept. */
export type ErasedSubject = {
  reference: string;
  scope: Suppressed["scope"];
  /** The system whose ids these are. */
  system: string;
  /** Or the client. */
  person: string;
  company: string | null;
  /** The platform's ids of everybody whose account ends with the company; null for a person. */
  members: readonly string[] | null;
  marks: readonly string[];
  /** By kind, as the data map names them. */
  identities: ReadonlyMap<string, readonly string[]>;
};

/**
 * Puts an erasure on the list before it is made lasting, so that none lasts without (R9). First its number is noted in the
 * database, then the line is written and synced, then the database notes the line: whichever of the two is older tells. Again
 * for the same case it adds nothing, unless something is known that was not or others are in the company. A line whose erasure then failed does no harm.
 * @throws SuppressionError when list and database are not in step
 */
export async function suppress(ctx: Ctx, subject: ErasedSubject): Promise<void> {
  const id = await withTransaction(ctx, async (tx) => {
    const tail = await lockedTail(tx);
    await noteWritten(tx, tail);
    const made = hashesOf(subject);
    if (await isListed(tx, subject.reference, made)) return null;
    const noted = newId();
    await tx.db.insert(suppressions).values({ id: noted, reference: subject.reference, notedAt: tx.now });
    return noted;
  });
  if (!id) return;
  await faultPoint("suppression.noted");
  await withTransaction(ctx, async (tx) => {
    const { last, bytes } = await lockedTail(tx);
    const entry = {
      ...{ n: (last?.n ?? 0) + 1, id, at: tx.now.toString(), reference: subject.reference, scope: subject.scope },
      ...hashesOf(subject),
      before: last?.mac ?? chainStart,
    };
    const { line, mac } = sealLine(entry);
    await appendLines([line], bytes);
    await faultPoint("suppression.written");
    await tx.db.update(suppressions).set({ n: entry.n, mac, line, writtenAt: tx.now }).where(eq(suppressions.id, id));
  });
}

type Hashes = Pick<Suppressed, "key" | "person" | "company" | "members" | "marks" | "identities">;

function hashesOf({ scope, system, person, company, members, marks, identities }: ErasedSubject): Hashes {
  const key = newestMasterVersion();
  const digest = digester(key);
  return {
    key,
    person: digest(scope === "client" ? "client" : "person", system, person),
    company: company === null ? null : digest("company", system, company),
    ...(members ? { members: members.map((member) => digest("person", system, member)).toSorted() } : {}),
    marks: marks.map((mark) => digest("mark", system, mark)),
    identities: [...identities].flatMap(([kind, values]) =>
      values.map((value) => ({ kind, hash: digest("identity", kind, value) })),
    ),
  };
}

/** @throws SuppressionError */
async function lockedTail(tx: Tx): Promise<Tail> {
  await lockList(tx);
  const tail = await readTail();
  const state = await stateOf(tx, tail);
  if (state !== "in-step") throw new SuppressionError(`Nothing is erased now: ${stateWords[state]}.`);
  return tail;
}

/** A line that was written, and whose writer died before the database noted it. */
async function noteWritten(tx: Tx, { last }: Tail): Promise<void> {
  if (!last) return;
  const { line, mac } = sealLine(withoutMac(last));
  await tx.db
    .update(suppressions)
    .set({ n: last.n, mac, line, writtenAt: tx.now })
    .where(sql`${suppressions.id} = ${last.id} and ${suppressions.writtenAt} is null`);
}

const withoutMac = ({ mac: _, ...entry }: Suppressed): Omit<Suppressed, "mac"> => entry;

/** Whether lines of this case say all of it already. */
async function isListed(tx: Tx, reference: string, made: Hashes): Promise<boolean> {
  const rows = await tx.db
    .select({ line: suppressions.line })
    .from(suppressions)
    .where(sql`${suppressions.reference} = ${reference} and ${suppressions.line} is not null`)
    .orderBy(asc(suppressions.n));
  const records = rows.flatMap(({ line }) => (line ? openLine(line) : null) ?? []);
  const known = new Set(records.flatMap(all));
  // Who left since an attempt that changed nothing is in none of the hashes, so the newest line has to say the same.
  const isSame = String(records.findLast(({ members }) => members)?.members) === String(made.members);
  return isSame && all(made).every((hash) => known.has(hash));
}

const all = ({ person, company, marks, identities }: Hashes): string[] => [
  person,
  ...(company ? [company] : []),
  ...marks,
  ...identities.map(({ kind, hash }) => `${kind} ${hash}`),
];
