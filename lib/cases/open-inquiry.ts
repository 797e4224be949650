import { eq } from "drizzle-orm";
import { giveToMessage } from "../attachments/keep-attachments";
import type { Ctx } from "../context";
import { openWithMaster } from "../crypto/seal";
import { intakes, people, personKeys } from "../db/schema";
import { type Tx, withTransaction } from "../db/transaction";
import { enqueue } from "../jobs/queue";
import { namesCase } from "../mail/case-thread";
import { confirmInquiry } from "./confirm-inquiry";
import { createCase } from "./create-case";
import { addMessage } from "./message-body";
import { intakePlace } from "./store-intake";
import { inquiryContent } from "./submit-inquiry";

/** Whoever signs in here with this address; nobody whose key was destroyed, since nothing new may be kept for them. */
export async function personOf(tx: Tx, email: string): Promise<{ id: string; timeZone: string } | null> {
  const [row] = await tx.db
    .select({ id: people.id, timeZone: people.timeZone, destroyedAt: personKeys.destroyedAt })
    .from(people)
    .leftJoin(personKeys, eq(personKeys.personId, people.id))
    .where(eq(people.email, email.toLowerCase()));
  return row && !row.destroyedAt ? row : null;
}

/**
 * Makes the case of a public form's content and confirms receipt by mail. The clock counts from the
 * form, not from this job. The sealed form is emptied in the same transaction; running again finds it
 * done (R2).
 */
export async function openInquiry(ctx: Ctx, input: { intakeId: string }): Promise<void> {
  await withTransaction(ctx, async (tx) => {
    const [intake] = await tx.db.select().from(intakes).where(eq(intakes.id, input.intakeId)).for("update");
    if (!intake?.sealed || intake.processedAt) return;
    const content = inquiryContent.parse(JSON.parse(openWithMaster(intakePlace(intake.id), intake.sealed)));
    const person = await personOf(tx, content.email);
    const made = await createCase(tx, {
      kind: "inquiry",
      channel: "public-form",
      subjectId: person?.id ?? null,
      reference: intake.reference,
      receivedAt: intake.receivedAt,
      contact: { name: content.name || null, email: content.email },
    });
    if (!made) throw new Error("the reference of an intake is taken");
    const subjectId = person?.id ?? null;
    const { messageId } = await addMessage(tx, {
      caseId: made.caseId,
      subjectId,
      author: "subject",
      text: content.message,
    });
    await giveToMessage(tx, intake.id, { messageId, subjectId });
    await confirmInquiry(tx, {
      ...made,
      to: content.email,
      person,
      receivedAt: intake.receivedAt,
      channel: "form",
    });
    // Whoever only companies name is told which of them answers. Who writes again, with a reference, is answered by a person.
    if (!person && !namesCase(content.message)) await enqueue(tx, "identity.ask", { caseId: made.caseId });
    await tx.db.update(intakes).set({ processedAt: tx.now, sealed: null }).where(eq(intakes.id, intake.id));
  });
}
