import { freshUntil } from "../auth/fresh";
import type { Ctx } from "../context";
import type { Tx } from "../db/transaction";
import { createPackage } from "../exports/create-package";
import { newId } from "../ids";
import { beginAsked } from "../processing/begin-asked";
import type { CaseRow } from "./change-case";
import { recordEvent } from "./record-event";

/**
 * The person as they act with a link: proved a moment ago, in a browser we never saw, so export and deletion wait as they do after
 * a first sign-in from a new device (S14).
 */
export function proved(ctx: Ctx, personId: string, now: Temporal.Instant): Ctx {
  return {
    ...ctx,
    actor: { kind: "holder", personId, sessionId: newId(), steppedUpAt: now, freshUntil: freshUntil(now, now) },
  };
}

/**
 * What a proved request goes on with: a copy is made and can be downloaded after signing in (P3); a deletion waits to be previewed
 * and confirmed on the page; what an objection or a restriction names stops; the others lie on the desk with their subject.
 */
export async function continueProved(tx: Tx, row: CaseRow, personId: string): Promise<void> {
  await beginAsked(tx, row, { personId, by: "link" });
  if (row.kind !== "access" && row.kind !== "portability") return;
  const acting: Tx = { ...tx, ctx: proved(tx.ctx, personId, tx.now) };
  const { packageId } = await createPackage(acting, { caseId: row.id, personId, scope: "person" });
  await recordEvent(tx, { caseId: row.id, type: "package.requested", detail: { packageId } });
}
