import type { Metadata } from "next";
import Link from "next/link";
import { z } from "zod";
import { TakeForm } from "@/components/desk/case-forms";
import { DeadLetterList } from "@/components/desk/dead-letter-list";
import { DeskViews } from "@/components/desk/desk-views";
import { ErasureListNote } from "@/components/desk/erasure-list-note";
import { MentionList } from "@/components/desk/mention-list";
import { address, firstValues, type SearchParams } from "@/components/desk/page-address";
import { QueueFilters } from "@/components/desk/queue-filters";
import { QueueKeys } from "@/components/desk/queue-keys";
import { QueueList } from "@/components/desk/queue-list";
import { SidePanel } from "@/components/desk/side-panel";
import { LateNote } from "@/components/retention/late-note";
import { buttonClass } from "@/components/ui/button";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Empty, PageHeader } from "@/components/ui/page";
import { requireStaff } from "@/lib/auth/require";
import { caseWorkers } from "@/lib/cases/desk-queries";
import { myMentions } from "@/lib/cases/my-mentions";
import { myViews } from "@/lib/cases/my-views";
import { deskQueue, queueCounts } from "@/lib/cases/queue";
import { queueFilter } from "@/lib/cases/queue-filter";
import { viewQuery } from "@/lib/cases/view-query";
import { deadLetters } from "@/lib/jobs/dead-letters";
import { lateIn, retentionNow } from "@/lib/retention/queries";
import { listState } from "@/lib/suppression/state";
import { forgetView, keepView, runAgain } from "./actions";
import { Bulk } from "./bulk";
import { take } from "./cases/[id]/actions";
import Case from "./cases/[id]/page";
import { FindByAddress } from "./find-by-address";

export const metadata: Metadata = { title: "Queue" };

export default async function Queue({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await requireStaff();
  const values = await firstValues(searchParams);
  const { cursor, before, ...rest } = queueFilter.parse(values);
  const opened = z.uuid().safeParse(values.case).data ?? null;
  // Rule 8: an address is never looked up from a link; it would stand in histories and logs.
  const asked = { ...rest, q: rest.q?.includes("@") ? undefined : rest.q };
  const [page, counts, letters, list, retention, views, mentions, workers] = await Promise.all([
    deskQueue(ctx, { ...asked, cursor, before }),
    queueCounts(ctx),
    deadLetters(ctx),
    listState(),
    retentionNow(),
    myViews(ctx),
    myMentions(ctx),
    caseWorkers(ctx),
  ]);
  const now = Temporal.Now.instant().toString();
  const writes = ctx.actor.role !== "auditor";
  const here = address("/admin", { ...asked, state: asked.state === "open" ? undefined : asked.state });
  const query = viewQuery(here.split("?")[1] ?? "");
  const filtered = Boolean(query || asked.q);
  const place = { ...asked, state: asked.state === "open" ? undefined : asked.state, cursor, before };
  // On a narrow screen a case that is open stands alone.
  const alone = opened ? "max-[90rem]:hidden" : "";
  const lines = (
    <div className={alone}>
      {page.rows.length > 0 ? (
        <QueueList
          rows={page.rows}
          me={ctx.actor.staffId}
          choosable={writes && !opened}
          beside={(row) => address("/admin", { ...place, case: row.id })}
          opened={opened}
          take={(row) =>
            writes ? (
              <TakeForm action={take} at={{ caseId: row.id, revision: row.revision }} label={row.reference} />
            ) : null
          }
        />
      ) : (
        <Empty>
          {filtered || cursor || before
            ? "No case fits this view. Clear the filter, or look under another state."
            : "Nothing is open. Everybody who asked has their answer."}
        </Empty>
      )}
    </div>
  );
  return (
    <>
      <div className={alone}>
        {/* The case beside the list has the page's heading. */}
        {opened ? (
          <p className="mb-4 text-2xl tracking-tight">Queue</p>
        ) : (
          <PageHeader
            title="Queue"
            lead={asked.state === "closed" ? "Closed cases, last closed first." : "What is due first stands first."}
            actions={
              writes ? (
                <Link href="/admin/cases/new" prefetch={false} className={buttonClass("secondary")}>
                  Write down a request
                </Link>
              ) : null
            }
          />
        )}
        <div className="mb-6 space-y-6 empty:hidden">
          <ErasureListNote state={list} />
          <LateNote late={lateIn(retention)}>
            <Link href="/admin/retention" prefetch={false} className="link">
              What the last sweeps did
            </Link>
          </LateNote>
          <MentionList mentions={mentions} now={now} />
          <DeadLetterList
            letters={letters}
            now={now}
            again={(letter) =>
              writes ? (
                <ActionForm action={runAgain} className="">
                  <input type="hidden" name="jobId" value={letter.id} />
                  <SubmitButton look="secondary" className="min-h-9 px-3 py-1 text-sm">
                    Run it again
                  </SubmitButton>
                </ActionForm>
              ) : null
            }
          />
        </div>
        <QueueFilters asked={asked} counts={counts} />
        <DeskViews views={views} query={query} keep={keepView} forget={forgetView} />
        <div className="mb-4 space-y-3">
          {opened ? null : <FindByAddress />}
          {writes && !opened && page.rows.length > 0 && asked.state !== "closed" ? (
            <Bulk staff={workers} me={ctx.actor.staffId} />
          ) : null}
        </div>
        <QueueKeys />
      </div>
      <div className="mt-3">
        {opened ? (
          <div className="gap-x-8 min-[90rem]:grid min-[90rem]:grid-cols-[24rem_minmax(0,1fr)]">
            {lines}
            <SidePanel caseId={opened} close={address("/admin", place)}>
              <Case params={Promise.resolve({ id: opened })} searchParams={Promise.resolve({})} />
            </SidePanel>
          </div>
        ) : (
          lines
        )}
      </div>
      <nav aria-label="Pages of the queue" className={`mt-6 flex gap-3 empty:hidden ${alone}`}>
        {page.previous ? (
          <>
            <Link href={here} prefetch={false} className={buttonClass("secondary")}>
              To the start
            </Link>
            <Link
              href={address("/admin", { ...asked, before: page.previous })}
              prefetch={false}
              className={buttonClass("secondary")}
            >
              Previous cases
            </Link>
          </>
        ) : null}
        {page.next ? (
          <Link
            href={address("/admin", { ...asked, cursor: page.next })}
            prefetch={false}
            className={buttonClass("secondary")}
          >
            Next cases
          </Link>
        ) : null}
      </nav>
    </>
  );
}
