import { config } from "../../trust-center.config";
import { type AuthorityKind, authorityWords, type DisclosureOutcome } from "./words";

/** One released demand, as far as the counts need it. */
export type Counted = { year: number; authorityKind: AuthorityKind; outcome: DisclosureOutcome; isOpen: boolean };

export type YearOfDisclosures = {
  year: number;
  kinds: { kind: AuthorityKind; received: number; given: number; narrowed: number; refused: number }[];
  /** Of those that are still sealed only the band is said, such as 0 to 9; of whatever kind. */
  sealed: { from: number; to: number };
};

/**
 * Demands by year and kind of authority. The open ones are counted exactly, none included: an authority is nobody whom a small number
 * could point at. The sealed ones stand in a band that is said when there are none as well, so that it tells nothing of one order.
 * @param years which years to say, newest first
 */
export function countDisclosures(
  rows: readonly Counted[],
  years: readonly number[],
  band: number = config.disclosures.band,
): YearOfDisclosures[] {
  return years.map((year) => {
    const ofYear = rows.filter((row) => row.year === year);
    const open = ofYear.filter(({ isOpen }) => isOpen);
    const kinds = (Object.keys(authorityWords) as AuthorityKind[]).map((kind) => {
      const ofKind = open.filter(({ authorityKind }) => authorityKind === kind);
      const ended = (outcome: DisclosureOutcome) => ofKind.filter((row) => row.outcome === outcome).length;
      return {
        ...{ kind, received: ofKind.length },
        ...{ given: ended("given"), narrowed: ended("narrowed"), refused: ended("refused") },
      };
    });
    const from = Math.floor((ofYear.length - open.length) / band) * band;
    return { year, kinds, sealed: { from, to: from + band - 1 } };
  });
}
