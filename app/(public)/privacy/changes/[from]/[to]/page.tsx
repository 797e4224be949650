import Link from "next/link";
import type { ReactNode } from "react";
import { HighlightCard } from "@/components/policy/highlight-card";
import { Empty } from "@/components/ui/page";
import { currentCtx } from "@/lib/auth/current";
import { type Held, whatWeHold } from "@/lib/cases/held";
import { mySubject } from "@/lib/cases/queries";
import type { Comparison } from "@/lib/policy/comparison";
import { type Ranked, rankHighlights } from "@/lib/policy/rank-highlights";
import { compared } from "./compared";

type Card = Ranked<Comparison["highlights"][number]>;

/** What is held of whoever is signed in; null for a visitor, whom nothing is known about. */
async function heldOfReader(): Promise<Held | null> {
  const ctx = await currentCtx();
  if (ctx.actor.kind !== "holder" && ctx.actor.kind !== "staff") return null;
  const subject = await mySubject(ctx);
  return subject ? whatWeHold(subject) : null;
}

export default async function Highlights({ params }: PageProps<"/privacy/changes/[from]/[to]">) {
  const { from, to, highlights } = await compared(params);
  const changesHref = `/privacy/changes/${from.number}/${to.number}/changes`;
  if (highlights.length === 0)
    return (
      <Empty>
        {to.kind === "technical" && highlights.length === 0
          ? "A technical upgrade changes nothing to highlight. "
          : "Nobody marked a highlight between these two. "}
        <Link href={changesHref} prefetch={false} className="link">
          See every change in the text
        </Link>
        .
      </Empty>
    );
  const held = await heldOfReader();
  const groups = held?.state === "counted" ? held.groups.filter(({ rows }) => rows > 0) : null;
  const ranked = rankHighlights(highlights, groups?.map(({ category }) => category) ?? null);
  const rowsOf = ({ held: categories }: Card): string | undefined => {
    const mine = groups?.filter(({ category }) => categories.includes(category)) ?? [];
    if (mine.length === 0) return undefined;
    const counts = mine.map(
      ({ label, rows }) => `${label.toLowerCase()} (${rows.toLocaleString("en")} ${rows === 1 ? "entry" : "entries"})`,
    );
    return `we hold ${new Intl.ListFormat("en-GB").format(counts)} of you.`;
  };
  const cards = (some: Card[]): ReactNode => (
    <ul className="-mt-4">
      {some.map((card) => (
        <HighlightCard
          key={card.highlight.id}
          highlight={card.highlight}
          changesHref={changesHref}
          affects={rowsOf(card)}
        />
      ))}
    </ul>
  );
  if (groups === null)
    return (
      <>
        {held?.state === "unreachable" ? (
          <p className="mb-4 text-muted">
            What we hold of you cannot be counted at the moment, so this is in the order that holds for everybody.
          </p>
        ) : null}
        {cards(ranked)}
      </>
    );
  const parts = [
    { concern: "you", title: "Affects you" },
    { concern: "everybody", title: "For everybody" },
    { concern: "others", title: "Other changes" },
  ] as const;
  return (
    <>
      {parts.map(({ concern, title }) => {
        const some = ranked.filter((card) => card.concern === concern);
        return some.length === 0 ? null : (
          <section key={concern} aria-labelledby={`concern-${concern}`} className="mb-10">
            <h2 id={`concern-${concern}`} className="text-xl">
              {title}
            </h2>
            {concern === "others" ? (
              <p className="text-muted">About data that we hold of other people and not of you.</p>
            ) : null}
            {cards(some)}
          </section>
        );
      })}
    </>
  );
}
