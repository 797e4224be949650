import type { ReactNode } from "react";
import { Chip } from "@/components/ui/chip";
import { Time } from "@/components/ui/time";
import { categoryLabels } from "@/lib/data-map/category-words";
import type { DisclosureForDesk, DisclosureState } from "@/lib/disclosures/queries";
import { authorityWords, disclosureGroundWords, outcomeWords } from "@/lib/disclosures/words";
import { SignedSteps, type Step } from "./signed-steps";

const states: Record<DisclosureState, { kind: "waiting" | "progress" | "done" | "declined"; word: string }> = {
  requested: { kind: "waiting", word: "Waits for a second officer" },
  sealed: { kind: "progress", word: "Answered, sealed" },
  opening: { kind: "progress", word: "Answered, people are being told" },
  open: { kind: "done", word: "Answered, people told" },
  withdrawn: { kind: "declined", word: "Taken back" },
};

const labels = (categories: string[]): string => categoryLabels(categories) || "nothing";

/** One demand: who asked for what, what is given and why, and who did what to it. */
export function DisclosureEntry({
  one,
  nameOf,
  children,
}: {
  one: DisclosureForDesk;
  nameOf: (staffId: string | null) => string;
  children: ReactNode;
}) {
  const { kind, word } = states[one.state];
  const steps: Step[] = [
    ["Recorded", one.requestedBy, one.requestedAt],
    ["Released", one.releasedBy, one.releasedAt],
    ["Taken back", one.withdrawnBy, one.withdrawnAt],
  ];
  return (
    <li className="space-y-3 py-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="text-lg">
          {one.authority}
          {one.number ? <span className="font-normal text-muted"> {one.number}</span> : null}
        </h3>
        <Chip kind={kind}>{word}</Chip>
      </div>
      <p className="text-sm text-muted">
        {authorityWords[one.authorityKind].label}; {disclosureGroundWords[one.ground].label},{" "}
        {disclosureGroundWords[one.ground].source}; received <Time at={one.receivedAt.toString()} zone="UTC" />
        {one.sealEnds ? (
          <>
            ; sealed until <Time at={one.sealEnds.toString()} zone="UTC" />
          </>
        ) : null}
      </p>
      <dl className="grid max-w-[75ch] gap-x-6 gap-y-1 sm:grid-cols-[auto_1fr]">
        <dt className="text-muted">Asked for</dt>
        <dd>
          {labels(one.asked)}, of {people(one.peopleAsked)}
        </dd>
        <dt className="text-muted">
          {one.releasedAt ? outcomeWords[one.outcome].label : outcomeWords[one.outcome].desk}
        </dt>
        <dd>
          {labels(one.given)}
          {one.outcome === "refused" ? null : `, of ${people(one.peopleGiven)}`}
        </dd>
        <dt className="text-muted">To be told</dt>
        <dd>{one.named === 0 ? "nobody whose account is known" : people(one.named)}</dd>
      </dl>
      <p className="max-w-[70ch] whitespace-pre-wrap">{one.why}</p>
      <SignedSteps steps={steps} nameOf={nameOf}>
        <li>
          SHA-256 <code className="font-mono break-all">{one.sha256.slice(0, 16)}</code>
        </li>
      </SignedSteps>
      {children}
    </li>
  );
}

const people = (count: number): string => `${count.toLocaleString("en-GB")} ${count === 1 ? "person" : "people"}`;
