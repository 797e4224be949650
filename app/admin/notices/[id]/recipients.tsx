import Link from "next/link";
import { address } from "@/components/desk/page-address";
import { RecipientReports } from "@/components/desk/recipient-reports";
import { RecipientsTable, recipientWords } from "@/components/desk/recipients-table";
import { buttonClass } from "@/components/ui/button";
import { ActionForm, FormText, SubmitButton } from "@/components/ui/form";
import { Empty, Section } from "@/components/ui/page";
import { recipientStates } from "@/lib/db/schema/notices";
import type { RecipientReport } from "@/lib/notices/desk-queries";
import type { RecipientState } from "@/lib/notices/ledger-figures";
import type { NoticeProgress, RecipientRow } from "@/lib/notices/queries";
import { findPerson } from "../actions";

export type Asked = {
  state?: RecipientState | undefined;
  failure?: string | undefined;
  person?: string | undefined;
  after?: string | undefined;
};

const tab =
  "inline-flex min-h-9 items-center gap-2 whitespace-nowrap rounded-md px-3 text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink";

/** Recipients by state and reason, down to one person and what was reported of their mail; all of it in the address. */
export function Recipients({
  notice,
  asked,
  rows,
  reports,
  next,
  failures,
  pageSize,
}: {
  notice: NoticeProgress;
  asked: Asked;
  rows: RecipientRow[];
  /** About the one person asked for; null for a list. */
  reports: RecipientReport[] | null;
  next: string | undefined;
  failures: NoticeProgress["failures"];
  pageSize: number;
}) {
  const here = `/admin/notices/${notice.id}`;
  const to = (query: Asked) => `${address(here, query)}#recipients`;
  return (
    <Section id="recipients" title="Recipients">
      <div className="mb-4 flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
        <div className="min-w-0 space-y-1">
          <nav aria-label="Recipients by state">
            <ul className="-mx-3 flex flex-wrap gap-1 sm:mx-0">
              {[undefined, ...recipientStates].map((one) => (
                <li key={one ?? "all"} className="shrink-0">
                  <Link
                    href={to({ state: one })}
                    prefetch={false}
                    aria-current={!asked.person && !asked.failure && asked.state === one ? "page" : undefined}
                    className={tab}
                  >
                    {one ? recipientWords[one].word : "All"}{" "}
                    <span className="tabular text-sm">
                      {(one ? notice.states[one] : notice.total).toLocaleString("en-GB")}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
          {failures.length > 0 ? (
            <nav aria-label="Recipients by reason">
              <ul className="-mx-3 flex flex-wrap gap-1 sm:mx-0">
                <li className="shrink-0 px-3 text-sm text-muted">Why not reached:</li>
                {failures.map(({ failure, count }) => (
                  <li key={failure} className="shrink-0">
                    <Link
                      href={to({ failure })}
                      prefetch={false}
                      aria-current={!asked.person && asked.failure === failure ? "page" : undefined}
                      className={tab}
                    >
                      {failure} <span className="tabular text-sm">{count.toLocaleString("en-GB")}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </nav>
          ) : null}
        </div>
        <ActionForm
          action={findPerson}
          className="flex flex-wrap items-end gap-3"
          said={{ "not-found": "Nobody was found." }}
        >
          <input type="hidden" name="noticeId" value={notice.id} />
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
      {reports ? <RecipientReports reports={reports} /> : null}
      <nav aria-label="Pages of recipients" className="mt-6 flex gap-3 empty:hidden">
        {asked.after || asked.person ? (
          <Link
            href={to({ state: asked.state, failure: asked.failure })}
            prefetch={false}
            className={buttonClass("secondary")}
          >
            {asked.person ? "Everybody" : "To the start"}
          </Link>
        ) : null}
        {next ? (
          <Link
            href={to({ state: asked.state, failure: asked.failure, after: next })}
            prefetch={false}
            className={buttonClass("secondary")}
          >
            Next {pageSize}
          </Link>
        ) : null}
      </nav>
    </Section>
  );
}
