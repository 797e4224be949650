import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { z } from "zod";
import { ClockChip } from "@/components/cases/clock-chip";
import { Timeline } from "@/components/cases/timeline";
import { CaseFacts } from "@/components/desk/case-facts";
import { AssignForm, DecideForms, NoteForm, ReopenForm, ReplyForm, TakeForm } from "@/components/desk/case-forms";
import { CaseTarget } from "@/components/desk/case-target";
import { CaseTools } from "@/components/desk/case-tools";
import { ClockPowers } from "@/components/desk/clock-powers";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { DeletionPlan } from "@/components/desk/deletion-plan";
import { deskKinds } from "@/components/desk/desk-kinds";
import { deskStatus, whoWords } from "@/components/desk/desk-status";
import { Duplicates, Merged } from "@/components/desk/duplicates";
import { HeldPackageView } from "@/components/desk/held-package";
import { PackageState } from "@/components/desk/package-state";
import { firstValues, type SearchParams } from "@/components/desk/page-address";
import { ProcessingRecords } from "@/components/desk/processing-records";
import { ReplyChoice } from "@/components/desk/reply-choice";
import { TransferState } from "@/components/desk/transfer-state";
import { WhoAsks } from "@/components/desk/who-asks";
import { Callout } from "@/components/ui/callout";
import { Chip } from "@/components/ui/chip";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Section } from "@/components/ui/page";
import { requireStaff } from "@/lib/auth/require";
import { caseForStaff, caseWorkers } from "@/lib/cases/desk-queries";
import { caseToVisit } from "@/lib/cases/visit-case";
import { correctionOf } from "@/lib/correction/queries";
import { heldPackage } from "@/lib/exports/held-package";
import { parseReference } from "@/lib/ids";
import { isToBeWeighed, recordsOfCase } from "@/lib/processing/queries";
import { savedRepliesFor } from "@/lib/replies/queries";
import { transferForStaff } from "@/lib/transfers/queries";
import {
  assign,
  beginAgain,
  decide,
  extend,
  look,
  merge,
  note,
  pause,
  redact,
  reopen,
  reply,
  resume,
  snooze,
  tag,
  take,
  untag,
  wake,
} from "./actions";
import { Companies } from "./companies";
import { Correction } from "./correction";
import { Presence } from "./presence";
import { announce, except, keep, weigh } from "./processing-actions";
import { Accesses, Appeal, Visit } from "./register";
import { Rights } from "./rights";
import { StaffThread } from "./thread";

export const metadata: Metadata = { title: "Case" };

/** Why approving is not possible now; null when it is. */
function notYet(one: NonNullable<Awaited<ReturnType<typeof caseForStaff>>>): string | null {
  if (one.kind !== "deletion") return null;
  if (!one.deletion)
    return "The person did not confirm the deletion yet, so nothing is planned. Until then it can only be declined.";
  if (one.deletion.cancelledAt)
    return "The deletion was cancelled, so there is nothing to approve. The person can plan it again on their page, in this request.";
  return one.deletion.expiredAt
    ? null
    : "A deletion is approved once its grace period is over and the deletion was carried out. Until then it can only be declined.";
}

export default async function Case({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: SearchParams;
}) {
  const ctx = await requireStaff();
  const { id } = await params;
  // An id, or a reference as people type it; anything else reaches no query.
  const which = z.uuid().safeParse(id).success ? id : parseReference(id);
  const one = which ? await caseForStaff(ctx, which) : null;
  if (!which || !one) {
    const closed = which ? await caseToVisit(ctx, which) : null;
    if (!closed) notFound();
    return <Visit one={closed} />;
  }
  const [workers, records, held, replies, correction, transfer] = await Promise.all([
    caseWorkers(ctx),
    recordsOfCase(ctx, one.id),
    heldPackage(ctx, one.id),
    savedRepliesFor(ctx),
    one.kind === "correction" ? correctionOf(ctx, one.id) : null,
    transferForStaff(ctx, one.id),
  ]);
  const isWeighedApart = records.some(isToBeWeighed);
  const { saved } = await firstValues(searchParams);
  const chosen = replies.find(({ replyId }) => replyId === saved) ?? null;
  // What was sent is not put into the field a second time.
  const draft = one.messages.some(({ author, text }) => author === "staff" && text === chosen?.body) ? null : chosen;
  const now = Temporal.Now.instant().toString();
  const status = deskStatus(one);
  const at = { caseId: one.id, revision: one.revision };
  const writes = ctx.actor.role !== "auditor";
  const open = one.closedAt === null;
  // Then an officer who did not decide it takes it up.
  const appealed = one.appeal.last !== null && one.appeal.last.outcome === null;
  const inquiry = one.kind === "inquiry";
  // Each value is decided by itself, and the last one closes the case.
  const byValue = correction?.items.some(({ settled }) => !settled) ?? false;
  return (
    <>
      <header className="mb-6 space-y-2">
        <p className="in-data-[panel]:hidden">
          <Link href="/admin" className="link">
            Queue
          </Link>
        </p>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h1 className="text-2xl tracking-tight">
            {deskKinds[one.kind]}{" "}
            <span className="tabular whitespace-nowrap font-normal text-muted">{one.reference}</span>
          </h1>
          <Chip kind={status.chip}>{status.word}</Chip>
          {one.nextClock ? <ClockChip clock={one.nextClock} /> : null}
        </div>
        <p className="max-w-[70ch] text-lg text-muted">
          {status.next}
          {status.who === "nobody" ? null : <> Next to act: {whoWords[status.who]}.</>}
        </p>
      </header>
      <div className="grid gap-x-12 gap-y-8 lg:not-in-data-[panel]:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="min-w-0 max-w-[75ch]">
          <Presence ctx={ctx} caseId={one.id} />
          <Appeal ctx={ctx} one={one} />
          {one.preview ? (
            <DeletionPlan
              preview={one.preview}
              deletion={one.deletion}
              erasure={one.erasure}
              providers={one.providers}
              receipt={one.receipt}
              now={now}
              again={
                ctx.actor.role === "auditor" ? null : (
                  <ActionForm action={beginAgain}>
                    <CaseTarget {...at} />
                    <SubmitButton look="secondary">Look again and begin</SubmitButton>
                  </ActionForm>
                )
              }
              takeBack={
                writes && open && !appealed ? (
                  <ConfirmDisclosure label="Take the decision back">
                    <p className="text-sm">
                      The deletion goes on by itself then: it is carried out as soon as its grace period is over and
                      nothing has to be settled first.
                    </p>
                    <ReopenForm action={reopen} at={at} word="Take it back" />
                  </ConfirmDisclosure>
                ) : null
              }
            />
          ) : null}
          {correction ? <Correction ctx={ctx} view={correction} at={at} reference={one.reference} open={open} /> : null}
          <ProcessingRecords records={records} at={at} actions={writes ? { weigh, announce, keep, except } : null} />
          {one.package ? <PackageState pack={one.package} now={now} /> : null}
          {held ? (
            <HeldPackageView
              pack={held}
              caseId={one.id}
              me={ctx.actor.staffId}
              look={writes ? look : null}
              redact={writes ? redact : null}
            />
          ) : null}
          <Duplicates one={one} merge={writes ? merge : null} />
          <TransferState transfer={transfer} />
          <Section id="thread" title="What was written">
            {one.messages.length > 0 ? <StaffThread ctx={ctx} one={one} /> : <p className="text-muted">Nothing yet.</p>}
          </Section>
          <WhoAsks proof={one.proof} permission={one.permission} />
          <Merged one={one} />
          {writes && open ? <Rights ctx={ctx} at={at} kind={one.kind} /> : null}
          <Section id="timeline" title="What happened">
            <Timeline events={one.events} viewer="staff" />
          </Section>
          {writes && open ? (
            <>
              <Companies ctx={ctx} at={at} />
              <ClockPowers at={at} clocks={one.clocks} now={now} actions={{ pause, resume, extend }} />
              <Section id="reply" title="Reply">
                <ReplyChoice caseId={one.id} replies={replies} chosen={draft} />
                <ReplyForm
                  action={reply}
                  at={at}
                  inquiry={inquiry}
                  draft={draft?.body ?? ""}
                  signsIn={one.contact === null}
                />
              </Section>
              <div className="pb-8">
                <ConfirmDisclosure label="Write an internal note instead" wide>
                  <NoteForm action={note} at={at} />
                </ConfirmDisclosure>
              </div>
              {byValue || isWeighedApart ? null : (
                <Section
                  id="decide"
                  title="Decide"
                  lead="A decision closes the case, stops its clocks and is mailed at once. It needs a fresh passkey check."
                >
                  <DecideForms action={decide} at={at} inquiry={inquiry} notYet={notYet(one)} />
                </Section>
              )}
            </>
          ) : null}
          {writes && !open ? (
            <Section id="reopen" title="Closed" lead="Taking a decision back needs a fresh passkey check.">
              <ConfirmDisclosure label="Open this case again">
                <p className="text-sm">
                  The decision stays on the timeline. Clocks that it stopped run on from where they began, so they may
                  be late at once.
                </p>
                <ReopenForm action={reopen} at={at} />
              </ConfirmDisclosure>
            </Section>
          ) : null}
          <Accesses ctx={ctx} caseId={one.id} />
          {writes ? null : (
            <Callout title="Read only">
              <p>You see this case as an auditor. That you opened it stands in the audit log.</p>
            </Callout>
          )}
        </div>
        <CaseFacts
          one={one}
          now={now}
          assignment={
            writes && open ? (
              <div className="space-y-4">
                {one.assignedTo?.staffId === ctx.actor.staffId ? null : (
                  <TakeForm action={take} at={at} label={one.reference} />
                )}
                <AssignForm action={assign} at={at} to={one.assignedTo?.staffId ?? null} staff={workers} />
              </div>
            ) : null
          }
          tools={<CaseTools one={one} now={now} actions={writes ? { snooze, wake, tag, untag } : null} />}
        />
      </div>
    </>
  );
}
