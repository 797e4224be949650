import { Chip } from "@/components/ui/chip";
import { Time } from "@/components/ui/time";
import type { OwnView, RuleView } from "@/lib/retention/queries";

/** Whether a rule of the platform is kept, with the evidence and its time. */
export function RuleState({ rule }: { rule: Pick<RuleView, "standing"> }) {
  const { standing } = rule;
  if (!standing) return <Chip kind="declined">Not measured yet</Chip>;
  return standing.late ? <Chip kind="problem">Late</Chip> : <Chip kind="done">On time</Chip>;
}

/** The last evidence in a sentence. */
export function RuleEvidence({ rule }: { rule: Pick<RuleView, "standing"> }) {
  const { standing } = rule;
  if (!standing) return <span className="text-muted">No sweep has ended yet.</span>;
  const { gone, emptied, held, waiting, leftOver, late, at } = standing;
  const number = (count: number) => count.toLocaleString("en-GB");
  return (
    <span>
      {late ??
        `${number(gone)} deleted, ${emptied ? `${number(emptied)} emptied, ` : ""}${number(held)} on hold, ${number(waiting)} waiting${leftOver ? `, ${number(leftOver)} left over` : ""}.`}{" "}
      <Time at={at.toString()} withTime />
    </span>
  );
}

export function OwnState({ rule }: { rule: OwnView }) {
  if (!rule.run) return <Chip kind="declined">Not measured yet</Chip>;
  return rule.late ? <Chip kind="problem">Late</Chip> : <Chip kind="done">On time</Chip>;
}

export function OwnEvidence({ rule: { run, late } }: { rule: OwnView }) {
  if (!run?.finishedAt) return <span className="text-muted">Nobody has looked yet.</span>;
  const held = run.held > 0 ? `, ${run.held.toLocaleString("en-GB")} on hold` : "";
  return (
    <span>
      {late ?? `${run.deleted.toLocaleString("en-GB")} deleted${held}.`}{" "}
      <Time at={run.finishedAt.toString()} withTime />
    </span>
  );
}
