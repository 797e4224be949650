import { and, eq, isNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { openWithMaster, sealWithMaster } from "../crypto/seal";
import { agentPermissions, intakes } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { askOrTell } from "./ask-or-tell";
import { type CaseRow, lockCase } from "./change-case";
import { policyDue } from "./clocks";
import { createCase } from "./create-case";
import { handToCompanies } from "./hand-to-companies";
import { canPassOn, type LookedUp, lookUpAddress } from "./look-up-address";
import { addMessage } from "./message-body";
import { subjectPlace } from "./permission";
import { recordEvent } from "./record-event";
import { statusPathFor } from "./status-path";
import { intakePlace } from "./store-intake";
import { type RequestContent, requestContent } from "./submit-request";
import { companyWords } from "./words-for-company";

/**
 * Makes the case of a request from the public form. Its clocks count from the form, not from this job. What happens next depends on
 * the address and is told by mail alone (S16): an address on file is asked for proof; one that only companies name is told which of
 * them answers, and they are told; to any other it is said that nothing is found. The sealed form is emptied in the same
 * transaction; running again finds it done (R2).
 * @throws while the platform does not answer, for the queue to try again
 */
export async function openRequest(ctx: Ctx, { intakeId }: { intakeId: string }): Promise<void> {
  const first = await withRead(ctx, (tx) => waiting(tx, intakeId));
  if (!first) return;
  const { email, subjectEmail } = first.content;
  const found = await lookUpAddress(ctx, subjectEmail ?? email);
  await withTransaction(ctx, async (tx) => {
    const intake = await waiting(tx, intakeId, true);
    if (!intake) return;
    await open(tx, intake, found);
    await tx.db.update(intakes).set({ processedAt: tx.now, sealed: null }).where(eq(intakes.id, intakeId));
  });
}

type Waiting = { reference: string; receivedAt: Temporal.Instant; content: RequestContent };

async function waiting(tx: Tx, intakeId: string, lock = false): Promise<Waiting | null> {
  const rows = tx.db
    .select()
    .from(intakes)
    .where(and(eq(intakes.id, intakeId), isNull(intakes.processedAt)));
  const [row] = await (lock ? rows.for("update") : rows);
  if (!row?.sealed) return null;
  const content = requestContent.parse(JSON.parse(openWithMaster(intakePlace(row.id), row.sealed)));
  return { reference: row.reference, receivedAt: row.receivedAt, content };
}

async function open(tx: Tx, { reference, receivedAt, content }: Waiting, found: LookedUp): Promise<void> {
  const { kind, email, subjectEmail, text, uses } = content;
  const name = content.name || null;
  const agent = subjectEmail !== null;
  // Nobody gave an agent permission yet, so a company is told nothing for them.
  const passes = !agent && canPassOn(found);
  const made = await createCase(tx, {
    ...{ kind, channel: "public-form", subjectId: null, reference, receivedAt },
    ...(passes ? {} : { contact: { name, email }, byAgent: agent, askedUses: uses }),
  });
  if (!made) throw new Error("the reference of an intake is taken");
  const { caseId } = made;
  const row = await lockCase(tx, caseId);
  if (!row) throw new Error("a case was lost while it was made");
  if (passes) {
    const words = companyWords({ kind, channel: "public-form", text, uses, files: 0 });
    await handToCompanies(tx, {
      ...{ row, companies: found.companies, asker: { email, name, text: words }, passedBy: null },
    });
    return;
  }
  if (text) await addMessage(tx, { caseId, subjectId: null, author: "subject", text });
  await recordEvent(tx, { caseId, type: "case.acknowledged" });
  if (agent) {
    const subjectAddress = sealWithMaster(subjectPlace(caseId), subjectEmail);
    await tx.db.insert(agentPermissions).values({ caseId, subjectAddress, askedAt: tx.now });
    // They hear the same whether or not anybody is found.
    await confirmReceipt(tx, row, email, true);
  }
  await askOrTell(tx, row, found, { to: subjectEmail ?? email, agent });
}

/** The confirmation to whoever asked, with their way to the status page. It stops no clock but the one that asks for it (L1). */
export async function confirmReceipt(tx: Tx, row: CaseRow, to: string, agent: boolean): Promise<void> {
  await queueMail(tx, {
    ...{ template: "request-received", to, kind: "security" },
    props: {
      ...{ reference: row.reference, kind: row.kind, agent, statusPath: await statusPathFor(tx, row) },
      replyBy: inWords(policyDue(row.receivedAt), "UTC"),
    },
    idempotencyKey: `request-received-${row.id}`,
  });
}
