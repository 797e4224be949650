import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { z } from "zod";
import { ConfirmDisclosure } from "@/components/desk/confirm-disclosure";
import { KeepFresh } from "@/components/desk/keep-fresh";
import { NoticeExceptions } from "@/components/desk/notice-exceptions";
import { noticeState } from "@/components/desk/notice-state";
import { address, firstValues, plainText, type SearchParams } from "@/components/desk/page-address";
import { RecipientsTable, recipientWords } from "@/components/desk/recipients-table";
import { ShareBar } from "@/components/desk/share-bar";
import { buttonClass } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { Chip } from "@/components/ui/chip";
import { ActionForm, FormArea, FormText, SubmitButton } from "@/components/ui/form";
import { Empty, Section } from "@/components/ui/page";
import { formatDistance, Time } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import { recipientStates } from "@/lib/db/schema/notices";
import { noticeProgress, recipientsPage } from "@/lib/notices/queries";
import { staffList } from "@/lib/staff/queries";
import { config } from "@/trust-center.config";
import { askException, findPerson, grantException, pause, resume, settle, stop } from "../actions";

export const metadata: Metadata = { title: "Notice" };

const query = z.object({
  state: z.enum(recipientStates).optional().catch(undefined),
  person: plainText(200).optional().catch(undefined),
  after: z.uuid().optional().catch(undefined),
});
const pageSize = 50;

export default async function Notice({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>;
  searchParams: SearchParams;
}) {
  const ctx = await requireStaff();
  const id = z.uuid().safeParse((await params).id);
  const notice = id.success ? await noticeProgress(ctx, { noticeId: id.data }) : null;
  if (!notice) notFound();
  const asked = query.parse(await firstValues(searchParams));
  const [found, colleagues] = await Promise.all([
    recipientsPage(ctx, {
      noticeId: notice.id,
      state: asked.state,
      platformUserId: asked.person,
      after: asked.after,
      limit: pageSize + 1,
    }),
    staffList(ctx),
  ]);
  const rows = found.slice(0, pageSize);
  const next = found.length > pageSize ? rows.at(-1)?.id : undefined;
  const nameOf = (staffId: string | null) => colleagues.find((one) => one.staffId === staffId)?.name ?? "";
  const now = Temporal.Now.instant();
  const state = noticeState(notice, now);
  const officer = ctx.actor.role === "officer";
  const over = Boolean(notice.completedAt || notice.stoppedAt);
  const target = <input type="hidden" name="noticeId" value={notice.id} />;
  const here = `/admin/notices/${notice.id}`;
  const waiting = notice.exceptions.some((one) => !one.approvedAt);
  return (
    <>
      {state.moving ? <KeepFresh seconds={4} /> : null}
      <header className="mb-8 space-y-2">
        <p>
          <Link href="/admin/notices" prefetch={false} className="link">
            Notices
          </Link>
        </p>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h1 className="text-2xl tracking-tight">Notice of version {notice.number}</h1>
          <Chip kind={state.chip}>{state.word}</Chip>
        </div>
        <p className="max-w-[70ch] text-lg text-muted">{state.says}</p>
        {notice.stopReason ? <p className="max-w-[70ch]">Reason given: {notice.stopReason}</p> : null}
      </header>

      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <section aria-labelledby="progress">
          <h2 id="progress" className="mb-4 text-xl">
            {notice.total.toLocaleString("en-GB")} {notice.total === 1 ? "recipient" : "recipients"}
          </h2>
          {notice.frozenAt ? (
            <ShareBar
              caption="Recipients by state"
              shares={recipientStates.map((key) => ({
                key,
                label: recipientWords[key].word,
                fill: recipientWords[key].fill,
                count: notice.states[key],
              }))}
            />
          ) : (
            <p className="text-muted">The list is being taken; the numbers stand here once it is complete.</p>
          )}
        </section>
        <dl className="space-y-3 lg:pt-1">
          <Fact term="Announced">
            <Time at={notice.createdAt.toString()} withTime />
          </Fact>
          {notice.frozenAt ? (
            <Fact term="List taken, nobody is added afterwards">
              <Time at={notice.frozenAt.toString()} withTime />
            </Fact>
          ) : null}
          <Fact term="Batches handed over">
            <span className="tabular">
              {notice.batches.sent.toLocaleString("en-GB")} of {notice.batches.total.toLocaleString("en-GB")}
            </span>
          </Fact>
          {notice.eta ? (
            <Fact term="At this pace it ends">{formatDistance(notice.eta.toString(), now.toString())}</Fact>
          ) : null}
          <Fact term="Version is to take effect">
            <Time at={notice.effectiveAt.toString()} zone={config.clocks.zone} withTime />
          </Fact>
          <Fact term={`Everybody will have had ${config.clocks.noticeDays} days`}>
            {notice.gateOpensAt ? (
              <Time at={notice.gateOpensAt.toString()} zone={config.clocks.zone} withTime />
            ) : (
              <span className="text-muted">cannot be said yet: not everybody was reached</span>
            )}
          </Fact>
        </dl>
      </div>

      {officer && !over ? (
        <Section id="control" title="Hold or stop" lead="Each needs a fresh passkey check.">
          <div className="flex flex-wrap items-start gap-4">
            {notice.pausedAt ? (
              <ActionForm action={resume} className="space-y-2">
                {target}
                <SubmitButton>Go on</SubmitButton>
              </ActionForm>
            ) : (
              <ActionForm action={pause} className="space-y-2">
                {target}
                <SubmitButton look="secondary">Pause</SubmitButton>
              </ActionForm>
            )}
            <ConfirmDisclosure label="Stop for good">
              <p className="text-sm">
                Mails that were not handed over are erased and never go out. The version can then only take effect with
                a logged exception by two officers.
              </p>
              <ActionForm action={stop}>
                {target}
                <FormArea id="stop-reason" name="reason" label="Why" rows={2} required maxLength={500} />
                <SubmitButton look="danger">Stop this notice</SubmitButton>
              </ActionForm>
            </ConfirmDisclosure>
          </div>
        </Section>
      ) : null}

      {notice.batches.undecided.length > 0 ? (
        <Section
          id="undecided"
          title="For a person to decide"
          lead="The mail service never said what became of these batches, and its memory of them is over. Nothing is sent again by itself: look at its own list first."
        >
          <ul className="divide-y divide-line border-y border-line">
            {notice.batches.undecided.map((batch) => (
              <li key={batch.id} className="flex flex-wrap items-start justify-between gap-4 py-4">
                <p>
                  Batch {batch.position + 1}, {batch.size} mails{" "}
                  <code className="font-mono text-sm text-muted">{batch.failure}</code>
                </p>
                {officer ? (
                  <div className="flex flex-wrap gap-3">
                    {(["count-as-sent", "send-again"] as const).map((decision) => (
                      <ActionForm key={decision} action={settle} className="space-y-2">
                        <input type="hidden" name="batchId" value={batch.id} />
                        <input type="hidden" name="decision" value={decision} />
                        <SubmitButton look="secondary">
                          {decision === "send-again" ? "It did not go out: send again" : "It went out: count as sent"}
                        </SubmitButton>
                      </ActionForm>
                    ))}
                  </div>
                ) : (
                  <p className="text-muted">Only a privacy officer decides this.</p>
                )}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}

      {notice.exceptions.length > 0 || (over && notice.short > 0) ? (
        <Section
          id="exceptions"
          title={`Exceptions to the ${config.clocks.noticeDays} days`}
          lead="For people whom the notice could not reach in time. One officer asks with a reason, another approves; both names stay on record."
        >
          <div className="space-y-6">
            <NoticeExceptions
              exceptions={notice.exceptions}
              nameOf={nameOf}
              grant={(one) =>
                !officer ? (
                  <p className="text-sm font-medium">Only a privacy officer approves it.</p>
                ) : one.requestedBy === ctx.actor.staffId ? (
                  <p className="text-sm font-medium">You asked for it, so another officer has to approve it.</p>
                ) : (
                  <ActionForm action={grantException} className="space-y-2">
                    <input type="hidden" name="exceptionId" value={one.id} />
                    <SubmitButton look="secondary">Approve this exception</SubmitButton>
                  </ActionForm>
                )
              }
            />
            {notice.short > 0 && !waiting ? (
              <>
                <Callout look="warn">
                  <p>
                    {notice.short.toLocaleString("en-GB")} {notice.short === 1 ? "person is" : "people are"} short of
                    the notice period, so the version does not take effect.
                  </p>
                </Callout>
                {officer ? (
                  <ConfirmDisclosure label="Ask for an exception">
                    <ActionForm action={askException}>
                      {target}
                      <FormArea
                        id="exception-reason"
                        name="reason"
                        label="Why it is right to go on without them"
                        hint="This reason is kept as evidence. Name no person in it."
                        required
                        maxLength={2000}
                      />
                      <SubmitButton>Ask a second officer</SubmitButton>
                    </ActionForm>
                  </ConfirmDisclosure>
                ) : null}
              </>
            ) : null}
          </div>
        </Section>
      ) : null}

      <Section id="recipients" title="Recipients">
        <div className="mb-4 flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
          <nav aria-label="Recipients by state" className="-mx-4 overflow-x-auto px-4 sm:mx-0 sm:px-0">
            <ul className="flex gap-1">
              {[undefined, ...recipientStates].map((one) => (
                <li key={one ?? "all"} className="shrink-0">
                  <Link
                    href={`${address(here, { state: one })}#recipients`}
                    prefetch={false}
                    aria-current={!asked.person && asked.state === one ? "page" : undefined}
                    className="inline-flex min-h-9 items-center gap-2 whitespace-nowrap rounded-md px-3 text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink"
                  >
                    {one ? recipientWords[one].word : "All"}{" "}
                    <span className="tabular text-sm">{one ? notice.states[one] : notice.total}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          <ActionForm
            action={findPerson}
            className="flex flex-wrap items-end gap-3"
            said={{ "not-found": "Nobody was found." }}
          >
            {target}
            <FormText id="address" type="email" label="One person's address" required autoComplete="off" />
            <SubmitButton look="secondary" className="min-h-11">
              Find
            </SubmitButton>
          </ActionForm>
        </div>
        {rows.length === 0 ? (
          <Empty>{notice.frozenAt ? "Nobody is in this state." : "The list is still being taken."}</Empty>
        ) : (
          <RecipientsTable rows={rows} />
        )}
        <nav aria-label="Pages of recipients" className="mt-6 flex gap-3 empty:hidden">
          {asked.after || asked.person ? (
            <Link
              href={`${address(here, { state: asked.state })}#recipients`}
              prefetch={false}
              className={buttonClass("secondary")}
            >
              {asked.person ? "Everybody" : "To the start"}
            </Link>
          ) : null}
          {next ? (
            <Link
              href={`${address(here, { state: asked.state, after: next })}#recipients`}
              prefetch={false}
              className={buttonClass("secondary")}
            >
              Next {pageSize}
            </Link>
          ) : null}
        </nav>
      </Section>
    </>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-sm text-muted">{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
