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

const measures = [
  { name: "received", base: (row: AttainmentRow) => row.received, value: (row: AttainmentRow) => row.received },
  {
    name: "replyInTime",
    base: (row: AttainmentRow) => row.replyDue,
    value: (row: AttainmentRow) => share(row.replyInTime, row.replyDue),
  },
  {
    name: "lawInTime",
    base: (row: AttainmentRow) => row.lawDue,
    value: (row: AttainmentRow) => share(row.lawInTime, row.lawDue),
  },
  {
    name: "refused",
    base: (row: AttainmentRow) => row.decided,
    value: (row: AttainmentRow) => share(row.refused, row.decided),
  },
  {
    name: "medianHours",
    base: (row: AttainmentRow) => row.answered,
    value: (row: AttainmentRow) => (row.medianHours === null ? null : Math.round(row.medianHours * 10) / 10),
  },
] as const;

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
  for (const { name, base, value } of measures) {
    if (base(whole) < atLeast) continue;
    shown.whole[name] = value(whole);
    const hidden = hideSmall(parts.map(base), atLeast);
    for (const [at, part] of parts.entries()) {
      const figures = shown.parts[at];
      if (figures && !hidden[at]) figures[name] = value(part);
    }
  }
  return shown;
}
