import { and, eq, isNull } from "drizzle-orm";
import type { Ctx } from "../context";
import { openWithMaster, sealWithMaster } from "../crypto/seal";
import { agentPermissions, intakes } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { inWords } from "../in-words";
import { queueMail } from "../mail/queue-mail";
import { usesInWords } from "../processing/asked-uses";
import { askForProof } from "./ask-identity";
import { type CaseRow, lockCase } from "./change-case";
import { policyDue } from "./clocks";
import { createCase } from "./create-case";
import { type CompanyToTell, findCompanies } from "./find-companies";
import { handToCompanies, tellAsker } from "./hand-to-companies";
import { addMessage } from "./message-body";
import { subjectPlace } from "./permission";
import { findOnFile, type OnFile } from "./person-on-file";
import { recordEvent } from "./record-event";
import { statusPathFor } from "./status-path";
import { intakePlace } from "./store-intake";
import { type RequestContent, requestContent } from "./submit-request";

type Found = { onFile: OnFile | null; companies: CompanyToTell[] };

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
  const found = await lookUp(ctx, first.content);
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

/** Whoever has an account is answered here, whatever companies name them too. */
async function lookUp(ctx: Ctx, { email, subjectEmail }: RequestContent): Promise<Found> {
  const address = subjectEmail ?? email;
  const onFile = await findOnFile(ctx, address);
  return { onFile, companies: onFile ? [] : await findCompanies(address) };
}

async function open(tx: Tx, { reference, receivedAt, content }: Waiting, found: Found): Promise<void> {
  const { kind, email, subjectEmail, text, uses } = content;
  const name = content.name || null;
  const { onFile, companies } = found;
  // Nobody gave an agent permission yet, so a company is told nothing for them.
  const passes = subjectEmail === null && companies.some(({ owners }) => owners.length > 0);
  const made = await createCase(tx, {
    ...{ kind, channel: "public-form", subjectId: null, reference, receivedAt },
    ...(passes ? {} : { contact: { name, email }, byAgent: subjectEmail !== null, askedUses: uses }),
  });
  if (!made) throw new Error("the reference of an intake is taken");
  const { caseId } = made;
  if (passes) {
    await handToCompanies(tx, { caseId, reference, companies, asker: { email, name, text: askedWords(content) } });
    return;
  }
  if (text) await addMessage(tx, { caseId, subjectId: null, author: "subject", text });
  await recordEvent(tx, { caseId, type: "case.acknowledged" });
  if (subjectEmail !== null) {
    const subjectAddress = sealWithMaster(subjectPlace(caseId), subjectEmail);
    await tx.db.insert(agentPermissions).values({ caseId, subjectAddress, askedAt: tx.now });
  }
  const row = await lockCase(tx, caseId);
  if (!row) throw new Error("a case was lost while it was made");
  const agent = subjectEmail !== null;
  // An agent hears the same whether or not anybody is found.
  if (agent) await confirmReceipt(tx, row, email, true);
  if (onFile) await askForProof(tx, row, onFile, agent);
  else if (companies.length > 0)
    await tellAsker(tx, { caseId, reference, companies, email: subjectEmail ?? email, agent });
  else await tellUnknown(tx, row, subjectEmail ?? email, agent);
}

/** What a company gets to read, when a kind alone says what is wanted. Nobody confirmed the address to us. */
const askedWords = ({ kind, text, uses }: RequestContent): string =>
  `${[text || `Asked for: ${kind}.`, uses ? `What is to stop: ${usesInWords(uses.purposes)}.` : ""].filter(Boolean).join("\n\n")}\n\n(Typed into our public form. Make sure who it is before you tell them anything.)`;

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

async function tellUnknown(tx: Tx, row: CaseRow, to: string, agent: boolean): Promise<void> {
  await queueMail(tx, {
    ...{ template: "request-unknown", to, kind: "security" },
    props: {
      ...{ reference: row.reference, kind: row.kind, agent, replyBy: inWords(policyDue(row.receivedAt), "UTC") },
      statusPath: agent ? null : await statusPathFor(tx, row),
    },
    idempotencyKey: `request-unknown-${row.id}`,
  });
}
