import type { AttainmentRow } from "./count-attainment";
import { hideSmall } from "./hide-small";

/** Figures of one group; null where it is made of too few requests, or would give away one that is. */
export type Figures = {
  received: number | null;
  /** Parts of 1, to a whole hundredth. */
  replyInTime: number | null;
  lawInTime: number | null;
  refused: number | null;
  /** Hours, to a tenth. */
  medianHours: number | null;
};

type Measure = {
  name: keyof Figures;
  /** Of how many requests the figure is made. */
  base: (row: AttainmentRow) => number;
  value: (row: AttainmentRow) => number | null;
  /** False for what the measure says nothing of: it neither has a figure nor hides one. */
  covers?: (row: AttainmentRow) => boolean;
};

const measures: readonly Measure[] = [
  { name: "received", base: (row) => row.received, value: (row) => row.received },
  {
    name: "replyInTime",
    base: (row) => row.replyDue,
    value: (row) => share(row.replyInTime, row.replyDue),
  },
  {
    name: "lawInTime",
    base: (row) => row.lawDue,
    value: (row) => share(row.lawInTime, row.lawDue),
    // The law sets no month for a question.
    covers: ({ kind }) => kind !== "inquiry",
  },
  {
    name: "refused",
    base: (row) => row.decided,
    value: (row) => share(row.refused, row.decided),
  },
  {
    name: "medianHours",
    base: (row) => row.answered,
    value: (row) => (row.medianHours === null ? null : Math.round(row.medianHours * 10) / 10),
  },
];

/** Rounded down below one: "100 %" means every one. */
const share = (part: number, of: number): number | null => (of === 0 ? null : Math.floor((100 * part) / of) / 100);

/**
 * The figures that may be shown of a whole and its parts: each measure apart, each made of at least `atLeast` requests, and none
 * from which a smaller group's could be had by subtraction.
 */
export function publish(
  whole: AttainmentRow,
  parts: readonly AttainmentRow[],
  atLeast: number,
): { whole: Figures; parts: Figures[] } {
  const none = (): Figures => ({
    received: null,
    replyInTime: null,
    lawInTime: null,
    refused: null,
    medianHours: null,
  });
  const shown = { whole: none(), parts: parts.map(none) };
  for (const { name, base, value, covers = () => true } of measures) {
    if (base(whole) < atLeast) continue;
    shown.whole[name] = value(whole);
    const covered = [...parts.entries()].filter(([, part]) => covers(part));
    const hidden = hideSmall(
      covered.map(([, part]) => base(part)),
      atLeast,
    );
    for (const [nth, [at, part]] of covered.entries()) {
      const figures = shown.parts[at];
      if (figures && !hidden[nth]) figures[name] = value(part);
    }
  }
  return shown;
}
