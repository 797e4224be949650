import type { Row } from "@/lib/policy/diff";
import { type Said, sayRows } from "@/lib/policy/say-changes";

/** The sentences of one block, each as what became of it: element, sign, line and colour, and words for who listens. */
export function SentenceRows({ rows, clauseId }: { rows: readonly Row[]; clauseId: string }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: the rows of two immutable texts never change order
  return sayRows(rows, clauseId).map((said, index) => <Stretch key={index} said={said} />);
}

function Stretch({ said }: { said: Said }) {
  switch (said.kind) {
    case "text":
      return said.text;
    case "note":
      return <span className="diff-moved-note">{said.text}</span>;
    case "away":
      return <span className="diff-away">{said.text}</span>;
    case "ins":
      return (
        <ins className="diff-ins">
          <span className="sr-only">inserted: </span>
          {said.text}
          <Targets of={said.targets} />
          <span className="sr-only"> end of insertion. </span>
        </ins>
      );
    case "del":
      return (
        <del className="diff-del">
          <span className="sr-only">deleted: </span>
          {said.text}
          <Targets of={said.targets} />
          <span className="sr-only"> end of deletion. </span>
        </del>
      );
    case "format":
      return (
        <>
          <span className="diff-format">{said.text}</span>
          {said.what ? <span className="diff-what"> [{said.what}]</span> : null}
        </>
      );
    case "quiet":
      return (
        <span className="diff-quiet" title={`${said.what}: ${said.old.trim() || "a space"}`}>
          {said.text}
        </span>
      );
  }
}

/** Where inserted or deleted links lead, since that is part of what they say. */
function Targets({ of }: { of: string[] }) {
  return of.length === 0 ? null : <span className="diff-target"> (link to {of.join(", ")})</span>;
}
