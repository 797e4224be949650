import { countWords, hoursWords, shareWords } from "./figure-words";

type Figures = {
  received: number | null;
  replyInTime: number | null;
  lawInTime: number | null;
  medianHours: number | null;
  refused: number | null;
};

/** The columns of a table of figures, after the one that says whose they are. */
export const figureColumns = <T extends Figures>(
  atLeast: number,
  lawWords: (row: T) => string = ({ lawInTime }) => shareWords(lawInTime),
) => [
  {
    key: "received",
    head: "Received",
    cell: ({ received }: T) => countWords(received, atLeast),
    numeric: true,
  },
  { key: "reply", head: "Replied in time", cell: ({ replyInTime }: T) => shareWords(replyInTime), numeric: true },
  { key: "law", head: "Within the law's month", cell: lawWords, numeric: true },
  { key: "hours", head: "Half within", cell: ({ medianHours }: T) => hoursWords(medianHours), numeric: true },
  { key: "refused", head: "Refused", cell: ({ refused }: T) => shareWords(refused), numeric: true },
];
