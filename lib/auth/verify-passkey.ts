import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { and, eq, isNotNull, isNull } from "drizzle-orm";
import { recordAudit } from "../audit/record";
import type { HolderCtx, StaffCtx } from "../context";
import { passkeys, staff } from "../db/schema";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import {
  assertionOptions,
  type Credential,
  type PasskeyRow,
  storePasskeyChallenge,
  takePasskeyChallenge,
  verifyAssertion,
} from "./passkey";
import { consume } from "./rate-limit";
import { rotateSession } from "./step-up";
import { withAuthTransaction } from "./transaction";

type Who = HolderCtx | StaffCtx;

async function ownPasskeys(tx: Tx, ctx: Who): Promise<{ staffId: string; keys: PasskeyRow[] } | null> {
  const [own] = await tx.db
    .select({ staffId: staff.id })
    .from(staff)
    .where(and(eq(staff.personId, ctx.actor.personId), isNotNull(staff.enrolledAt), isNull(staff.disabledAt)));
  if (!own) return null;
  const keys = await tx.db.select().from(passkeys).where(eq(passkeys.staffId, own.staffId)).for("update");
  return keys.length > 0 ? { staffId: own.staffId, keys } : null;
}

/** Options for `navigator.credentials.get`, with a challenge for this session. */
export async function beginVerification(
  ctx: Who,
): Promise<Result<PublicKeyCredentialRequestOptionsJSON, "not-allowed" | "too-many" | "cannot-check">> {
  const counted = await consume("passkey.person", ctx.actor.personId);
  if (!counted.ok) return counted;
  return withAuthTransaction(ctx, async (tx) => {
    const own = await ownPasskeys(tx, ctx);
    if (!own) return fail("not-allowed");
    const options = await assertionOptions(own.keys);
    await storePasskeyChallenge(tx, ctx.actor.sessionId, "verify", options.challenge);
    return ok(options);
  });
}

/**
 * Checks the assertion: signature, challenge of this session used once, our origin, user verified,
 * counter risen. It opens the desk (S13) and counts as step-up (S14); the session gets a new token.
 */
export function finishVerification(
  ctx: Who,
  input: { credential: Credential },
): Promise<Result<{ sessionToken: string }, "not-allowed" | "passkey-refused">> {
  return withAuthTransaction(ctx, async (tx) => {
    const own = await ownPasskeys(tx, ctx);
    if (!own) return fail("not-allowed");
    const key = own.keys.find((candidate) => candidate.credentialId === input.credential.id);
    const challenge = await takePasskeyChallenge(tx, ctx.actor.sessionId, "verify", input.credential);
    const counter = key && challenge ? await verifyAssertion(input.credential, challenge, key) : null;
    if (!key || counter === null) {
      await recordAudit(tx, { action: "passkey.refused", object: { type: "staff", id: own.staffId } });
      return fail("passkey-refused");
    }
    await tx.db
      .update(passkeys)
      .set({ counter, lastUsedAt: tx.now })
      .where(eq(passkeys.credentialId, key.credentialId));
    const sessionToken = await rotateSession(tx, ctx, { passkeyAt: tx.now, steppedUpAt: tx.now });
    if (!sessionToken) return fail("not-allowed");
    await recordAudit(tx, {
      action: "session.stepped-up",
      object: { type: "session", id: ctx.actor.sessionId },
      payload: { method: "passkey" },
    });
    return ok({ sessionToken });
  });
}
