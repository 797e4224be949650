import type { Metadata } from "next";
import { extentOf, HoldEntry } from "@/components/desk/hold-entry";
import { Empty, PageHeader, Section } from "@/components/ui/page";
import { requireStaff } from "@/lib/auth/require";
import { collectionLabel } from "@/lib/data-map/collection-label";
import { dataMap } from "@/lib/data-map/load";
import { holdsForDesk } from "@/lib/holds/queries";
import { groundWords } from "@/lib/holds/words";
import { staffList } from "@/lib/staff/queries";
import { HoldPowers } from "./hold-powers";
import { RequestForm } from "./request-form";

export const metadata: Metadata = { title: "Legal holds" };

export default async function Holds() {
  const ctx = await requireStaff();
  const [holds, colleagues] = await Promise.all([holdsForDesk(ctx), staffList(ctx)]);
  const officer = ctx.actor.role === "officer";
  const nameOf = (staffId: string | null) =>
    colleagues.find((one) => one.staffId === staffId)?.name ?? "a former colleague";
  const { systems } = dataMap();
  const isOver = ({ state }: (typeof holds)[number]) => state === "released" || state === "withdrawn";
  const list = (of: typeof holds) => (
    <ul className="divide-y divide-line border-y border-line">
      {of.map((hold) => {
        const what = extentOf(hold, hold.system && hold.collection && collectionLabel(hold.system, hold.collection));
        const about = `${what}: ${groundWords[hold.ground].label}`;
        return (
          <HoldEntry key={hold.id} hold={hold} nameOf={nameOf} what={what}>
            {officer && !isOver(hold) ? <HoldPowers hold={hold} staffId={ctx.actor.staffId} about={about} /> : null}
          </HoldEntry>
        );
      })}
    </ul>
  );
  const [over, standing] = [holds.filter(isOver), holds.filter((hold) => !isOver(hold))];
  return (
    <>
      <PageHeader
        title="Legal holds"
        lead="What a hold covers is neither deleted nor changed, by an erasure or by a sweep, until two officers release it."
      />
      <Section id="standing" title="Standing">
        {standing.length > 0 ? list(standing) : <Empty>No hold stands. Everything is deleted on its day.</Empty>}
      </Section>
      {officer ? (
        <Section
          id="new"
          title="Ask for a hold"
          lead="It keeps the data from the moment you ask. A second officer sets it, or it lapses."
        >
          <RequestForm
            collections={systems.flatMap(({ name: system, label, collections }) =>
              collections.map((one) => ({ value: `${system}/${one.name}`, label: `${label}: ${one.label}` })),
            )}
          />
        </Section>
      ) : (
        <p className="text-muted">Only privacy officers ask for holds, set and release them.</p>
      )}
      {over.length > 0 ? (
        <Section id="over" title="Over">
          {list(over)}
        </Section>
      ) : null}
    </>
  );
}
