import { eq } from "drizzle-orm";
import type { Ctx } from "../context";
import { cases, correctionItems, deletions, identityProofs } from "../db/schema";
import { type Tx, withRead } from "../db/transaction";
import { type AppealView, appealOf } from "./appeal-view";
import { type Bearer, findToken, tokenCtx } from "./case-token";
import { findSubject, type Subject } from "./find-subject";
import { permissionOf } from "./permission";
import { plannedIn } from "./plan-deletion";
import { type CaseWithParts, type EventView, type MessageView, summaries, threadOf } from "./read-case";
import type { CaseStatus } from "./status";

/** What somebody without an account sees of their case. */
export type StatusView = CaseWithParts & {
  bearer: Bearer;
  events: EventView[];
  messages: MessageView[];
  declineGround: string | null;
  approvalGround: string | null;
  /** Of a refusal, the last appeal against it and until when there can be one. */
  appeal: AppealView;
  timeZone: string;
  /** `waiting` for the link to be used, `lapsed` once it ended unused; null where nobody was asked or all is proved. */
  proof: "waiting" | "lapsed" | null;
  /** Of a request by an agent. */
  permission: "asked" | "signed" | "withdrawn" | null;
  /** The person proved themselves and has to see and confirm what is deleted. */
  toConfirm: boolean;
  /** A correction in words whose person is known: signed in they can pick the values in it themselves. */
  toPick: boolean;
};

/** An agent without a permission sees that they asked, and nothing of whether anybody was found (S16). */
export type Unpermitted = {
  bearer: "agent";
  reference: string;
  kind: CaseWithParts["kind"];
  receivedAt: string;
  closed: boolean;
};

/** The case behind a browser's session; null when it ended, was taken back or never was. */
export function statusOfSession(ctx: Ctx, session: string): Promise<StatusView | Unpermitted | null> {
  return withRead(tokenCtx(ctx), async (tx) => {
    const found = await findToken(tx, "session", session);
    const [row] = found ? await tx.db.select().from(cases).where(eq(cases.id, found.caseId)) : [];
    if (!found || !row) return null;
    const permission = await permissionOf(tx, row.id);
    if (found.bearer === "agent" && !permission?.signedAt) {
      const { reference, kind } = row;
      return { bearer: "agent", reference, kind, receivedAt: row.receivedAt.toString(), closed: row.closedAt !== null };
    }
    if (found.bearer === "agent" && permission?.withdrawnAt) return null;
    const [summary] = await summaries(tx, [row]);
    if (!summary) return null;
    const { events, messages } = await threadOf(tx, row);
    const [proof] = await tx.db.select().from(identityProofs).where(eq(identityProofs.caseId, row.id));
    const subject = row.subjectId ? await findSubject(tx, row.subjectId) : null;
    const lapsed = proof?.lapsedAt ? "lapsed" : "waiting";
    const waiting = {
      proof: !proof || proof.provedAt || row.closedAt ? null : lapsed,
      toConfirm: await isToConfirm(tx, row),
    } as const;
    return {
      ...{ ...summary, ...waiting, status: statusWaiting(summary, waiting) },
      bearer: found.bearer,
      messages: messages.filter(({ internal }) => !internal),
      events: events.filter(({ visibleToSubject }) => visibleToSubject),
      declineGround: row.declineGround,
      approvalGround: row.approvalGround,
      appeal: await appealOf(tx, row),
      timeZone: found.bearer === "subject" ? (subject?.timeZone ?? "UTC") : "UTC",
      permission: permission && (permission.withdrawnAt ? "withdrawn" : permission.signedAt ? "signed" : "asked"),
      toPick: found.bearer !== "agent" && (await isToPick(tx, row)),
    };
  });
}

/**
 * How it stands while it waits for who asked. A plan that they cancelled can be made anew, and waits for nobody: what they wrote
 * since is owed a reply.
 */
function statusWaiting(
  { status, deletion }: Pick<CaseWithParts, "status" | "deletion">,
  { proof, toConfirm }: Pick<StatusView, "proof" | "toConfirm">,
): CaseStatus {
  const you = { state: "waiting-for-you", word: "Waiting for you", who: "you" } as const;
  if (toConfirm && !deletion) return { ...you, next: "You see what would be deleted, and confirm it." };
  if (proof === "waiting") return { ...you, next: "You confirm with the link that we sent to the address on file." };
  return status;
}

/** A proved deletion that nobody planned yet, or whose plan was cancelled. */
export async function isToConfirm(tx: Tx, row: typeof cases.$inferSelect): Promise<boolean> {
  if (row.kind !== "deletion" || row.subjectId === null || row.closedAt) return false;
  const [proof] = await tx.db.select().from(identityProofs).where(eq(identityProofs.caseId, row.id));
  // Named by the address of a question alone: the link has to be used first.
  if (proof && !proof.provedAt) return false;
  return (await tx.db.$count(deletions, plannedIn(row.id))) === 0;
}

async function isToPick(tx: Tx, row: typeof cases.$inferSelect): Promise<boolean> {
  if (row.kind !== "correction" || row.subjectId === null || row.closedAt) return false;
  return (await tx.db.$count(correctionItems, eq(correctionItems.caseId, row.id))) === 0;
}

type ToConfirm = {
  caseId: string;
  reference: string;
  subject: Subject;
  /** When they used the link that this browser's session came from. */
  provedAt: Temporal.Instant;
  now: Temporal.Instant;
};

/** Whom a session of the proved person is about, and which deletion waits for their word; null for everybody else. */
export function toConfirmOf(ctx: Ctx, session: string): Promise<ToConfirm | null> {
  return withRead(tokenCtx(ctx), async (tx) => {
    const found = await findToken(tx, "session", session);
    if (found?.bearer !== "subject") return null;
    const [row] = await tx.db.select().from(cases).where(eq(cases.id, found.caseId));
    if (!row?.subjectId || !(await isToConfirm(tx, row))) return null;
    const subject = await findSubject(tx, row.subjectId);
    const { id: caseId, reference } = row;
    return subject && { caseId, reference, subject, provedAt: found.createdAt, now: tx.now };
  });
}
