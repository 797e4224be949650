import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx, HolderCtx, StaffCtx } from "../context";
import { randomToken } from "../crypto/hash";
import { sealWithMaster } from "../crypto/seal";
import { challenges } from "../db/schema";
import { fail, ok, type Result } from "../errors";
import { newId } from "../ids";
import { enqueue } from "../jobs/queue";
import { addressHash, addressPlace, browserHash } from "./challenge";
import { currentAddress } from "./queries";
import { consume } from "./rate-limit";
import { defaultNext, safeNext } from "./safe-next";
import { withAuthTransaction } from "./transaction";

type Asked = Result<{ browserToken: string }, "too-many" | "cannot-check">;

/**
 * Asks for a sign-in mail. What happens here is the same for every address, known or not: one row and
 * one job; the job finds out (S16). The row stands before anything is sent (S12).
 * @param input.address from `parseAddress`
 * @param input.browserToken this browser's cookie, when it has one
 * @param input.network from `clientNetwork`
 * @returns the token that this browser keeps in its cookie
 */
export async function askForCode(
  ctx: Ctx,
  input: { address: string; next: string | null; browserToken: string | null; network: string | null },
): Promise<Asked> {
  for (const [kind, key] of [
    // Everybody's bound last: what the narrower ones refuse must not use it up for all.
    ["sign-in.network", input.network],
    ["sign-in.address", input.address],
    ["sign-in.all", "all"],
  ] as const) {
    const counted = await consume(kind, key);
    if (!counted.ok) return counted;
  }
  return ok(
    await storeChallenge(ctx, {
      purpose: "sign-in",
      address: input.address,
      browserToken: input.browserToken,
      redirectTo: safeNext(input.next) ?? defaultNext,
    }),
  );
}

/** Asks for a code that proves again that it is them (S14); bound to this session and this browser. */
export async function askForStepUp(
  ctx: HolderCtx | StaffCtx,
  input: { browserToken: string | null },
): Promise<Result<{ browserToken: string }, "too-many" | "cannot-check" | "not-found">> {
  const counted = await consume("step-up.person", ctx.actor.personId);
  if (!counted.ok) return counted;
  const address = await currentAddress(ctx);
  if (!address) return fail("not-found");
  const { personId, sessionId } = ctx.actor;
  return ok(await storeChallenge(ctx, { purpose: "step-up", address, ...input, personId, sessionId }));
}

async function storeChallenge(
  ctx: Ctx,
  input: {
    purpose: "sign-in" | "step-up";
    address: string;
    browserToken: string | null;
    redirectTo?: string;
    personId?: string;
    sessionId?: string;
  },
): Promise<{ browserToken: string }> {
  const { purpose, address, browserToken, ...rest } = input;
  const id = newId();
  const kept = browserToken && browserToken.length >= 43 ? browserToken : randomToken();
  await withAuthTransaction(ctx, async (tx) => {
    await tx.db.insert(challenges).values({
      id,
      purpose,
      address: sealWithMaster(addressPlace(id), address),
      addressHash: addressHash(address),
      browserHash: browserHash(kept),
      createdAt: tx.now,
      expiresAt: tx.now.add({ minutes: config.signIn.codeMinutes }),
      ...rest,
    });
    await recordAudit(tx, { action: `${purpose}.asked`, object: { type: "challenge", id } });
    await enqueue(tx, "sign-in.send", { challengeId: id });
  });
  return { browserToken: kept };
}
