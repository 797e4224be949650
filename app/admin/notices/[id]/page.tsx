import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { z } from "zod";
import { DeliveryChart } from "@/components/desk/delivery-chart";
import { EvidenceLinks } from "@/components/desk/evidence-links";
import { Funnel } from "@/components/desk/funnel";
import { KeepFresh } from "@/components/desk/keep-fresh";
import { noticeState } from "@/components/desk/notice-state";
import { firstValues, plainText, type SearchParams } from "@/components/desk/page-address";
import { recipientWords } from "@/components/desk/recipients-table";
import { Chip } from "@/components/ui/chip";
import { Section } from "@/components/ui/page";
import { formatDistance } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import { recipientStates } from "@/lib/db/schema/notices";
import { recipientReports, secondWayCounts } from "@/lib/notices/desk-queries";
import { noticeProgress, recipientsPage } from "@/lib/notices/queries";
import { staffList } from "@/lib/staff/queries";
import { Control } from "./control";
import { Exceptions } from "./exceptions";
import { Facts } from "./facts";
import { Recipients } from "./recipients";
import { Retry } from "./retry";
import { SecondWays } from "./second-ways";
import { Undecided } from "./undecided";

export const metadata: Metadata = { title: "Notice" };

const query = z.object({
  state: z.enum(recipientStates).optional().catch(undefined),
  failure: plainText(60).optional().catch(undefined),
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
  const noticeId = notice.id;
  const { state, failure, person: platformUserId, after } = asked;
  const [found, colleagues, reports, tasks, secondWays] = await Promise.all([
    recipientsPage(ctx, { noticeId, state, failure, platformUserId, after, limit: pageSize + 1 }),
    staffList(ctx),
    platformUserId ? recipientReports(ctx, { noticeId, platformUserId }) : null,
    recipientsPage(ctx, { noticeId, forStaff: true, limit: 20 }),
    secondWayCounts(ctx, { noticeId }),
  ]);
  const rows = found.slice(0, pageSize);
  const now = Temporal.Now.instant();
  const stands = noticeState(notice, now);
  const officer = ctx.actor.role === "officer";
  const over = Boolean(notice.completedAt || notice.stoppedAt);
  return (
    <>
      {stands.moving ? <KeepFresh seconds={4} /> : null}
      <header className="mb-8 space-y-2">
        <p>
          <Link href="/admin/notices" prefetch={false} className="link">
            Notices
          </Link>
        </p>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h1 className="text-2xl tracking-tight">
            {notice.kind === "withdrawal" ? "Withdrawal" : "Notice"} of version {notice.number}
          </h1>
          <Chip kind={stands.chip}>{stands.word}</Chip>
        </div>
        <p className="max-w-[70ch] text-lg text-muted">{stands.says}</p>
        {notice.stopReason ? <p className="max-w-[70ch]">Reason given: {notice.stopReason}</p> : null}
      </header>

      <div className="grid gap-x-12 gap-y-8 pb-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
        <section aria-labelledby="progress">
          <h2 id="progress" className="mb-4 text-xl">
            {notice.total.toLocaleString("en-GB")} {notice.total === 1 ? "recipient" : "recipients"}
          </h2>
          {now.since(notice.countedAt).total("seconds") > 5 ? (
            <p className="-mt-3 mb-4 text-sm text-muted">
              Counted {formatDistance(notice.countedAt.toString(), now.toString())}: so large a list is not counted at
              every look.
            </p>
          ) : null}
          {notice.frozenAt ? (
            <Funnel
              caption="How far the notice came"
              steps={[
                { key: "owed", label: "Owed", count: notice.total, fill: "fill-strong-line" },
                {
                  key: "addressed",
                  label: "With an address a mail can go to",
                  count: notice.addressed,
                  fill: "fill-strong-line",
                },
                {
                  key: "handed",
                  label: "Handed over to the mail service",
                  count: notice.handedOver,
                  fill: "fill-accent",
                },
                {
                  key: "delivered",
                  label: "Delivered",
                  count: notice.states.delivered + notice.states.complained,
                  fill: "fill-ok",
                },
                {
                  key: "complained",
                  label: "Of these marked as spam",
                  count: notice.states.complained,
                  fill: recipientWords.complained.fill,
                },
                { key: "bounced", label: "Bounced", count: notice.states.bounced, fill: recipientWords.bounced.fill },
                { key: "failed", label: "Failed", count: notice.states.failed, fill: recipientWords.failed.fill },
                {
                  key: "second",
                  label: "Told in a second way",
                  count: secondWays.messages + secondWays.byStaff,
                  fill: "fill-ok",
                },
                { key: "queued", label: "Still queued", count: notice.states.queued, fill: recipientWords.queued.fill },
                {
                  key: "acknowledged",
                  label: "Used the platform since it took effect",
                  count: notice.acknowledged,
                  fill: "fill-ok",
                },
              ]}
            />
          ) : (
            <p className="text-muted">The list is being taken; the numbers stand here once it is complete.</p>
          )}
        </section>
        <Facts notice={notice} now={now} />
      </div>

      {notice.curve ? (
        <Section id="delivery" title="Delivery over time">
          <DeliveryChart curve={notice.curve} owed={notice.total} />
        </Section>
      ) : null}

      {officer && !over ? <Control noticeId={noticeId} paused={notice.pausedAt !== null} /> : null}
      {notice.batches.undecided.length > 0 ? <Undecided batches={notice.batches.undecided} officer={officer} /> : null}
      {officer && notice.retriable > 0 && !notice.stoppedAt ? (
        <Retry noticeId={noticeId} mails={notice.retriable} />
      ) : null}
      {Object.values(secondWays).some((count) => count > 0) ? (
        <SecondWays
          counts={secondWays}
          tasks={tasks}
          mayTell={ctx.actor.role !== "auditor"}
          delays={notice.kind === "announcement"}
        />
      ) : null}
      {notice.exceptions.length > 0 || (over && notice.short > 0) ? (
        <Exceptions
          notice={notice}
          staffId={ctx.actor.staffId}
          officer={officer}
          nameOf={(staffId) => colleagues.find((one) => one.staffId === staffId)?.name ?? ""}
        />
      ) : null}
      {ctx.actor.role === "agent" ? null : <EvidenceLinks noticeId={noticeId} addresses={officer} />}
      <Recipients
        notice={notice}
        asked={asked}
        rows={rows}
        reports={reports}
        next={found.length > pageSize ? rows.at(-1)?.id : undefined}
        failures={notice.failures}
        pageSize={pageSize}
      />
    </>
  );
}
