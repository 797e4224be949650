import { Building2, Users } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { ClockChip } from "@/components/cases/clock-chip";
import { Chip } from "@/components/ui/chip";
import { Time } from "@/components/ui/time";
import { clockWords } from "@/lib/cases/clocks";
import type { QueueRow } from "@/lib/cases/queue";
import { deskKinds } from "./desk-kinds";
import { deskStatus } from "./desk-status";
import { address } from "./page-address";
import { QueueLink } from "./queue-link";

const ways = {
  dashboard: "from an account,",
  "public-form": "by the public form,",
  mail: "by mail,",
  staff: "written down",
} satisfies Record<QueueRow["channel"], string>;

type RowProps = {
  row: QueueRow;
  me: string;
  take: ReactNode;
  choosable: boolean;
  /** The address that shows it beside the list. */
  beside: string;
  /** The case beside the list; null without one, and then a line has the whole width. */
  opened: string | null;
};

/** One line of the queue. Its link is what j and k move over and what Enter opens. */
function Row({ row, me, take, choosable, beside, opened }: RowProps) {
  const status = deskStatus(row);
  const clock = row.nextClock;
  return (
    <li
      data-queue-row
      className={`relative grid grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-2 border-b border-line py-4 focus-within:bg-sunken hover:bg-sunken lg:pr-3 ${
        opened ? "" : "lg:grid-cols-[12rem_minmax(0,1fr)_12rem_13rem]"
      } ${opened === row.id ? "bg-sunken" : ""} ${choosable ? "pl-10" : "lg:pl-3"}`}
    >
      {choosable ? (
        <label className="absolute top-4 left-0 z-10 flex size-8 items-start justify-center">
          <span className="sr-only">Choose {row.reference}</span>
          <input
            type="checkbox"
            form="bulk"
            name="cases"
            value={`${row.id}:${row.revision}`}
            data-queue-choose
            className="mt-0.5 size-5 accent-accent"
          />
        </label>
      ) : null}
      <div className="space-y-1">
        {clock ? <ClockChip clock={clock} /> : <Chip kind="declined">No clock runs</Chip>}
        <p className="text-sm text-muted">
          {clock ? clockWords[clock.rule].name : row.closedAt ? <Time at={row.closedAt} /> : "nothing is due"}
        </p>
      </div>
      <div className={`order-2 col-span-2 min-w-0 ${opened ? "" : "lg:order-none lg:col-span-1"}`}>
        <p className="font-medium">
          <QueueLink caseId={row.id} beside={beside} current={opened === row.id}>
            {deskKinds[row.kind]} <span className="tabular font-normal text-muted">{row.reference}</span>
          </QueueLink>
        </p>
        <p className="text-muted">
          {row.scope === "company" ? (
            <>
              <Building2 aria-hidden size={14} className="inline align-baseline" /> whole company,{" "}
            </>
          ) : null}
          {ways[row.channel]} <Time at={row.receivedAt} />
        </p>
        {row.openWith.length > 0 ? (
          <p className="mt-1 flex items-center gap-1.5 text-sm">
            <Users aria-hidden size={14} className="shrink-0" />
            {row.openWith.join(", ")} {row.openWith.length === 1 ? "has" : "have"} it open
          </p>
        ) : null}
        {row.tags.length > 0 || row.snoozedUntil ? (
          <p className="relative z-10 mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            {row.tags.map((tag) => (
              <Link key={tag} href={address("/admin", { tag })} prefetch={false} className="text-muted hover:text-ink">
                #{tag}
              </Link>
            ))}
            {row.snoozedUntil ? (
              <span className="text-muted">
                put aside until <Time at={row.snoozedUntil} withTime />
              </span>
            ) : null}
          </p>
        ) : null}
      </div>
      <div className={`order-1 ${opened ? "" : "lg:order-none"}`}>
        <Chip kind={status.chip}>{status.word}</Chip>
      </div>
      <div
        className={`relative z-10 order-3 col-span-2 flex items-start gap-2 ${opened ? "" : "lg:order-none lg:col-span-1 lg:justify-end"}`}
      >
        {row.assignedTo ? (
          <span className="text-muted">{row.assignedTo.staffId === me ? "Yours" : row.assignedTo.name}</span>
        ) : (
          (take ?? <span className="text-muted">Nobody yet</span>)
        )}
      </div>
    </li>
  );
}

/** The desk's list, due-soonest first. */
export function QueueList({
  rows,
  me,
  take,
  choosable = false,
  beside,
  opened = null,
}: {
  rows: QueueRow[];
  me: string;
  /** With a box before each, for the form of many (its id is `bulk`). */
  choosable?: boolean;
  /** The one-click form for a case that nobody has; null for who may not. */
  take: (row: QueueRow) => ReactNode;
  /** The address that shows a case beside the list. */
  beside: (row: QueueRow) => string;
  /** The case that is shown so. */
  opened?: string | null;
}) {
  return (
    <ol className="border-t border-strong-line">
      {rows.map((row) => (
        <Row
          key={row.id}
          row={row}
          me={me}
          take={row.closedAt ? null : take(row)}
          choosable={choosable && !row.closedAt}
          beside={beside(row)}
          opened={opened}
        />
      ))}
    </ol>
  );
}
