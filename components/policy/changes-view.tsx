import { ArrowDown, ArrowUp, MoveVertical } from "lucide-react";
import type { ClauseChange } from "@/lib/policy/diff";
import {
  blocksOfRows,
  type ChangesLayout,
  type Fold,
  type ShownBlock,
  type ShownClause,
  typographicOf,
} from "@/lib/policy/lay-out-changes";
import { sayClause } from "@/lib/policy/tell-changes";
import { SentenceRows } from "./sentence-rows";
import "./changes.css";

/** The changes of a text clause by clause, what stayed the same folded away. */
export function ChangesView({ layout }: { layout: ChangesLayout }) {
  return (
    <div className="changes">
      {layout.parts.map((part) =>
        "unchanged" in part ? (
          <UnchangedClauses key={part.unchanged[0]?.id} clauses={part.unchanged} />
        ) : (
          <ChangedClause key={`${part.clause.id}-${part.clause.state}`} part={part} stops={layout.stops} />
        ),
      )}
    </div>
  );
}

/** Said beside what stayed the same; nothing when the signs stayed too. */
function setInOtherSigns(count: number): string {
  if (count === 0) return "";
  return count === 1 ? " (1 sentence set in other signs)" : ` (${count} sentences set in other signs)`;
}

function UnchangedClauses({ clauses }: { clauses: ClauseChange[] }) {
  return (
    <details className="changes-fold">
      <summary>
        {clauses.length === 1 ? "Unchanged" : `${clauses.length} clauses unchanged`}
        {setInOtherSigns(typographicOf(clauses.flatMap(({ rows }) => rows)))}:{" "}
        <span className="text-muted">{clauses.map(({ heading }) => heading).join(", ")}</span>
      </summary>
      {clauses.map((clause) => (
        <section key={clause.id} id={clause.id} className="changes-clause">
          <h3 className="font-semibold">{clause.heading}</h3>
          <Blocks
            blocks={blocksOfRows(clause.rows.filter((row) => !("new" in row) || row.new.kind !== "heading")).map(
              (block) => ({ ...block, stop: null }),
            )}
            clauseId={clause.id}
            stops={0}
          />
        </section>
      ))}
    </details>
  );
}

function ChangedClause({ part, stops }: { part: ShownClause; stops: number }) {
  const { clause, stop, body } = part;
  return (
    <section
      id={clause.id}
      aria-labelledby={`${clause.id}-changes`}
      className="changes-clause"
      data-state={clause.state}
    >
      <h2 id={`${clause.id}-changes`} className={clause.level === 2 ? "text-xl" : "text-lg"}>
        {clause.heading}
      </h2>
      {stop === null ? null : (
        <div {...stopProps(stop)} className="changes-stop changes-whole">
          <p className="flex items-start gap-2">
            <MoveVertical aria-hidden size={18} className="mt-1 shrink-0" />
            <span>{sayClause(clause)}</span>
          </p>
          <StopLinks stop={stop} stops={stops} />
        </div>
      )}
      {body.map((one, index) =>
        "unchanged" in one ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the layout of two immutable texts never changes order
          <UnchangedBlocks key={index} fold={one} clauseId={clause.id} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the layout of two immutable texts never changes order
          <Blocks key={index} blocks={[one]} clauseId={clause.id} stops={stops} />
        ),
      )}
    </section>
  );
}

function UnchangedBlocks({ fold, clauseId }: { fold: Fold; clauseId: string }) {
  return (
    <details className="changes-fold">
      <summary>
        {fold.sentences === 1 ? "1 sentence unchanged" : `${fold.sentences} sentences unchanged`}
        {setInOtherSigns(fold.typographic)}
      </summary>
      <Blocks blocks={fold.unchanged} clauseId={clauseId} stops={0} />
    </details>
  );
}

function Blocks({ blocks, clauseId, stops }: { blocks: ShownBlock[]; clauseId: string; stops: number }) {
  return blocks.map((block, index) => {
    const text = (
      <p className={`changes-block changes-${block.kind}`} data-depth={Math.min(block.depth, 3)}>
        {block.kind === "plain" ? <span className="text-muted">In plain words: </span> : null}
        <SentenceRows rows={block.rows} clauseId={clauseId} />
      </p>
    );
    // biome-ignore lint/suspicious/noArrayIndexKey: the layout of two immutable texts never changes order
    if (block.stop === null) return <div key={index}>{text}</div>;
    return (
      <div key={block.stop} {...stopProps(block.stop)} className="changes-stop">
        {text}
        <StopLinks stop={block.stop} stops={stops} />
      </div>
    );
  });
}

const stopProps = (stop: number) => ({ id: `change-${stop}`, tabIndex: -1, "data-stop": stop });

/** From each change to its neighbours: plain links, so that it works without JavaScript. */
function StopLinks({ stop, stops }: { stop: number; stops: number }) {
  if (stops < 2) return null;
  const link = "changes-step";
  return (
    <p className="changes-steps no-print">
      <span className="tabular">
        Change {stop} of {stops}
      </span>
      {stop > 1 ? (
        <a href={`#change-${stop - 1}`} className={link}>
          <ArrowUp aria-hidden size={14} /> Previous<span className="sr-only"> change</span>
        </a>
      ) : null}
      {stop < stops ? (
        <a href={`#change-${stop + 1}`} className={link}>
          <ArrowDown aria-hidden size={14} /> Next<span className="sr-only"> change</span>
        </a>
      ) : null}
    </p>
  );
}
