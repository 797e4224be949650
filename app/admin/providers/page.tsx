import type { Metadata } from "next";
import Link from "next/link";
import { Chip } from "@/components/ui/chip";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { Table } from "@/components/ui/table";
import { formatDistance, Time } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import { type ProviderTask, providerTasks } from "@/lib/providers/queries";
import { UntoldCorrections } from "./corrections";
import { failureWords } from "./failure-words";

export const metadata: Metadata = { title: "Providers" };

function State({ task }: { task: ProviderTask }) {
  if (task.askedAt)
    return (
      <>
        Told <Time at={task.askedAt} />, no answer yet
      </>
    );
  return task.way === "webhook" ? failureWords(task.failure) : "To be told by hand";
}

export default async function Providers() {
  const ctx = await requireStaff();
  const { tasks, counts } = await providerTasks(ctx);
  const now = Temporal.Now.instant().toString();
  const open = counts.reduce((sum, one) => sum + one.open, 0);
  return (
    <>
      <PageHeader
        title="Providers"
        lead="Who received data that was erased, has to be told, and has not answered. The longest overdue stand first."
      />
      {tasks.length > 0 ? (
        <Table
          caption="Open answers of providers"
          rows={tasks}
          rowKey={(task) => task.id}
          columns={[
            {
              key: "provider",
              head: "Provider",
              cell: (task) => (
                <span>
                  <Link href={`/admin/providers/${task.id}`} prefetch={false} className="link font-medium">
                    {task.name}
                    <span className="sr-only">, {task.reference}</span>
                  </Link>
                  <span className="block text-sm text-muted">{task.kind}</span>
                </span>
              ),
            },
            { key: "case", head: "Case", cell: (task) => <span className="tabular">{task.reference}</span> },
            { key: "state", head: "State", cell: (task) => <State task={task} /> },
            {
              key: "due",
              head: "Answer due",
              cell: (task) => (
                <span className="flex flex-wrap items-center gap-2">
                  {task.overdue ? <Chip kind="problem">Overdue</Chip> : null}
                  <span className="tabular">{task.dueAt ? formatDistance(task.dueAt, now) : null}</span>
                </span>
              ),
            },
          ]}
        />
      ) : (
        <Empty>No answer is open. Every provider that had to be told has answered.</Empty>
      )}
      {open > tasks.length ? (
        <p className="mt-3 text-sm text-muted">
          The first {tasks.length} of {open.toLocaleString("en-GB")}; the next follow when these are answered.
        </p>
      ) : null}
      <UntoldCorrections ctx={ctx} />
      {counts.length > 0 ? (
        <div className="mt-8">
          <Section title="Each provider">
            <Table
              caption="How each provider stands"
              rows={counts}
              rowKey={(one) => one.recipient}
              columns={[
                { key: "name", head: "Provider", cell: (one) => one.name },
                { key: "open", head: "Open", cell: (one) => one.open.toLocaleString("en-GB"), numeric: true },
                { key: "overdue", head: "Overdue", cell: (one) => one.overdue.toLocaleString("en-GB"), numeric: true },
                {
                  key: "answered",
                  head: "Answered",
                  cell: (one) => one.answered.toLocaleString("en-GB"),
                  numeric: true,
                },
              ]}
            />
          </Section>
        </div>
      ) : null}
    </>
  );
}
