import { exportable } from "@/lib/data-map/exportable";
import { env } from "@/lib/env";
import { publication } from "@/lib/http/publication";
import { discoveryPath, packageFormat, protocol } from "@/lib/transfers/protocol";

export const dynamic = "force-dynamic";

/** The list of what can be exported, for programs (EU Data Act, ch. VI). */
export function GET(request: Request): Response {
  const body = {
    formats: [
      { name: "JSON Lines", mediaType: "application/jsonl", of: "every collection, without loss" },
      { name: "CSV", mediaType: "text/csv", of: "every collection, safe for spreadsheets" },
      { name: "Table Schema", of: "every collection", standard: "https://datapackage.org/standard/table-schema/" },
      { name: "Data Package v2", of: "the manifest", standard: "https://datapackage.org/standard/data-package/" },
      { name: "ZIP", mediaType: "application/zip", of: "the package" },
    ],
    transfer: { protocol, format: packageFormat, discovery: `${env().APP_URL}${discoveryPath}` },
    ...exportable(),
  };
  return publication(request, `${JSON.stringify(body, null, 2)}\n`, "application/json; charset=utf-8");
}
