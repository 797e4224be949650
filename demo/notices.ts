import { and, eq } from "drizzle-orm";
import { systemCtx } from "../lib/context";
import { notices } from "../lib/db/schema";
import { withTransaction } from "../lib/db/transaction";
import { env } from "../lib/env";
import { newId } from "../lib/ids";
import { deliverNotice } from "../lib/notices/deliver-notice";
import { freezeRecipients } from "../lib/notices/freeze-recipients";
import { announced } from "../lib/policy/queries";

/**
 * Tells the demo's account holders about the announced version, through the same steps as a real notice,
 * into the local mailbox. Safe twice; never when a real mail service is configured.
 */
export async function seedNotices(): Promise<void> {
  if (env().RESEND_API_KEY) return;
  const ctx = systemCtx("demo:notices");
  const version = await announced(ctx);
  if (!version) return;
  const noticeId = await withTransaction(ctx, async (tx) => {
    const [known] = await tx.db
      .select({ id: notices.id })
      .from(notices)
      .where(and(eq(notices.versionId, version.id), eq(notices.kind, "announcement")));
    if (known) return known.id;
    const id = newId();
    await tx.db.insert(notices).values({ id, versionId: version.id });
    return id;
  });
  await freezeRecipients(ctx, { noticeId });
  await deliverNotice(ctx, { noticeId });
}
