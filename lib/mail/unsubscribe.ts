import { eq } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { mailPreferences, people } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import type { OptionalKind } from "./optional-kinds";
import { readUnsubscribeToken } from "./unsubscribe-token";

/**
 * Ends the kind of mail that a link's token names, for the person it names, without a session (S28,
 * RFC 8058). Again is the same. A token we did not make and a person who is gone get the same answer.
 */
export async function unsubscribe(
  ctx: Ctx,
  { token }: { token: string },
): Promise<Result<{ kind: OptionalKind }, "not-found">> {
  const known = readUnsubscribeToken(token);
  if (!known) return fail("not-found");
  // The token is the authority: it may do this one thing, whoever holds it.
  const bearer: Ctx = { ...ctx, actor: { kind: "system", name: "unsubscribe-link" } };
  return withTransaction(bearer, async (tx) => {
    const [person] = await tx.db.select({ id: people.id }).from(people).where(eq(people.id, known.personId));
    if (!person) return fail("not-found");
    const made = await tx.db
      .insert(mailPreferences)
      .values({ ...known, optedOutAt: tx.now })
      .onConflictDoNothing()
      .returning({ kind: mailPreferences.kind });
    if (made.length > 0) {
      await recordAudit(tx, {
        action: "mail-preferences.unsubscribed",
        object: { type: "person", id: known.personId },
        payload: { kind: known.kind },
      });
    }
    return ok({ kind: known.kind });
  });
}
