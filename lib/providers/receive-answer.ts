import { and, eq, isNotNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { providerErasures, webhookReceipts } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { providerSetting } from "../env";
import { signedWebhookId } from "../http/signed-webhook";
import { type AnswerOutcome, answerShape, applyAnswer } from "./answer";
import { recipients } from "./recipients";

/** The largest answer that is read; a real one is some hundred bytes. */
export const maxAnswerBytes = 16 * 1024;

/**
 * Takes a provider's answer (W1, S27): the signature over the raw body with that provider's key comes first, with its time within
 * five minutes; the id is kept 90 days, so that a replay changes nothing. An answer to a message that was sent to another provider,
 * or to none, is `unknown`.
 */
export async function receiveAnswer(
  ctx: Ctx,
  { provider, body, header }: { provider: string; body: string; header: (name: string) => string | null },
): Promise<AnswerOutcome | "forged" | "malformed" | "unknown"> {
  const asking = recipients.find(({ id }) => id === provider)?.erasure;
  const settings = typeof asking === "object" && "webhook" in asking ? asking : null;
  const webhookId = signedWebhookId(settings && providerSetting(settings.secret), body, header, {
    publicKey: settings?.publicKey ? providerSetting(settings.publicKey) : null,
  });
  if (webhookId === null) return "forged";
  const parsed = answerShape.safeParse(parseJson(body));
  if (!parsed.success) return "malformed";
  const { id, ...answer } = parsed.data;
  return withTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .select()
      .from(providerErasures)
      .where(
        and(
          eq(providerErasures.id, id),
          eq(providerErasures.recipient, provider),
          isNotNull(providerErasures.owedAt),
          isNotNull(providerErasures.lastAttemptAt),
        ),
      )
      .for("update");
    if (!row) return "unknown";
    const receipt = {
      id: `erasure/${provider}/${webhookId}`,
      source: provider,
      type: "erasure.answered",
      matched: true,
    };
    const fresh = await tx.db
      .insert(webhookReceipts)
      .values({ ...receipt, receivedAt: tx.now })
      .onConflictDoNothing();
    return fresh.count === 0 ? "known" : applyAnswer(tx, row, answer, null);
  });
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
