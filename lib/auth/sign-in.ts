import { and, eq, isNull } from "drizzle-orm";
import { config } from "../../trust-center.config";
import { recordAudit } from "../audit/record";
import type { Ctx } from "../context";
import { keyedHash, randomToken, sha256Hex } from "../crypto/hash";
import { findPlatformPerson, type PlatformPerson } from "../data-map/find-platform-person";
import { devices, people, sessions, staff, verificationTokens } from "../db/schema";
import type { Tx } from "../db/transaction";
import { env } from "../env";
import { fail, ok, type Result } from "../errors";
import { log } from "../log";
import { hashedAdapter } from "./adapter";
import { tellOfAlert } from "./alert";
import { addressOf, answerWithCode, answerWithLink, type Challenge, newestOf } from "./challenge";
import { deviceLabel } from "./device-label";
import { freshHours } from "./fresh";
import { newSessionToken } from "./next-auth";
import { consume, isUsedUp } from "./rate-limit";
import { withAuthTransaction } from "./transaction";

/** What the browser brought along. */
export type Browser = {
  browserToken: string | null;
  deviceToken: string | null;
  /** The session it had until now; it ends (S9). */
  sessionToken: string | null;
  userAgent: string | null;
  network: string | null;
};

export type SignedIn = {
  sessionToken: string;
  deviceToken: string;
  personId: string;
  isStaff: boolean;
  next: string;
};

type Refusal = "code-wrong" | "code-expired" | "other-browser" | "too-many" | "cannot-check";

/** Signs in with the six digits typed in the browser that asked for them. */
export async function signInWithCode(
  ctx: Ctx,
  input: { code: string; browser: Browser },
): Promise<Result<SignedIn, Refusal>> {
  const { browserToken, network } = input.browser;
  const counted = await consume("code.network", network);
  if (!counted.ok) return counted;
  if (!browserToken) return fail("code-expired");
  const asked = await withAuthTransaction(ctx, (tx) => newestOf(tx, "sign-in", browserToken));
  if (!asked) return fail("code-expired");
  // Guesses at one address add up over all the mails it was sent; the link still works then (S17).
  // Counted outside the transaction: a counter inside would wait for a connection that others hold.
  if (await isUsedUp("code.address", asked.addressHash)) return fail("too-many");
  const answer = await withAuthTransaction(ctx, async (tx) =>
    answerWithCode(tx, await newestOf(tx, "sign-in", browserToken), input.code),
  );
  if (!answer.ok) {
    await consume("code.address", asked.addressHash);
    return answer;
  }
  return finish(ctx, answer.value, "code", input.browser);
}

/** Signs in with the link of the mail, in the browser that asked; called by POST only (S12). */
export async function signInWithLink(
  ctx: Ctx,
  input: { link: string; browser: Browser },
): Promise<Result<SignedIn, Refusal>> {
  const counted = await consume("code.network", input.browser.network);
  if (!counted.ok) return counted;
  const answer = await withAuthTransaction(ctx, (tx) => answerWithLink(tx, input.link, input.browser.browserToken));
  return answer.ok ? finish(ctx, answer.value, "link", input.browser) : answer;
}

async function finish(
  ctx: Ctx,
  challenge: Challenge,
  method: "code" | "link",
  browser: Browser,
): Promise<Result<SignedIn, Refusal>> {
  const address = addressOf(challenge);
  // The platform is another database: asked before the transaction, never inside it.
  const platform = await askPlatform(address);
  return withAuthTransaction(ctx, async (tx) => {
    if (browser.sessionToken) await endSession(tx, browser.sessionToken);
    const deviceToken = browser.deviceToken ?? randomToken();
    const device = { label: deviceLabel(browser.userAgent), hash: keyedHash("device", deviceToken) };
    const sessionToken = await startSession(tx, address, device);
    const [found] = await tx.db
      .select({ person: people, session: sessions, staffId: staff.id })
      .from(sessions)
      .innerJoin(people, eq(people.id, sessions.userId))
      .leftJoin(staff, and(eq(staff.personId, people.id), isNull(staff.disabledAt)))
      .where(eq(sessions.sessionToken, sha256Hex(sessionToken)));
    // Forgotten here while this waited for their row (forget-person.ts): with the next code they are somebody new.
    if (!found || found.person.suspendedAt || found.person.erasedAt) return fail("code-expired");
    const { person, session } = found;
    if (platform !== undefined) await linkPlatform(tx, person, platform);
    // The code or link was answered a moment ago: that is a fresh proof (S14). Staff's is the passkey.
    if (!found.staffId) {
      await tx.db.update(sessions).set({ steppedUpAt: tx.now }).where(eq(sessions.id, session.id));
    }
    const isNew = await rememberDevice(tx, person.id, device.hash);
    await recordAudit(as(tx, person.id, session.id), {
      action: "session.started",
      object: { type: "session", id: session.id },
      payload: { method, newDevice: isNew, linked: platform ? true : platform === null ? false : null },
    });
    if (isNew) {
      await tellOfAlert(tx, {
        to: person.email,
        personId: person.id,
        sessionId: session.id,
        kind: "new-device",
        device: device.label,
        zone: platform?.timeZone ?? person.timeZone,
        waitHours: freshHours(),
      });
    }
    const next = challenge.redirectTo;
    return ok({ sessionToken, deviceToken, personId: person.id, isStaff: found.staffId !== null, next });
  });
}

/** The same transaction with the person as the one who acts, for the audit entry. */
function as(tx: Tx, personId: string, sessionId: string): Tx {
  const actor = { kind: "holder", personId, sessionId, steppedUpAt: null, freshUntil: null } as const;
  return { ...tx, ctx: { ...tx.ctx, actor } };
}

/** Undefined when the platform does not answer: signing in still works, with the link known before. */
async function askPlatform(address: string): Promise<PlatformPerson | null | undefined> {
  try {
    return await findPlatformPerson(address);
  } catch (error) {
    log.warn({ err: error }, "the platform could not be asked during a sign-in");
    return undefined;
  }
}

async function startSession(tx: Tx, address: string, device: { label: string; hash: string }): Promise<string> {
  const token = randomToken();
  await tx.db.insert(verificationTokens).values({
    identifier: address,
    token: sha256Hex(`${token}${env().AUTH_SECRET}`),
    expires: new Date(Date.now() + config.signIn.codeMinutes * 60_000),
  });
  return newSessionToken(hashedAdapter(tx.db, device), address, token);
}

async function endSession(tx: Tx, sessionToken: string): Promise<void> {
  await tx.db
    .update(sessions)
    .set({ revokedAt: tx.now })
    .where(and(eq(sessions.sessionToken, sha256Hex(sessionToken)), isNull(sessions.revokedAt)));
}

/** Re-checked at every sign-in: whom the platform no longer knows has nothing here either. */
async function linkPlatform(
  tx: Tx,
  person: typeof people.$inferSelect,
  platform: PlatformPerson | null,
): Promise<void> {
  await tx.db
    .update(people)
    .set({
      platformUserId: platform?.userId ?? null,
      platformCompanyId: platform?.companyId ?? null,
      platformOwner: platform?.owner ?? false,
      ...(platform ? { name: platform.name, language: platform.language, timeZone: platform.timeZone } : {}),
      linkedAt: platform ? tx.now : null,
    })
    .where(eq(people.id, person.id));
}

/** @returns true when this person never signed in from this device before */
async function rememberDevice(tx: Tx, personId: string, deviceHash: string): Promise<boolean> {
  const added = await tx.db
    .insert(devices)
    .values({ personId, deviceHash, firstSeenAt: tx.now })
    .onConflictDoNothing()
    .returning({ personId: devices.personId });
  return added.length > 0;
}
