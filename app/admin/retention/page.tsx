import type { Metadata } from "next";
import { AgeChart } from "@/components/retention/age-chart";
import { LateNote } from "@/components/retention/late-note";
import { RuleEvidence, RuleState } from "@/components/retention/rule-state";
import { OwnTable } from "@/components/retention/rules-table";
import { RunTable } from "@/components/retention/run-table";
import { Callout } from "@/components/ui/callout";
import { Chip } from "@/components/ui/chip";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { summaryClass } from "@/components/ui/summary";
import { Table } from "@/components/ui/table";
import { formatDistance, Time } from "@/components/ui/time";
import { requireStaff } from "@/lib/auth/require";
import { lastPreview, lastSweeps, lateIn, type RuleView, retentionNow, type SweepView } from "@/lib/retention/queries";
import { dryRun } from "./actions";

export const metadata: Metadata = { title: "Retention" };

export default async function Retention() {
  const ctx = await requireStaff();
  const [standing, sweeps, preview] = await Promise.all([retentionNow(), lastSweeps(ctx), lastPreview(ctx)]);
  const { rules, own, next, now } = standing;
  const failing = sweeps[0]?.failedAt ? sweeps[0] : null;
  return (
    <>
      <PageHeader
        title="Retention"
        lead="What is deleted when its time is over, on the platform and here; what the last sweep did, and what stays."
      />
      <div className="mb-8 space-y-4 empty:hidden">
        <LateNote late={lateIn(standing)} />
        {failing?.failure ? (
          <Callout look="warn" title="The last sweep could not end">
            <p className="whitespace-pre-line">{failing.failure}</p>
            <p>Everything else was done. It is tried again, and the next one goes on where this one was.</p>
          </Callout>
        ) : null}
      </div>
      <p>
        Next sweep{" "}
        {next ? (
          <>
            <Time at={next.toString()} withTime /> ({formatDistance(next.toString(), now.toString())}).
          </>
        ) : (
          "as the configuration says."
        )}
      </p>
      <div className="mt-8">
        {rules.map((rule) => (
          <Rule key={rule.name} rule={rule} />
        ))}
      </div>
      <Preview preview={preview} mayAsk={ctx.actor.role !== "auditor"} />
      <Section title="In this trust center" lead="Seen to every hour.">
        <OwnTable rules={own} />
      </Section>
      <Section title="Last sweeps">
        {sweeps.length === 0 ? (
          <Empty>No sweep yet. The first one runs at the time above.</Empty>
        ) : (
          <Sweeps sweeps={sweeps} />
        )}
      </Section>
    </>
  );
}

function Rule({ rule }: { rule: RuleView }) {
  const { label, period, from, runs, aged, canary } = rule;
  const closing = from.includes("closure");
  const ages = aged.reduce<number[]>((sum, run) => (run.ages ?? []).map((count, step) => count + (sum[step] ?? 0)), []);
  return (
    <Section
      id={rule.name}
      title={label}
      lead={
        <>
          Kept for {period} {from}. <RuleEvidence rule={rule} />
        </>
      }
    >
      <p className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
        <RuleState rule={rule} />
        <span className="text-sm text-muted">
          {canary ? (
            <>
              A planted row is due <Time at={canary.toString()} withTime />.
            </>
          ) : (
            "No row is planted yet; the first sweep plants one."
          )}
        </span>
      </p>
      {ages.some((count) => count > 0) ? (
        <AgeChart
          ages={ages}
          label={closing ? `${label}: closed accounts` : label}
          sampled={aged.some(({ sampled }) => sampled)}
        />
      ) : (
        <p className="text-muted">
          {runs.length === 0
            ? "The first sweep counts how old what is there is."
            : closing
              ? "No account is closed."
              : "No record of it is there."}
        </p>
      )}
      {runs.length > 0 ? (
        <details className="mt-3" open={runs.some(({ failure, leftOver }) => failure !== null || leftOver > 0)}>
          <summary className={summaryClass}>What the last sweep did</summary>
          <RunTable runs={runs} caption={`${label}: what the last sweep did`} />
        </details>
      ) : null}
    </Section>
  );
}

function Preview({ preview, mayAsk }: { preview: SweepView | null; mayAsk: boolean }) {
  return (
    <Section
      id="dry-run"
      title="Dry run"
      lead="Counts what a sweep would delete now, by the same conditions. Nothing is changed."
    >
      {mayAsk ? (
        <ActionForm action={dryRun} done="It is being counted. Reload this page in a moment.">
          <SubmitButton look="secondary">Count what is due now</SubmitButton>
        </ActionForm>
      ) : null}
      {preview ? (
        <div className="mt-6">
          <p className="mb-3 text-muted">
            {preview.finishedAt ? (
              <>
                As of <Time at={preview.at.toString()} withTime />.
              </>
            ) : (
              "It is being counted. Reload this page in a moment."
            )}
          </p>
          {preview.finishedAt ? <RunTable runs={preview.runs} caption="What a sweep would do" would /> : null}
        </div>
      ) : null}
    </Section>
  );
}

const sum = ({ runs }: SweepView, of: (run: SweepView["runs"][number]) => number): string =>
  runs.reduce((all, run) => all + of(run), 0).toLocaleString("en-GB");

const Sweeps = ({ sweeps }: { sweeps: SweepView[] }) => (
  <Table
    caption="The last sweeps, newest first"
    rows={sweeps}
    rowKey={({ id }) => id}
    columns={[
      { key: "at", head: "As of", cell: ({ at }) => <Time at={at.toString()} withTime /> },
      {
        key: "state",
        head: "State",
        cell: ({ finishedAt, failedAt }) =>
          failedAt ? (
            <Chip kind="problem">Held up</Chip>
          ) : finishedAt ? (
            <Chip kind="done">Done</Chip>
          ) : (
            <Chip kind="progress">Running</Chip>
          ),
      },
      { key: "policy", head: "By version", cell: ({ policyNumber }) => policyNumber, numeric: true },
      {
        key: "gone",
        head: "Deleted",
        cell: (sweep) => sum(sweep, ({ deleted, estimated }) => deleted + estimated),
        numeric: true,
      },
      { key: "emptied", head: "Emptied", cell: (sweep) => sum(sweep, ({ emptied }) => emptied), numeric: true },
      { key: "held", head: "On hold", cell: (sweep) => sum(sweep, ({ held }) => held), numeric: true },
      { key: "waiting", head: "Waiting", cell: (sweep) => sum(sweep, ({ waiting }) => waiting), numeric: true },
      {
        key: "took",
        head: "Took",
        cell: ({ runs }) => `${(runs.reduce((all, { milliseconds }) => all + milliseconds, 0) / 1000).toFixed(1)} s`,
        numeric: true,
      },
    ]}
  />
);
