import Link from "next/link";
import { Time } from "@/components/ui/time";
import { type DeclineGround, declineGrounds } from "@/lib/cases/words";
import type { RecordView } from "@/lib/processing/queries";
import { basisWords, exceptionWords, type LiftGround, liftGrounds } from "@/lib/processing/words";

/** What a person said about a use, and how it stands, in a sentence or three. */
export function RecordLine({ record, zone }: { record: RecordView; zone: string }) {
  const { liftsAt, reference, system } = record;
  return (
    <div className="max-w-[70ch] space-y-1">
      <p>
        {saidWords(record)} on <Time at={record.inEffectFrom} zone={zone} withTime />
        {system ? <>, in {system} only</> : null}. {stands(record)}
      </p>
      {liftsAt ? (
        <p className="font-medium">
          It ends on <Time at={liftsAt} zone={zone} withTime />. {groundWords(record.liftGround)} Write to us before
          then if that is wrong: it stands until a person has answered you.
        </p>
      ) : null}
      {reference ? (
        <p className="text-sm">
          <Link href={`/account/requests/${reference}`} prefetch={false} className="link">
            Your request {reference}
          </Link>
        </p>
      ) : null}
    </div>
  );
}

/** Why something ends, whichever list its key is of. */
export const groundWords = (key: string | null): string =>
  liftGrounds[key as LiftGround] ?? declineGrounds[key as DeclineGround] ?? "";

function saidWords({ kind, purpose, source, basis, exceptionGround }: RecordView): string {
  if (source === "gpc") return "Your browser sends Global Privacy Control, so we took that as an objection";
  const byStaff = source === "staff" ? ", as our privacy team wrote it down for you," : "";
  if (kind === "objection") return `You objected${byStaff}`;
  if (kind === "restriction")
    return `You had ${purpose === null ? "every use" : "this"} limited (${basis ? basisWords[basis].source : "GDPR Art. 18"})${byStaff}`;
  return exceptionGround === "consent" ? "You allowed this use" : "We let this use go on";
}

function stands({ kind, purpose, decision, liftsAt, exceptionGround }: RecordView): string {
  if (kind === "exception")
    return exceptionGround && exceptionGround !== "consent" ? exceptionWords[exceptionGround] : "";
  if (kind === "objection" && purpose === "improvement") return "It stays stopped until you take that back.";
  if (liftsAt) return "";
  if (decision === null) return "A person weighs it, and it stays stopped meanwhile.";
  return "We agreed, and it stays so until you take it back or we tell you otherwise beforehand.";
}
