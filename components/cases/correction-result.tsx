import { Chip, type ChipKind } from "@/components/ui/chip";
import { Section } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { type DeclineGround, declineGrounds } from "@/lib/cases/words";
import type { CorrectionItemView, CorrectionView } from "@/lib/correction/queries";

/** What of a correction was put right and what was not, with old and new, and who was told of it. */
export function CorrectionResult({ view, zone }: { view: CorrectionView; zone: string }) {
  return (
    <>
      <Section title="What you asked to put right">
        <ol className="max-w-[75ch] space-y-6">
          {view.items.map((item) => (
            <li key={item.id} className="border-l-2 border-line pl-4">
              <p className="mb-2 flex flex-wrap items-center gap-3">
                <span>
                  <span className="font-medium">{item.label}</span>{" "}
                  <span className="text-sm text-muted">({item.collection})</span>
                </span>
                <ItemChip item={item} />
                {item.appliedAt ? (
                  <span className="text-sm text-muted">
                    <Time at={item.appliedAt} zone={zone} withTime />
                  </span>
                ) : null}
              </p>
              <OldAndNew item={item} />
              {item.decision === "declined" && item.ground ? (
                <p className="mt-2">
                  {declineGrounds[item.ground as DeclineGround]} The reasons stand in the messages.
                </p>
              ) : null}
            </li>
          ))}
        </ol>
      </Section>
      {view.providers.length > 0 ? (
        <Section title="Who is told" lead="Providers that received the old value have to hear the right one.">
          <ul className="space-y-2" aria-label="Providers told of the correction">
            {view.providers.map((one) => (
              <li key={one.id}>
                <span className="font-medium">{one.name}</span> <span className="text-muted">({one.kind})</span>:{" "}
                {one.toldAt ? (
                  <>
                    told <Time at={one.toldAt} zone={zone} withTime />
                  </>
                ) : one.way === "manual" ? (
                  "our staff tell it"
                ) : (
                  "being told"
                )}
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </>
  );
}

export function ItemChip({ item }: { item: CorrectionItemView }) {
  const [kind, word] = stateOf(item);
  return <Chip kind={kind}>{word}</Chip>;
}

function stateOf({ decision, settled, appliedAt, by }: CorrectionItemView): [ChipKind, string] {
  if (decision === "declined") return ["declined", "Stays as it is"];
  if (decision === "withdrawn") return ["declined", "Stopped"];
  if (settled) return ["done", appliedAt ? "Put right" : "Right already"];
  if (decision === "approved") return ["progress", "Being put right"];
  return by === "address" ? ["scheduled", "Waiting"] : ["verifying", "A person looks at it"];
}

export function OldAndNew({ item: { before, after, evidence } }: { item: CorrectionItemView }) {
  if (after === null) return <p className="text-muted">The values can no longer be read.</p>;
  return (
    <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[6rem_minmax(0,1fr)]">
      <dt className="text-sm text-muted">Before</dt>
      <dd className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        {before || <em className="text-muted">nothing</em>}
      </dd>
      <dt className="text-sm text-muted">After</dt>
      <dd className="whitespace-pre-wrap [overflow-wrap:anywhere]">{after}</dd>
      {evidence ? (
        <>
          <dt className="text-sm text-muted">Evidence</dt>
          <dd className="whitespace-pre-wrap text-muted [overflow-wrap:anywhere]">{evidence}</dd>
        </>
      ) : null}
    </dl>
  );
}
