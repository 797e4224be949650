import type { Estimate } from "@/lib/exports/estimate";
import { sizeInWords } from "@/lib/exports/size";

/** How large a package would be, before it is asked for. */
export function EstimateLine({ estimate }: { estimate: Estimate | null }) {
  if (!estimate) return <>We could not look up how large it will be just now; the page of the package shows it.</>;
  const rows = `${new Intl.NumberFormat("en").format(estimate.rows)} ${estimate.rows === 1 ? "row" : "rows"}`;
  return (
    <>
      At the moment that is <span className="tabular">{rows}</span>
      {estimate.bytes === null ? "" : `, about ${sizeInWords(estimate.bytes)} as a file`}.
    </>
  );
}
