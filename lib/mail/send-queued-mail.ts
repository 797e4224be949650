import { and, eq, isNull } from "drizzle-orm";
import type { TemplateName, TemplateProps } from "../../emails/registry";
import type { Ctx } from "../context";
import { openWithMaster } from "../crypto/seal";
import { mailPreferences, outgoingMails, policySubscribers } from "../db/schema";
import { withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { log } from "../log";
import { ownSystem } from "../policy/kept-periods";
import { mayProcess } from "../processing/may-process";
import { standingOf } from "../processing/standing";
import { MailRefused } from "./message";
import type { OptionalKind } from "./optional-kinds";
import { mailPlace } from "./queue-mail";
import { MailNotSent, sendNow } from "./send";
import { subscriptionWaysOut } from "./subscription-token";
import { keyHours } from "./transport";
import { waysOut } from "./unsubscribe-token";

type Row = typeof outgoingMails.$inferSelect;

/**
 * Sends one stored mail, at most once for its key; what was sealed is erased when it is gone. May run any
 * number of times: a mail that is settled is left alone, and one whose earlier attempt has an unknown
 * outcome older than the service keeps keys is given up rather than sent twice (R5). While the service turns all of ours away, for
 * a key or a domain, it stays as it is: the job tries again, and then waits among the dead letters. While it takes no more, the
 * job comes back when it may.
 * @throws MailNotSent when it should be tried again later
 */
export async function sendQueuedMail(ctx: Ctx, { mailId }: { mailId: string }): Promise<void> {
  const mail = await claim(ctx, mailId);
  if (!mail?.sealed) return;
  const { to, props } = JSON.parse(openWithMaster(mailPlace(mailId), mail.sealed)) as { to: string; props: unknown };
  const end = waysOutOf(mail);
  try {
    const template = mail.template as TemplateName;
    const sent = await sendNow(template, to, props as TemplateProps<TemplateName>, mail.idempotencyKey, end);
    await settle(ctx, mailId, (now) => ({ sentAt: now, providerId: sent.providerId }));
  } catch (error) {
    const final = error instanceof MailRefused || (error instanceof MailNotSent && error.final);
    if (!final) {
      // Only an attempt that may have gone out wears the key down: a dead letter goes out however late it is run again.
      if (!mail.firstAttemptAt && error instanceof MailNotSent && error.unsent) await unbegin(ctx, mailId);
      if (error instanceof MailNotSent && error.waitMs > 0 && (await putOff(ctx, mail, error))) return;
      throw error;
    }
    const failure = error instanceof MailRefused ? error.reason : error.why;
    log.warn({ mailId, template: mail.template, failure }, "mail given up");
    await settle(ctx, mailId, (now) => ({ failedAt: now, failure }));
  }
}

/** How the reader ends mails like this one; undefined for those that always arrive. */
function waysOutOf({ personId, subscriberId, kind }: Row): ReturnType<typeof waysOut> | undefined {
  if (subscriberId) return subscriptionWaysOut(subscriberId);
  return personId && kind !== "security" ? waysOut(personId, kind) : undefined;
}

/** The mail as it was before this attempt, when it still has to go out; the first one is noted. Otherwise null. */
function claim(ctx: Ctx, mailId: string): Promise<Row | null> {
  return withTransaction(ctx, async (tx) => {
    const [mail] = await tx.db.select().from(outgoingMails).where(eq(outgoingMails.id, mailId)).for("update");
    if (!mail?.sealed || mail.sentAt || mail.failedAt || mail.skippedAt) return null;
    const set = (values: Partial<Row>) => tx.db.update(outgoingMails).set(values).where(eq(outgoingMails.id, mailId));
    if (mail.personId && mail.kind !== "security") {
      const [out] = await tx.db
        .select({ at: mailPreferences.optedOutAt })
        .from(mailPreferences)
        .where(and(eq(mailPreferences.personId, mail.personId), eq(mailPreferences.kind, mail.kind as OptionalKind)));
      if (out) {
        await set({ skippedAt: tx.now, sealed: null });
        return null;
      }
      // Whoever objected to being written to, or had it limited, gets what is owed and nothing else (L7, L9).
      if (!mayProcess(await standingOf(tx, mail.personId), "communication", ownSystem, tx.now).allowed) {
        await set({ skippedAt: tx.now, sealed: null });
        return null;
      }
    }
    if (mail.subscriberId) {
      const [still] = await tx.db
        .select({ id: policySubscribers.id })
        .from(policySubscribers)
        .where(eq(policySubscribers.id, mail.subscriberId));
      if (!still) {
        await set({ skippedAt: tx.now, sealed: null });
        return null;
      }
    }
    if (mail.firstAttemptAt && Temporal.Instant.compare(mail.firstAttemptAt.add({ hours: keyHours }), tx.now) < 0) {
      await set({ failedAt: tx.now, failure: "outcome-unknown", sealed: null });
      return null;
    }
    if (!mail.firstAttemptAt) await set({ firstAttemptAt: tx.now });
    return mail;
  });
}

const settle = (ctx: Ctx, mailId: string, values: (now: Temporal.Instant) => Partial<Row>): Promise<unknown> =>
  withTransaction(ctx, (tx) =>
    tx.db
      .update(outgoingMails)
      .set({ ...values(tx.now), sealed: null })
      .where(and(eq(outgoingMails.id, mailId), isNull(outgoingMails.sentAt))),
  );

/** So long a mail waits for a service that takes no more; then it is a job that fails, and staff see it on the desk. */
const patientHours = 48;

/**
 * Lets the job come back no sooner than the service asks, as often as it does: to be full is no failure of a mail, and wears no try down.
 * @returns false for a mail that has waited for too long
 */
function putOff(ctx: Ctx, { id, template, createdAt }: Row, { why, waitMs }: MailNotSent): Promise<boolean> {
  return withTransaction(ctx, async (tx) => {
    if (Temporal.Instant.compare(createdAt.add({ hours: patientHours }), tx.now) < 0) return false;
    const startAfter = tx.now.add({ milliseconds: Math.ceil(waitMs) });
    await enqueue(tx, "mail.send", { mailId: id }, { startAfter, singletonKey: id });
    log.warn({ mailId: id, template, why, waitMs }, "mail put off");
    return true;
  });
}

const unbegin = (ctx: Ctx, mailId: string): Promise<unknown> =>
  withTransaction(ctx, (tx) =>
    tx.db.update(outgoingMails).set({ firstAttemptAt: null }).where(eq(outgoingMails.id, mailId)),
  );
