import { eq } from "drizzle-orm";
import { processingRecords } from "../db/schema";
import type { Tx } from "../db/transaction";
import { isUnconditional } from "./announce-lift";
import type { RejectionGround } from "./words";

const { id, kind, purpose, decision, decidedBy, endedAt } = processingRecords;
const columns = { id, kind, purpose, decision, decidedBy, endedAt, ground: processingRecords.decisionGround };

/** What a case asks to stop, and what was decided about each. */
export async function weighedIn(tx: Tx, caseId: string) {
  const rows = await tx.db.select(columns).from(processingRecords).where(eq(processingRecords.caseId, caseId));
  return rows.filter((one) => one.kind !== "exception");
}
type Weighed = Pick<Awaited<ReturnType<typeof weighedIn>>[number], "kind" | "purpose" | "decision" | "ground">;

/**
 * What the decisions on the parts of a request come to: in part when some of it was upheld and some was not, with the ground of what
 * was refused. What stopped for good in the same request was granted, and nobody weighs it.
 */
export function sumOfDecisions(parts: readonly Weighed[]): {
  decision: "approved" | "partly" | "declined";
  ground: RejectionGround | null;
} {
  const refused = parts.find((one) => one.decision === "rejected");
  const granted = parts.some((one) => one.decision === "upheld" || isUnconditional(one));
  const ground = (refused?.ground as RejectionGround | undefined) ?? null;
  return { decision: granted ? (refused ? "partly" : "approved") : "declined", ground };
}
