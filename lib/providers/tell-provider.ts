import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { providerErasures } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { faultPoint } from "../faults";
import { type Answer, answerShape, applyAnswer } from "./answer";
import { callProvider } from "./call-provider";
import { openFor, reminderOf } from "./message";

/** The provider did not take the message; the job tries again with the same bytes under the same id. */
export class ProviderNotTold extends Error {
  override name = "ProviderNotTold";
}

type Call = { id: string; webhookId: string; recipient: string; body: string; reminder: number | null };
type Outcome = { kind: "taken"; answer: Answer | null } | { kind: "gone" } | { kind: "failed"; why: string };

/**
 * Job: hands one message about an erasure, or a reminder of it, to a provider (Standard Webhooks). Every try has the same id
 * and bytes, so that a provider who took it and whose reply was lost does nothing twice. A reply of 2xx means taken, and may hold
 * the answer; 410 means that nobody is there any more, and staff tell the provider; all else is tried again.
 * @throws ProviderNotTold for the queue to try again
 */
export async function tellProvider(
  ctx: Ctx,
  { erasureId, reminder }: { erasureId: string; reminder?: number | undefined },
  { signal }: { signal?: AbortSignal } = {},
): Promise<void> {
  const call = await withTransaction(ctx, (tx) => nextCall(tx, erasureId, reminder ?? null));
  if (!call) return;
  const outcome = await send(call, signal);
  await faultPoint("provider.sent");
  await withTransaction(ctx, (tx) => note(tx, call, outcome));
  if (outcome.kind === "failed") throw new ProviderNotTold(outcome.why);
}

/** Null when there is nothing (any more) to say: it was answered, told by staff, or the erasure has not lasted. */
async function nextCall(tx: Tx, id: string, reminder: number | null): Promise<Call | null> {
  const [row] = await tx.db
    .update(providerErasures)
    .set({ lastAttemptAt: tx.now })
    .where(
      and(
        eq(providerErasures.id, id),
        eq(providerErasures.way, "webhook"),
        isNotNull(providerErasures.owedAt),
        isNull(providerErasures.answeredAt),
        reminder === null ? isNull(providerErasures.toldAt) : eq(providerErasures.reminders, reminder),
      ),
    )
    .returning();
  if (!row?.sealed) return null;
  const { recipient, remindedAt } = row;
  if (reminder === null) return { id, webhookId: id, recipient, body: openFor(id, "sealed", row.sealed), reminder };
  if (!row.toldAt || !remindedAt) return null;
  return {
    id,
    webhookId: `${id}_${reminder}`,
    recipient,
    body: reminderOf({ id, recipient, at: remindedAt }),
    reminder,
  };
}

async function send({ id, webhookId, recipient, body }: Call, signal?: AbortSignal): Promise<Outcome> {
  const outcome = await callProvider({ recipient, webhookId, body }, signal);
  return outcome.kind === "taken" ? { kind: "taken", answer: answerIn(outcome.reply, id) } : outcome;
}

/** A reply without an answer to this very message only says that it was taken. */
function answerIn(body: string | null, id: string): Answer | null {
  if (!body) return null;
  try {
    const parsed = answerShape.safeParse(JSON.parse(body));
    return parsed.success && parsed.data.id === id ? parsed.data : null;
  } catch {
    return null;
  }
}

async function note(tx: Tx, { id, recipient, reminder }: Call, outcome: Outcome): Promise<void> {
  const [row] = await tx.db.select().from(providerErasures).where(eq(providerErasures.id, id)).for("update");
  if (!row) return;
  const set = (values: Partial<typeof providerErasures.$inferInsert>) =>
    tx.db
      .update(providerErasures)
      .set({ attempts: row.attempts + 1, lastFailure: null, ...values })
      .where(eq(providerErasures.id, id));
  const entry = (action: string) =>
    recordAudit(tx, {
      action,
      object: { type: "case", id: row.caseId },
      payload: { provider: recipient, attempts: row.attempts + 1, reminder },
    });
  if (outcome.kind === "failed") {
    await set({ lastFailure: outcome.why });
  } else if (outcome.kind === "gone") {
    await set({ lastFailure: "status-410", ...(row.answeredAt ? {} : { way: "manual" }) });
    await entry("provider.gone");
  } else {
    await set({ toldAt: row.toldAt ?? tx.now });
    await entry(reminder === null ? "provider.told" : "provider.reminded");
    if (outcome.answer) await applyAnswer(tx, { ...row, toldAt: row.toldAt ?? tx.now }, outcome.answer, null);
  }
}
