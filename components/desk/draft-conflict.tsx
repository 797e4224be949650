import { diffLines } from "diff";
import { Button } from "@/components/ui/button";
import { Callout } from "@/components/ui/callout";
import { TextArea } from "@/components/ui/field";

/** Both texts, where somebody stored another one since this was opened; what is typed stays in its field. */
export function DraftConflict({ stored, mine, take }: { stored: string; mine: string; take: () => void }) {
  return (
    <Callout look="warn" title="This draft was saved elsewhere in the meantime">
      <p>
        Perhaps in another of your tabs. Nothing is lost: yours is still in the field below. Deleted lines are stored
        and not in yours; inserted lines are in yours only.
      </p>
      <LineDifference stored={stored} mine={mine} />
      <details>
        <summary className="cursor-pointer">The whole stored text</summary>
        <TextArea
          id="stored"
          name=""
          label="Stored"
          readOnly
          value={stored}
          rows={10}
          className="mt-2 font-mono text-sm"
        />
      </details>
      <p>Save again to put yours over it, or</p>
      <Button type="button" look="secondary" onClick={take}>
        Take what is stored, set mine aside
      </Button>
    </Callout>
  );
}

/** Line by line, since neither text need be a policy that can be read yet. */
function LineDifference({ stored, mine }: { stored: string; mine: string }) {
  const parts = diffLines(stored, mine, { timeout: 1000 }) ?? [];
  return (
    <div className="border border-line bg-raised p-3 font-mono text-sm break-words whitespace-pre-wrap">
      {parts.map(({ added, removed, count, value }, key) => {
        if (!added && !removed)
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of two given texts never change order
            <p key={key} className="text-muted">
              {count === 1 ? "1 line is the same" : `${count} lines are the same`}
            </p>
          );
        const Mark = added ? "ins" : "del";
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of two given texts never change order
          <Mark key={key} className={`block ${added ? "diff-ins" : "diff-del"}`}>
            <span className="sr-only">{added ? "only in yours: " : "only in what is stored: "}</span>
            {value.trimEnd()}
          </Mark>
        );
      })}
    </div>
  );
}
