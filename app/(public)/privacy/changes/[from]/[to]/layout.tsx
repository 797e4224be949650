import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { ChangeTabs } from "@/components/policy/change-tabs";
import { countsInWords } from "@/components/policy/counts";
import { PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import type { Comparison } from "@/lib/policy/comparison";
import { compared } from "./compared";

type Props = LayoutProps<"/privacy/changes/[from]/[to]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { from, to } = await params;
  return { title: `Changes from version ${Number.parseInt(from, 10)} to ${Number.parseInt(to, 10)}` };
}

/** When the newer of the two counts, in one sentence. */
function effect(to: Comparison["to"]): ReactNode {
  if (!to.effectiveAt) return null;
  const day = <Time at={to.effectiveAt.toString()} />;
  if (to.state === "withdrawn") return <>Version {to.number} was withdrawn before it took effect.</>;
  const verb = to.state === "announced" ? "takes effect on" : "took effect on";
  return (
    <>
      Version {to.number} {verb} {day}.
    </>
  );
}

export default async function ChangesLayout({ params, children }: Props) {
  const { from, to, diff } = await compared(params);
  const version = (number: number) => (
    <Link href={`/privacy/versions/${number}`} prefetch={false} className="link">
      version {number}
    </Link>
  );
  return (
    <>
      <PageHeader
        title={`What changes from version ${from.number} to ${to.number}`}
        lead={countsInWords(diff.counts)}
      />
      <p className="-mt-4 mb-6 text-muted">
        {effect(to)} Read {version(from.number)} or {version(to.number)} as a whole.
      </p>
      <ChangeTabs base={`/privacy/changes/${from.number}/${to.number}`} />
      {children}
    </>
  );
}
