import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { Chip } from "@/components/ui/chip";
import { PageHeader, Section } from "@/components/ui/page";
import { formatDistance, formatInstant, Time } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import { categoryWords } from "@/lib/data-map/category-words";
import type { PolicyCategory } from "@/lib/data-map/types";
import { type ProviderTaskForStaff, providerTask } from "@/lib/providers/queries";
import { AnswerForms } from "../answer-forms";
import { failureWords } from "../failure-words";

export const metadata: Metadata = { title: "Provider" };

const stateWords = { told: "Told", erased: "Erased", "nothing-held": "Nothing was held", kept: "Kept" } as const;

/** The kinds of identities that most platforms have, in words; others as the data map names them. */
const identityWords = (kind: string): string =>
  ({ email: "Email address", phone_number: "Phone number", hardware_id: "Device" })[kind] ?? kind.replaceAll("_", " ");

function Facts({ task, now }: { task: ProviderTaskForStaff; now: string }) {
  const { subject } = task;
  const rows: [string, string[]][] = subject
    ? [
        ["Company on the platform", subject.company_id ? [subject.company_id] : []],
        ["User on the platform", subject.user_ids],
        ...Object.entries(subject.identities).map(([kind, values]): [string, string[]] => [
          identityWords(kind),
          values,
        ]),
      ]
    : [];
  return (
    <dl className="grid gap-x-8 gap-y-3 sm:grid-cols-[14rem_1fr]">
      <dt className="text-muted">Case</dt>
      <dd>
        <Link href={`/admin/cases/${task.caseId}`} prefetch={false} className="link tabular">
          {task.reference}
        </Link>
      </dd>
      {task.categories.length > 0 ? (
        <>
          <dt className="text-muted">To be erased there</dt>
          <dd>{task.categories.map((id) => categoryWords[id as PolicyCategory].label).join(", ")}</dd>
        </>
      ) : null}
      {rows
        .filter(([, values]) => values.length > 0)
        .map(([term, values]) => (
          <div key={term} className="contents">
            <dt className="text-muted">{term}</dt>
            <dd className="min-w-0 break-words font-mono text-sm">
              {values.slice(0, 50).map((value) => (
                <span key={value} className="block">
                  {value}
                </span>
              ))}
              {values.length > 50 ? (
                <span className="block font-sans text-muted">
                  and {(values.length - 50).toLocaleString("en-GB")} more
                </span>
              ) : null}
            </dd>
          </div>
        ))}
      <dt className="text-muted">Told</dt>
      <dd>
        {task.askedAt ? (
          <Time at={task.askedAt} withTime />
        ) : task.way === "webhook" ? (
          `${failureWords(task.failure)}.`
        ) : (
          "Not yet; it has no address that we can call."
        )}
      </dd>
      {task.answer ? (
        <>
          <dt className="text-muted">Answer</dt>
          <dd>
            {stateWords[task.answer.state]}, <Time at={task.answeredAt ?? ""} withTime />
            {task.answer.until ? `, until ${formatInstant(`${task.answer.until}T12:00:00Z`)}` : null}
            {task.answer.ground ? <span className="block">{task.answer.ground}</span> : null}
          </dd>
        </>
      ) : (
        <>
          <dt className="text-muted">Answer due</dt>
          <dd className="flex flex-wrap items-center gap-2">
            {task.overdue ? <Chip kind="problem">Overdue</Chip> : null}
            <Time at={task.dueAt ?? ""} /> ({formatDistance(task.dueAt ?? "", now)})
          </dd>
        </>
      )}
    </dl>
  );
}

export default async function Provider({ params }: { params: Promise<{ id: string }> }) {
  const ctx = await requireStaff();
  const { id } = await params;
  const task = await providerTask(ctx, id);
  if (!task) notFound();
  const now = Temporal.Now.instant().toString();
  const final = task.answer !== null && task.answer.state !== "kept";
  return (
    <>
      <p className="mb-6">
        <Link href="/admin/providers" className="link">
          Providers
        </Link>
      </p>
      <PageHeader title={task.name} lead={`${task.kind}. It received data that was erased and has to be told.`} />
      <Facts task={task} now={now} />
      {task.closedOff ? (
        <p className="mt-4 max-w-[70ch] text-sm text-muted">
          This is done. What stands here of the person, and what was noted, is for whoever may open{" "}
          <Link href={`/admin/cases/${task.caseId}`} prefetch={false} className="link">
            its case
          </Link>
          : open that first and say why.
        </p>
      ) : null}
      {task.subject ? (
        <p className="mt-4 max-w-[70ch] text-sm text-muted">
          What identifies the person stands here until the answer is written down, then it is destroyed. That you opened
          it stands in the audit log, and the person has a receipt of it.
        </p>
      ) : null}
      {task.evidence.length > 0 ? (
        <div className="mt-8">
          <Section title="What was noted">
            <ol className="space-y-3">
              {task.evidence.map((one) => (
                <li key={one.at}>
                  <p className="text-sm text-muted">
                    {stateWords[one.state]}, <Time at={one.at} withTime />
                  </p>
                  <p className="max-w-[70ch] whitespace-pre-wrap break-words">{one.text}</p>
                </li>
              ))}
            </ol>
          </Section>
        </div>
      ) : null}
      {ctx.actor.role === "auditor" || final ? null : (
        <div className="mt-8">
          <Section
            title={task.answer ? "It erased by now" : "Write down what happened"}
            lead="Needs a fresh passkey check. What you write is kept encrypted."
          >
            <AnswerForms erasureId={task.id} told={task.askedAt !== null} name={task.name} />
          </Section>
        </div>
      )}
    </>
  );
}
