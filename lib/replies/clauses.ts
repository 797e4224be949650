import { sha256Hex } from "../crypto/hash";
import type { Tx } from "../db/transaction";
import { parsePolicy } from "../policy/parse";
import { announcedIn, inForceIn, type PolicyVersion } from "../policy/queries";

/** A clause that a reply can rest on, with the hash of what it says. */
export type ClauseState = { id: string; heading: string; sha256: string };

/** The clauses of a version with the hash of everything that they say, heading and plain words included. */
function clausesOf(version: PolicyVersion | null): ClauseState[] {
  const parsed = version ? parsePolicy(version.markdown) : null;
  if (!parsed?.ok) return [];
  return parsed.policy.clauses.map(({ id, heading, blocks, plain }) => ({
    id,
    heading,
    sha256: sha256Hex(JSON.stringify([heading, blocks.map(({ text }) => text), plain])),
  }));
}

export type PolicyClauses = {
  /** Null before the first version. */
  number: number | null;
  inForce: ClauseState[];
  /** The version that was announced and takes effect later; null when there is none. */
  next: { number: number; clauses: ClauseState[] } | null;
};

export async function policyClauses(tx: Tx): Promise<PolicyClauses> {
  const [current, next] = [await inForceIn(tx), await announcedIn(tx)];
  return {
    number: current?.number ?? null,
    inForce: clausesOf(current),
    next: next ? { number: next.number, clauses: clausesOf(next) } : null,
  };
}

/** What became of a clause since a reply was checked against it. */
export type ClauseChange = { id: string; heading: string | null; what: "changed" | "gone" | "will-change" | "will-go" };

/**
 * Which of the clauses that a reply rests on read otherwise by now, or will once the announced version takes effect. Pure.
 */
export function changedClauses(
  rests: readonly { id: string; sha256: string }[],
  policy: PolicyClauses,
): ClauseChange[] {
  return rests.flatMap(({ id, sha256 }): ClauseChange[] => {
    const now = policy.inForce.find((clause) => clause.id === id);
    if (!now) return [{ id, heading: null, what: "gone" }];
    if (now.sha256 !== sha256) return [{ id, heading: now.heading, what: "changed" }];
    if (!policy.next) return [];
    const then = policy.next.clauses.find((clause) => clause.id === id);
    if (!then) return [{ id, heading: now.heading, what: "will-go" }];
    return then.sha256 === sha256 ? [] : [{ id, heading: now.heading, what: "will-change" }];
  });
}
