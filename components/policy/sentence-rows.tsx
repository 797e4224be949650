import { Fragment, type ReactNode } from "react";
import type { Row } from "@/lib/policy/diff";

/** Inserted text: element, sign, underline and colour, and the words for who listens. */
function Inserted({ children }: { children: string }) {
  return (
    <ins className="diff-ins">
      <span className="sr-only">inserted: </span>
      {children}
      <span className="sr-only"> end of insertion. </span>
    </ins>
  );
}

function Deleted({ children }: { children: string }) {
  return (
    <del className="diff-del">
      <span className="sr-only">deleted: </span>
      {children}
      <span className="sr-only"> end of deletion. </span>
    </del>
  );
}

/** The sentences of one block, each as what became of it. */
export function SentenceRows({ rows }: { rows: readonly Row[] }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: the rows of two immutable texts never change order
  return rows.map((row, index) => <Sentence key={`${row.kind}-${index}`} row={row} />);
}

function Sentence({ row }: { row: Row }): ReactNode {
  switch (row.kind) {
    case "same":
      return row.new.text;
    case "inserted":
      return (
        <>
          <Inserted>{row.new.text.trim()}</Inserted>{" "}
        </>
      );
    case "deleted":
      return (
        <>
          <Deleted>{row.old.text.trim()}</Deleted>{" "}
        </>
      );
    case "moved-here":
      return (
        <span className="diff-moved">
          <span className="diff-moved-note">{`moved here from "${row.from.heading}": `}</span>
          {row.new.text}
        </span>
      );
    case "moved-away":
      return (
        <span className="diff-moved">
          <span className="diff-moved-note">{`moved to "${row.to.heading}": `}</span>
          <span className="text-muted">{row.old.text}</span>
        </span>
      );
    case "changed":
      return row.runs.map((run, index) => {
        if (run.kind === "same") return run.text;
        const Mark = run.kind === "ins" ? Inserted : Deleted;
        // Spaces at the edges stand outside the mark.
        const [, before = "", text = "", behind = ""] = /^(\s*)(.*?)(\s*)$/s.exec(run.text) ?? [];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the runs of a sentence never change order
          <Fragment key={index}>
            {before}
            <Mark>{text}</Mark>
            {behind}
          </Fragment>
        );
      });
  }
}
