import type { ReactNode } from "react";
import { Chip } from "@/components/ui/chip";
import { Time } from "@/components/ui/time";
import type { HoldForDesk, HoldState } from "@/lib/holds/queries";
import { groundWords } from "@/lib/holds/words";
import { SignedSteps, type Step } from "./signed-steps";

const states: Record<HoldState, { kind: "waiting" | "progress" | "done" | "problem"; word: string }> = {
  requested: { kind: "waiting", word: "Waits for a second officer" },
  lapsed: { kind: "problem", word: "Lapsed, keeps nothing" },
  set: { kind: "progress", word: "Stands" },
  "release-requested": { kind: "waiting", word: "Stands, release asked for" },
  released: { kind: "done", word: "Released" },
  withdrawn: { kind: "done", word: "Never set" },
};

/** What one hold covers, why, and who did what to it. */
export function HoldEntry({
  hold,
  what,
  nameOf,
  children,
}: {
  hold: HoldForDesk;
  /** What it covers, in words. */
  what: string;
  nameOf: (staffId: string | null) => string;
  children: ReactNode;
}) {
  const { kind, word } = states[hold.state];
  const steps: Step[] = [
    ["Asked for", hold.requestedBy, hold.requestedAt],
    ["Set", hold.setBy, hold.setAt],
    ["Taken back", hold.withdrawnBy, hold.withdrawnAt],
    ["Concealed", hold.concealedBy, hold.concealedAt],
    ["Release asked for", hold.releaseRequestedBy, hold.releaseRequestedAt],
    ["Released", hold.releasedBy, hold.releasedAt],
  ];
  return (
    <li className="space-y-3 py-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h3 className="text-lg">{what}</h3>
        <Chip kind={kind}>{word}</Chip>
        {hold.concealedAt ? <Chip kind="waiting">Concealed</Chip> : null}
      </div>
      <p className="text-sm text-muted">
        {groundWords[hold.ground].label}, {groundWords[hold.ground].source}
        {hold.fromAt ? (
          <>
            ; from <Time at={hold.fromAt.toString()} zone="UTC" />
          </>
        ) : null}
        {hold.untilAt ? (
          <>
            ; until before <Time at={hold.untilAt.toString()} zone="UTC" />
          </>
        ) : null}
        {hold.state === "requested" ? (
          <>
            ; lapses <Time at={hold.lapsesAt.toString()} withTime />
          </>
        ) : null}
      </p>
      <p className="max-w-[70ch] whitespace-pre-wrap">{hold.note}</p>
      {hold.concealReason ? (
        <p className="max-w-[70ch] whitespace-pre-wrap">
          <span className="text-muted">Concealed because:</span> {hold.concealReason}
        </p>
      ) : null}
      {hold.releaseReason ? (
        <p className="max-w-[70ch] whitespace-pre-wrap">
          <span className="text-muted">Release:</span> {hold.releaseReason}
        </p>
      ) : null}
      <SignedSteps steps={steps} nameOf={nameOf} />
      {children}
    </li>
  );
}

/** What a hold covers. @param collection its label; null: everything */
export function extentOf({ scope, address }: HoldForDesk, collection: string | null): string {
  const what = collection ?? "Everything";
  if (scope === "collection") return `${what}, whoever's`;
  const whose = address ?? "an account that is forgotten here";
  return scope === "company" ? `${what} of the company of ${whose}` : `${what} of ${whose}`;
}
