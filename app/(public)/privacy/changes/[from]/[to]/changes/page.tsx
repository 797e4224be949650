import { ChangeKeys } from "@/components/policy/change-keys";
import { ChangesView } from "@/components/policy/changes-view";
import { layOutChanges } from "@/lib/policy/lay-out-changes";
import { compared } from "../compared";

export default async function Changes({ params }: PageProps<"/privacy/changes/[from]/[to]/changes">) {
  const { from, diff } = await compared(params);
  const layout = layOutChanges(diff);
  return (
    <>
      <p className="max-w-[70ch] text-muted">
        <del className="diff-del">Deleted</del> stood in version {from.number} only,{" "}
        <ins className="diff-ins">inserted</ins> is new; everything else is word for word the same.
        {layout.stops > 1 ? (
          <span className="no-print">
            {" "}
            Alt with the arrow keys goes from change to change;{" "}
            <a href="#change-1" className="link">
              start at the first
            </a>
            .
          </span>
        ) : null}
      </p>
      <ChangesView layout={layout} />
      <ChangeKeys />
    </>
  );
}
