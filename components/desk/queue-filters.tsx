import { Search } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import { countedTo, type QueueState } from "@/lib/cases/queue-filter";
import { deskKinds } from "./desk-kinds";
import { address } from "./page-address";

const stateWords: Record<QueueState, string> = {
  open: "Open",
  overdue: "Overdue",
  "due-soon": "Due in 24 hours",
  waiting: "Waiting for them",
  scheduled: "Scheduled",
  snoozed: "Put aside",
  closed: "Closed",
};

export type QueueAsked = {
  state: QueueState;
  kind?: keyof typeof deskKinds | undefined;
  assigned?: string | undefined;
  channel?: keyof typeof channelWords | undefined;
  tag?: string | undefined;
  q?: string | undefined;
};

type Counts = Record<QueueState, number> & { mine: number; unassigned: number };

/** Where each came in, on the desk's own pages. */
const channelWords = { dashboard: "Dashboard", "public-form": "Public form", mail: "Mail", staff: "Colleague" };

const counted = (count: number) =>
  count > countedTo ? `${countedTo.toLocaleString("en")}+` : count.toLocaleString("en");

const tab =
  "inline-flex min-h-9 items-center gap-2 whitespace-nowrap rounded-md px-3 text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-ink";
const select = "min-h-10 rounded-md border border-strong-line bg-raised px-2 text-ink";

/** State, whose, kind and search: all in the address, so that a view can be kept and sent (works without JavaScript). */
export function QueueFilters({ asked, counts }: { asked: QueueAsked; counts: Counts }) {
  const { state, kind, assigned, channel, tag, q } = asked;
  const states = Object.keys(stateWords) as QueueState[];
  return (
    <div className="mb-4 space-y-4">
      <nav aria-label="States">
        <ul className="-mx-3 flex flex-wrap gap-1 sm:mx-0">
          {states.map((one) => (
            <li key={one} className="shrink-0">
              <Link
                href={address("/admin", { state: one === "open" ? undefined : one, kind, assigned, channel, tag, q })}
                prefetch={false}
                aria-current={one === state ? "page" : undefined}
                className={tab}
              >
                {stateWords[one]} <span className="tabular text-sm">{counted(counts[one])}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <search>
        <form action="/admin" className="flex flex-wrap items-end gap-x-4 gap-y-3">
          {state === "open" ? null : <input type="hidden" name="state" value={state} />}
          <label className="space-y-1 text-sm">
            <span className="block text-muted">Assigned to</span>
            <select name="assigned" defaultValue={assigned ?? ""} key={assigned ?? ""} className={select}>
              <option value="">Anybody</option>
              <option value="me">Me ({counted(counts.mine)})</option>
              <option value="nobody">Nobody ({counted(counts.unassigned)})</option>
            </select>
          </label>
          <label className="space-y-1 text-sm">
            <span className="block text-muted">Kind</span>
            <select name="kind" defaultValue={kind ?? ""} key={kind ?? ""} className={select}>
              <option value="">Every kind</option>
              {Object.entries(deskKinds).map(([key, word]) => (
                <option key={key} value={key}>
                  {word}
                </option>
              ))}
            </select>
          </label>
          <label className="space-y-1 text-sm">
            <span className="block text-muted">Came by</span>
            <select name="channel" defaultValue={channel ?? ""} key={channel ?? ""} className={select}>
              <option value="">Any way</option>
              {Object.entries(channelWords).map(([key, word]) => (
                <option key={key} value={key}>
                  {word}
                </option>
              ))}
            </select>
          </label>
          <label className="space-y-1 text-sm">
            <span className="block text-muted">Tag</span>
            <input
              name="tag"
              defaultValue={tag ?? ""}
              key={tag ?? ""}
              maxLength={30}
              autoComplete="off"
              className={`${select} w-36 px-3`}
            />
          </label>
          <label className="min-w-0 grow space-y-1 text-sm sm:max-w-xs">
            <span className="block text-muted">Reference</span>
            <input
              type="search"
              name="q"
              defaultValue={q ?? ""}
              data-queue-search
              placeholder="PR-7K2M-Q4XD"
              pattern="[^@]*"
              title="A reference or its beginning. Addresses do not belong into the address of a page."
              maxLength={40}
              autoComplete="off"
              spellCheck={false}
              className={`${select} w-full px-3`}
            />
          </label>
          <Button look="secondary">
            <Search aria-hidden size={16} />
            Show
          </Button>
          {kind || assigned || channel || tag || q ? (
            <Link
              href={address("/admin", { state: state === "open" ? undefined : state })}
              prefetch={false}
              className="inline-flex min-h-10 items-center underline underline-offset-4"
            >
              Clear
            </Link>
          ) : null}
        </form>
      </search>
    </div>
  );
}
