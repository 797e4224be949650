import type { Metadata } from "next";
import Link from "next/link";
import { TakeForm } from "@/components/desk/case-forms";
import { DeadLetterList } from "@/components/desk/dead-letter-list";
import { ErasureListNote } from "@/components/desk/erasure-list-note";
import { address, firstValues, type SearchParams } from "@/components/desk/page-address";
import { QueueFilters } from "@/components/desk/queue-filters";
import { QueueKeys } from "@/components/desk/queue-keys";
import { QueueList } from "@/components/desk/queue-list";
import { buttonClass } from "@/components/ui/button";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Empty, PageHeader } from "@/components/ui/page";
import { requireStaff } from "@/lib/auth/require";
import { deskQueue, queueCounts } from "@/lib/cases/queue";
import { queueFilter } from "@/lib/cases/queue-filter";
import { deadLetters } from "@/lib/jobs/dead-letters";
import { listState } from "@/lib/suppression/state";
import { runAgain } from "./actions";
import { take } from "./cases/[id]/actions";

export const metadata: Metadata = { title: "Queue" };

export default async function Queue({ searchParams }: { searchParams: SearchParams }) {
  const ctx = await requireStaff();
  const { cursor, ...rest } = queueFilter.parse(await firstValues(searchParams));
  // Rule 8: an address is never looked up from a link; it would stand in histories and logs.
  const asked = { ...rest, q: rest.q?.includes("@") ? undefined : rest.q };
  const [page, counts, letters, list] = await Promise.all([
    deskQueue(ctx, { ...asked, cursor }),
    queueCounts(ctx),
    deadLetters(ctx),
    listState(),
  ]);
  const now = Temporal.Now.instant().toString();
  const writes = ctx.actor.role !== "auditor";
  const filtered = Boolean(asked.kind || asked.assigned || asked.q || asked.state !== "open");
  return (
    <>
      <PageHeader
        title="Queue"
        lead={asked.state === "closed" ? "Closed cases, last closed first." : "What is due first stands first."}
      />
      <div className="mb-6 space-y-6 empty:hidden">
        <ErasureListNote state={list} />
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
      <QueueKeys />
      <div className="mt-3">
        {page.rows.length > 0 ? (
          <QueueList
            rows={page.rows}
            me={ctx.actor.staffId}
            take={(row) =>
              writes ? (
                <TakeForm action={take} at={{ caseId: row.id, revision: row.revision }} label={row.reference} />
              ) : null
            }
          />
        ) : (
          <Empty>
            {filtered || cursor
              ? "No case fits this view. Clear the filter, or look under another state."
              : "Nothing is open. Everybody who asked has their answer."}
          </Empty>
        )}
      </div>
      <nav aria-label="Pages of the queue" className="mt-6 flex gap-3 empty:hidden">
        {cursor ? (
          <Link href={address("/admin", asked)} prefetch={false} className={buttonClass("secondary")}>
            To the start
          </Link>
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
