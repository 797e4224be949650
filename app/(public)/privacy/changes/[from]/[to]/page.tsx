import Link from "next/link";
import { HighlightCard } from "@/components/policy/highlight-card";
import { Empty } from "@/components/ui/page";
import { compared } from "./compared";

export default async function Highlights({ params }: PageProps<"/privacy/changes/[from]/[to]">) {
  const { from, to, highlights } = await compared(params);
  const changesHref = `/privacy/changes/${from.number}/${to.number}/changes`;
  if (highlights.length === 0)
    return (
      <Empty>
        Nobody marked a highlight between these two.{" "}
        <Link href={changesHref} prefetch={false} className="link">
          See every change in the text
        </Link>
        .
      </Empty>
    );
  return (
    <ul className="-mt-8">
      {highlights.map((highlight) => (
        <HighlightCard key={highlight.id} highlight={highlight} changesHref={changesHref} />
      ))}
    </ul>
  );
}
