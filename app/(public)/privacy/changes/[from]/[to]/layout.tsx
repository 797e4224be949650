import type { Metadata } from "next";
import Link from "next/link";
import { ChangeTabs } from "@/components/policy/change-tabs";
import { countsInWords } from "@/components/policy/counts";
import { PageHeader } from "@/components/ui/page";
import { Time } from "@/components/ui/time";
import { compared } from "./compared";

type Props = LayoutProps<"/privacy/changes/[from]/[to]">;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { from, to } = await params;
  return { title: `Changes from version ${Number.parseInt(from, 10)} to ${Number.parseInt(to, 10)}` };
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
        From {version(from.number)} to {version(to.number)}
        {to.effectiveAt ? (
          <>
            {to.state === "announced"
              ? ", which takes effect on "
              : to.state === "withdrawn"
                ? ", which was withdrawn; it was to take effect on "
                : ", in effect from "}
            <Time at={to.effectiveAt.toString()} />
          </>
        ) : null}
        .
      </p>
      <ChangeTabs base={`/privacy/changes/${from.number}/${to.number}`} />
      {children}
    </>
  );
}
