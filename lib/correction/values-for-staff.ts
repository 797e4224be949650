import { z } from "zod";
import { noteAccess } from "../access/note-access";
import { recordAudit } from "../audit/record";
import { withPower } from "../auth/with-power";
import type { CaseRow } from "../cases/change-case";
import { findCase } from "../cases/find-case";
import { findSubject, type Subject } from "../cases/find-subject";
import { caseWorker } from "../cases/permit";
import { provedBy } from "../cases/proved-by";
import type { Ctx } from "../context";
import type { OwnCell } from "../data-map/own-cells";
import type { Tx } from "../db/transaction";
import { fail, ok, type Result } from "../errors";
import { cellsOfSubject, inGroups, type OwnGroup } from "./own-fields";

export type LookReasons = "not-allowed" | "step-up-required" | "not-found" | "already-done" | "identity-unproved";

/** The person of an open correction who is proved to be who asks: signed in or by the link. A mail alone changes nothing (L5). */
export async function provedSubject(tx: Tx, row: CaseRow): Promise<Result<Subject, LookReasons>> {
  if (row.kind !== "correction") return fail("not-found");
  if (row.closedAt) return fail("already-done");
  const proof = await provedBy(tx, row);
  const subject =
    row.subjectId && (proof === "account" || proof === "link") ? await findSubject(tx, row.subjectId) : null;
  return subject ? ok(subject) : fail("identity-unproved");
}

/**
 * What is held as a person's own, for staff who put right what was asked in words. A staff power with a fresh step-up (S14); that
 * they looked is an entry of the log and a receipt that the person reads. The platform is asked after that is written down.
 */
export async function valuesForStaff(
  ctx: Ctx,
  input: { caseId: string },
): Promise<
  Result<{ reference: string; revision: number; cells: Map<string, OwnCell>; groups: OwnGroup[] }, LookReasons>
> {
  if (!caseWorker(ctx)) return fail("not-allowed");
  if (!z.uuid().safeParse(input.caseId).success) return fail("not-found");
  type Looked = { reference: string; revision: number; subject: Subject };
  const looked = await withPower<Result<Looked, LookReasons>>(ctx, async (tx) => {
    const row = (await findCase(tx, input.caseId))?.row;
    if (!row) return fail("not-found");
    const subject = await provedSubject(tx, row);
    if (!subject.ok) return subject;
    const { id, reference, revision } = row;
    const purpose = (await noteAccess(tx, row)) && (await noteAccess(tx, row, { what: "values" }));
    if (!purpose) return fail("not-found");
    await recordAudit(tx, { action: "correction.looked", object: { type: "case", id }, payload: { purpose } });
    return ok({ reference, revision, subject: subject.value });
  });
  if (!looked.ok) return looked;
  const { reference, revision, subject } = looked.value;
  const cells = await cellsOfSubject(subject);
  return ok({ reference, revision, cells, groups: inGroups(cells, subject.timeZone) });
}
