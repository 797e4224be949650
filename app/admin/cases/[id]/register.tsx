import Link from "next/link";
import { AccessList } from "@/components/desk/access-list";
import { AppealNote } from "@/components/desk/appeal-note";
import { deskKinds } from "@/components/desk/desk-kinds";
import { VisitForm } from "@/components/desk/visit-form";
import { PageHeader, Section } from "@/components/ui/page";
import { formatInstant } from "@/components/ui/time";
import { accessesOf } from "@/lib/access/queries";
import type { CaseForStaff } from "@/lib/cases/desk-queries";
import type { CaseToVisit } from "@/lib/cases/visit-case";
import type { StaffCtx } from "@/lib/context";
import { config } from "@/trust-center.config";
import { conceal, takeUp, visit } from "./actions";

/** What stands in place of a case until it is said why it is opened: nothing of the person. */
export function Visit({ one }: { one: CaseToVisit }) {
  return (
    <>
      <p className="mb-2 in-data-[panel]:hidden">
        <Link href="/admin" className="link">
          Queue
        </Link>
      </p>
      <PageHeader
        title={`${deskKinds[one.kind]} ${one.reference}`}
        lead={`${one.closedAt ? `Closed ${formatInstant(one.closedAt)}` : "Not due"}${one.assignedTo ? `, with ${one.assignedTo}` : ""}. It is neither yours nor due, so say why you open it. The person sees the reason and your role, never your name.`}
      />
      <VisitForm action={visit} caseId={one.id} />
      <p className="mt-6 text-sm text-muted">It stays open to you for {config.staffAccess.visitMinutes} minutes.</p>
    </>
  );
}

/** The appeal against a refusal, for whoever opens the case. */
export function Appeal({ ctx, one }: { ctx: StaffCtx; one: CaseForStaff }) {
  const { last } = one.appeal;
  if (!last) return null;
  const mayDecide = one.closedAt === null && ctx.actor.role === "officer" && last.decidedBy !== ctx.actor.staffId;
  return (
    <AppealNote appeal={last} at={{ caseId: one.id, revision: one.revision }} mayDecide={mayDecide} takeUp={takeUp} />
  );
}

/** Who opened the case and why; for officers and auditors. */
export async function Accesses({ ctx, caseId }: { ctx: StaffCtx; caseId: string }) {
  const accesses = await accessesOf(ctx, caseId);
  if (accesses.length === 0) return null;
  return (
    <Section id="accesses" title="Who opened it" lead="The person sees when, in which role and why; never who.">
      <AccessList accesses={accesses} me={ctx.actor.staffId} conceal={ctx.actor.role === "officer" ? conceal : null} />
    </Section>
  );
}
