import { groundWords } from "@/components/processing/record-line";
import { Chip, type ChipKind } from "@/components/ui/chip";
import { Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { purposeInWords } from "@/lib/processing/purposes";
import type { RecordView } from "@/lib/processing/queries";
import { basisWords, exceptionWords } from "@/lib/processing/words";
import { ExceptForm, KeepForm, LiftForm, type ProcessingActions, WeighForms } from "./processing-forms";

/** What a case asked to stop: each with how it stands, and what staff may do about it. */
export function ProcessingRecords({
  records,
  at,
  actions,
}: {
  records: RecordView[];
  at: { caseId: string; revision: number };
  /** Null for who only reads. */
  actions: ProcessingActions | null;
}) {
  if (records.length === 0) return null;
  return (
    <Section
      id="processing"
      title="What stops"
      lead="It stopped when it was asked for. Whatever you decide, the person reads it, and nothing goes on without their being told first."
    >
      <ul className="space-y-8">
        {records.map((record) => (
          <li key={record.id} className="space-y-3">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <h3 className="text-lg">{titleOf(record)}</h3>
              <Chip kind={stateOf(record).chip}>{stateOf(record).word}</Chip>
            </div>
            <p className="text-sm text-muted">
              Since <Time at={record.inEffectFrom} withTime />
              {record.system ? `, in ${record.system} only` : ", everywhere"}
              {record.basis ? `, ${basisWords[record.basis].source}` : ""}
              {record.exceptionGround ? `. ${exceptionWords[record.exceptionGround]}` : ""}
            </p>
            {record.liftsAt && !record.endedAt ? (
              <p>
                Ends on <Time at={record.liftsAt} withTime />. {groundWords(record.liftGround)}
              </p>
            ) : null}
            {actions && !record.endedAt && record.kind !== "exception" ? (
              <Powers record={record} at={at} actions={actions} />
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Powers({
  record,
  at,
  actions,
}: {
  record: RecordView;
  at: { caseId: string; revision: number };
  actions: ProcessingActions;
}) {
  if (record.kind === "objection" && record.purpose === "improvement")
    return <p className="text-muted">It is for good, and nothing is to be weighed. Only the person takes it back.</p>;
  return (
    <div className="space-y-3">
      {record.decision === null ? <WeighForms record={record} at={at} action={actions.weigh} /> : null}
      {record.decision !== null && !record.liftsAt ? (
        <LiftForm record={record} at={at} action={actions.announce} />
      ) : null}
      {record.liftsAt ? <KeepForm record={record} at={at} action={actions.keep} /> : null}
      {record.kind === "restriction" ? <ExceptForm record={record} at={at} action={actions.except} /> : null}
    </div>
  );
}

function titleOf({ kind, purpose }: RecordView): string {
  if (kind === "exception") return `Goes on: ${purposeInWords(purpose)}`;
  return kind === "objection" ? `Objection to ${purposeInWords(purpose)}` : `Limit on ${purposeInWords(purpose)}`;
}

function stateOf({ kind, purpose, decision, liftsAt, endedAt, endedHow }: RecordView): {
  chip: ChipKind;
  word: string;
} {
  if (endedAt) return { chip: "declined", word: endedHow === "taken-back" ? "Taken back" : "Ended" };
  if (kind === "exception") return { chip: "progress", word: "Stands" };
  if (liftsAt) return { chip: "scheduled", word: "End announced" };
  if (kind === "objection" && purpose === "improvement") return { chip: "done", word: "Stopped for good" };
  return decision === null ? { chip: "waiting", word: "To be weighed" } : { chip: "done", word: "Upheld" };
}
