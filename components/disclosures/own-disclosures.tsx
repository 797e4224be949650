import { Time } from "@/components/ui/time";
import { categoryLabels } from "@/lib/data-map/category-words";
import type { DisclosureForPerson } from "@/lib/disclosures/queries";
import { authorityWords, disclosureGroundWords, outcomeWords } from "@/lib/disclosures/words";

/** What authorities asked about the reader, newest first. */
export function OwnDisclosures({ disclosures, zone }: { disclosures: DisclosureForPerson[]; zone: string }) {
  return (
    <ul className="divide-y divide-line border-y border-line">
      {disclosures.map(({ id, receivedAt, toldAt, authorityKind, ground, outcome, asked, given }) => (
        <li key={id} className="max-w-[75ch] space-y-1 py-4">
          <p className="font-medium">
            <Time at={receivedAt} zone="UTC" />: a demand by {authorityWords[authorityKind].one};{" "}
            {outcomeWords[outcome].person}
          </p>
          <p>
            {disclosureGroundWords[ground].label} ({disclosureGroundWords[ground].source}). Asked for:{" "}
            {categoryLabels(asked)}. Given: {given.length > 0 ? categoryLabels(given) : "nothing"}.
          </p>
          <p className="text-sm text-muted">
            You were told <Time at={toldAt} zone={zone} withTime />.
          </p>
        </li>
      ))}
    </ul>
  );
}
