import { asc, eq, sql } from "drizzle-orm";
import { noteAccess } from "../access/note-access";
import { recordAudit } from "../audit/record";
import type { Ctx, StaffRole } from "../context";
import { cases, caseTags, deletions, staff } from "../db/schema";
import { type Tx, withRead, withTransaction } from "../db/transaction";
import { receiptOf } from "../erasure/read-receipt";
import { providersOf } from "../providers/queries";
import { appealOf } from "./appeal-view";
import { iso } from "./case-view";
import { type Contact, openContact } from "./contact";
import { duplicatesOf, isOlder } from "./duplicates";
import { erasureOf } from "./erasure-view";
import { findCase } from "./find-case";
import { findSubject, type Subject } from "./find-subject";
import { seeMentions } from "./my-mentions";
import { caseReader } from "./permit";
import type { DeletionPreview } from "./preview-deletion";
import type { CaseForSubject } from "./queries";
import { type MessageView, summaries, threadOf } from "./read-case";
import { type PermissionState, type ProofState, whoAsks } from "./who-asks";

export type CaseForStaff = CaseForSubject & {
  subject: Subject | null;
  /** What the sender of a public form typed. */
  contact: Contact | null;
  assignedTo: { staffId: string; name: string } | null;
  answeredAt: string | null;
  preview: DeletionPreview | null;
  proof: ProofState | null;
  permission: PermissionState | null;
  snoozedUntil: string | null;
  tags: string[];
  /** Open cases that ask for the same. */
  duplicates: { caseId: string; reference: string; revision: number; receivedAt: string; older: boolean }[];
  /** Younger cases that this one answers too, with what was written in them. */
  tookOver: { caseId: string; reference: string; messages: MessageView[] }[];
};

/**
 * A case for the desk, by id or reference, with its thread opened. Reading personal content is itself
 * recorded: the log shows which member of staff saw which case and when, and the person gets a receipt of it (docs/cases.md).
 * @returns null also while the reason has to be stated first, which `visitCase` takes
 */
export async function caseForStaff(ctx: Ctx, idOrReference: string): Promise<CaseForStaff | null> {
  if (!caseReader(ctx)) return null;
  return withTransaction(ctx, async (tx) => {
    const found = await findCase(tx, idOrReference);
    if (!found) return null;
    const { row, assignee } = found;
    const purpose = await noteAccess(tx, row);
    if (!purpose) return null;
    const [summary] = await summaries(tx, [row]);
    if (!summary) return null;
    const thread = await threadOf(tx, row);
    const [deletion] = await tx.db.select().from(deletions).where(eq(deletions.caseId, row.id));
    await recordAudit(tx, {
      action: "case.read",
      object: { type: "case", id: row.id },
      payload: { messages: thread.messages.length, purpose },
    });
    await seeMentions(tx, row.id);
    return {
      ...summary,
      ...thread,
      declineGround: row.declineGround,
      approvalGround: row.approvalGround,
      appeal: await appealOf(tx, row),
      erasure: await erasureOf(tx, row.id),
      providers: await providersOf(tx, row.id),
      receipt: await receiptOf(tx, row.id),
      subject: row.subjectId ? await findSubject(tx, row.subjectId) : null,
      contact: openContact(row),
      assignedTo: row.assignedTo ? { staffId: row.assignedTo, name: assignee ?? "" } : null,
      answeredAt: iso(row.answeredAt),
      ...(await whoAsks(tx, row)),
      preview: (deletion?.preview as DeletionPreview | undefined) ?? null,
      snoozedUntil: iso(row.snoozedUntil),
      tags: await tagsOf(tx, row.id),
      duplicates: (await duplicatesOf(tx, row)).map((other) => ({
        ...{ caseId: other.id, reference: other.reference, revision: other.revision },
        ...{ receivedAt: other.receivedAt.toString(), older: isOlder(other, row) },
      })),
      tookOver: await takenOver(tx, row.id),
    };
  });
}

async function tagsOf(tx: Tx, caseId: string): Promise<string[]> {
  const rows = await tx.db.select().from(caseTags).where(eq(caseTags.caseId, caseId)).orderBy(asc(caseTags.tag));
  return rows.map(({ tag }) => tag);
}

async function takenOver(tx: Tx, caseId: string): Promise<CaseForStaff["tookOver"]> {
  const younger = await tx.db
    .select()
    .from(cases)
    .where(eq(cases.mergedInto, caseId))
    .orderBy(asc(cases.receivedAt))
    .limit(20);
  const found: CaseForStaff["tookOver"] = [];
  for (const row of younger) {
    const { messages } = await threadOf(tx, row);
    found.push({ caseId: row.id, reference: row.reference, messages });
  }
  return found;
}

/** Who can be given a case, for the desk's list. */
export async function caseWorkers(ctx: Ctx): Promise<{ staffId: string; name: string; role: StaffRole }[]> {
  if (!caseReader(ctx)) return [];
  return withRead(ctx, (tx) =>
    tx.db
      .select({ staffId: staff.id, name: staff.displayName, role: staff.role })
      .from(staff)
      .where(sql`${staff.disabledAt} is null and ${staff.role} <> 'auditor'`)
      .orderBy(asc(staff.displayName)),
  );
}
